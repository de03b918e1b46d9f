// Decides on all chosen cards with one form and one request, and takes that back as one step.

import { cards, go, leave, parse, say } from "./moderation-cards.js";
import { send } from "./moderation-outbox.js";
import { putAll } from "./moderation-page.js";
import { bar, clear } from "./moderation-selection.js";
import { keep, steps } from "./moderation-undo-history.js";

export function decideTogether(all, button) {
  const part = { ids: all.map((card) => card.id) };
  const done = (status, html) => taken(part, status, html);
  part.job = { url: () => bar.action, body: fields(all, button), failed: () => wake(part), done };
  for (const card of all) card.classList.add("card--sending");
  clear();
  bar.reset();
  bar.querySelector("details").open = false;
  send(part.job);
  steps.push({ parts: [part] });
  leave(all.at(-1));
}

// What the form would send by itself, without boxes of cards that are gone already.
function fields(all, button) {
  const found = new FormData(bar, button);
  found.delete("selected");
  for (const card of all) found.append("selected", card.querySelector(".card__select").value);
  return new URLSearchParams(found);
}

export function wake(part) {
  for (const id of part.ids ?? [part.id]) document.getElementById(id)?.classList.remove("card--sending");
}

function taken(part, status, html) {
  part.job = null;
  wake(part);
  const answer = show(html);
  const form = answer?.querySelector(".message .undo");
  if (status === 200 && form) part.undo = { url: form.getAttribute("action"), body: String(new URLSearchParams(new FormData(form))) };
  keep();
}

// Shows what the server says of many cards, and follows it to the progress where it takes longer.
export function show(html) {
  const answer = parse(html).querySelector(".bulk-decided");
  if (!answer) return null;
  say(answer.querySelector(".message__text")?.textContent.trim() ?? "");
  const fresh = putAll([...answer.querySelectorAll(".card")]);
  if (answer.dataset.progress) location.assign(answer.dataset.progress);
  const open = fresh.find((card) => cards().includes(card));
  if (open) go(open);
  return answer;
}
