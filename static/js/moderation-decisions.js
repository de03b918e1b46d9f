// Decides without loading a page: the card's own form is sent, and the card is replaced by the answer.

import { say, typed } from "./moderation-cards.js";
import { leave } from "./moderation-current.js";
import { wake } from "./moderation-decide-selection.js";
import { send } from "./moderation-outbox.js";
import { put } from "./moderation-page.js";
import { drop, keep, steps, undoForm } from "./moderation-undo-history.js";

let isGivenBack = false;

export function decide(all, button) {
  const step = { parts: all.map((card) => sendForm(card, button(card))).filter(Boolean) };
  if (!step.parts.length) return;
  steps.push(step);
  keep();
  leave(all.at(-1));
}

function sendForm(card, button) {
  if (!button) return null;
  const { form } = button;
  const body = new URLSearchParams(new FormData(form, button));
  const part = { id: card.id, page: card.querySelector(".card__author")?.href };
  const done = (status, html) => taken(part, status, html);
  const url = button.getAttribute("formaction") ?? form.action;
  part.job = { url: () => url, body, failed: () => giveBack(part, form, url), done };
  if (!card.closest(".queue")) {
    form.requestSubmit(button);
    return null;
  }
  card.classList.add("card--sending");
  send(part.job);
  return part;
}

// After a refusal (the session has ended), the page that has to be loaded next shows what was typed. It can show only one
// form: if something was typed in others as well, this page stays.
function giveBack(part, form, url) {
  drop(part);
  wake(part);
  const fields = typed(document);
  if (!fields.length || fields.some((field) => field.form !== form)) return;
  isGivenBack = true;
  form.action = url;
  form.submit();
}

// What was typed on a card is nowhere else.
addEventListener("beforeunload", (event) => {
  const isUnsent = (field) => field.closest(".queue, .selection") && !field.closest(".card--sending");
  if (!isGivenBack && typed(document).some(isUnsent)) event.preventDefault();
});

function taken(part, status, html) {
  part.job = null;
  part.page = null;
  wake(part);
  const fresh = put(html);
  if (!fresh) return;
  say(fresh.querySelector(".card__notice")?.textContent ?? "");
  if (status === 200) part.undo = undoForm(fresh);
  keep();
}
