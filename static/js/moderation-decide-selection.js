// Decides on all chosen cards with one form and one request, and takes that back as one step.

import { cards, parse, say } from "./moderation-cards.js";
import { leave } from "./moderation-current.js";
import { send } from "./moderation-outbox.js";
import { putAll } from "./moderation-page.js";
import { bar, choose, clear } from "./moderation-selection.js";
import { drop, keep, steps, undoForm } from "./moderation-undo-history.js";

export function decideTogether(all, button) {
  const step = { ids: all.map((card) => card.id), page: document.getElementById("list-log")?.href };
  const typed = { reason: bar.elements.reason.value, isForAuthor: bar.elements.is_for_author.checked };
  const failed = () => giveBack(step, typed);
  const done = (status, html) => (status === 200 ? taken(step, html) : refused(html, failed));
  // The fields are read before the form is reset.
  step.job = { url: () => bar.action, body: fields(all, button), failed, done };
  for (const card of all) card.classList.add("card--sending");
  clear();
  bar.reset();
  bar.querySelector("details").open = false;
  send(step.job);
  steps.push(step);
  keep();
  leave(all.at(-1));
}

// What the form would send by itself, without boxes of cards that are gone already.
function fields(all, button) {
  const found = new FormData(bar, button);
  found.delete("selected");
  for (const card of all) found.append("selected", card.querySelector(".card__select").value);
  return new URLSearchParams(found);
}

// The cards of a step are no longer being sent.
export function wake(step) {
  for (const id of step.ids ?? [step.id]) document.getElementById(id)?.classList.remove("card--sending");
}

// After a refusal, the cards are chosen again, and the bar has what was typed.
function giveBack(step, { reason, isForAuthor }) {
  drop(step);
  wake(step);
  choose(step.ids);
  bar.elements.reason.value ||= reason;
  bar.elements.is_for_author.checked ||= isForAuthor;
  bar.querySelector("details").open ||= Boolean(reason);
}

function taken(step, html) {
  step.job = null;
  step.page = null;
  wake(step);
  const message = show(html)?.querySelector(".message");
  if (message) step.undo = undoForm(message);
  keep();
}

function refused(html, failed) {
  failed();
  show(html);
}

// Shows what the server says of many cards, and follows it to the progress where it takes longer. `seen` gets the first
// card that can be decided on again.
export function show(html, seen = () => {}) {
  const answer = parse(html).querySelector(".bulk-decided");
  if (!answer) return null;
  say(answer.querySelector(".message__text")?.textContent.trim() ?? "");
  const fresh = putAll([...answer.querySelectorAll(".card")]);
  if (answer.dataset.progress) location.assign(answer.dataset.progress);
  seen(fresh.find((card) => cards().includes(card)));
  return answer;
}
