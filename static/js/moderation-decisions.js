// Decides without loading a page: the card's own form is sent, and the card is replaced by the answer.

import { say, typed } from "./moderation-cards.js";
import { leave } from "./moderation-current.js";
import { wake } from "./moderation-decide-selection.js";
import { send } from "./moderation-outbox.js";
import { put } from "./moderation-page.js";
import { drop, keep, steps, undoForm } from "./moderation-undo-history.js";

let isGivenBack = false;

export function decide(card, button) {
  if (!button) return;
  const { form } = button;
  if (!card.closest(".queue")) {
    form.requestSubmit(button);
    return;
  }
  const body = new URLSearchParams(new FormData(form, button));
  const step = { id: card.id, page: card.querySelector(".card__author")?.href };
  const done = (status, html) => taken(step, status, html);
  const url = button.getAttribute("formaction") ?? form.action;
  step.job = { url: () => url, body, failed: () => giveBack(step, form, url), done };
  card.classList.add("card--sending");
  send(step.job);
  steps.push(step);
  keep();
  leave(card);
}

// After a refusal (the session has ended), the page that has to be loaded next shows what was typed. It can show only one
// form: if something was typed in others as well, this page stays.
function giveBack(step, form, url) {
  drop(step);
  wake(step);
  const fields = typed(document);
  if (!fields.length || fields.some((field) => field.form !== form)) return;
  isGivenBack = true;
  form.action = url;
  // Unlike requestSubmit(), this calls no listener of ours.
  form.submit();
}

// What was typed on a card is nowhere else.
addEventListener("beforeunload", (event) => {
  const isUnsent = (field) => field.closest(".queue, .selection") && !field.closest(".card--sending");
  if (!isGivenBack && typed(document).some(isUnsent)) event.preventDefault();
});

function taken(step, status, html) {
  step.job = null;
  step.page = null;
  wake(step);
  const fresh = put(html);
  if (!fresh) return;
  say(fresh.querySelector(".card__notice")?.textContent ?? "");
  if (status === 200) step.undo = undoForm(fresh);
  keep();
}
