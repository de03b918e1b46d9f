// The moderator's decisions in this window, the newest last. They survive a reload and signing in again, so that they can
// be undone later.

import { read, write } from "./storage.js";

const MAX_STEPS = 100;
const NAME = `moderation-undo-${document.querySelector("[data-moderator]")?.dataset.moderator}`;

// Proves that a form comes from a page of this session.
export const token = document.querySelector("[name=csrf_token]");

export const steps = read(NAME, [], "sessionStorage");

// What the button of an undo would send; `around` is its form, or has it within.
export function undoForm(around) {
  const form = around.matches(".undo") ? around : around.querySelector(".undo");
  const button = form?.querySelector("[name=undoes]");
  return form && { url: form.getAttribute("action"), body: String(new URLSearchParams(new FormData(form, button))) };
}

// Of a decision without an answer, only the page with its button for the undo is known.
export function keep() {
  const known = ({ undo, page }) => undo || page;
  const kept = steps.filter(known).map(({ id, ids, undo, page }) => ({ id, ids, undo, page }));
  write(NAME, kept.slice(-MAX_STEPS), "sessionStorage");
}

// Forgets a decision that the server has refused.
export function drop(step) {
  take((other) => other === step);
  keep();
}

// Takes the decision that `undo` undoes off the list, and returns it. It stays stored until `keep()`.
export function takeUndone(undo) {
  return take((step) => keyOf(step.undo) === keyOf(undo));
}

// Forgets the decision that `undo` undoes, because the page that would know the answer is left.
export function forget(undo) {
  takeUndone(undo);
  keep();
}

export const isKnown = (undo) => steps.some((step) => keyOf(step.undo) === keyOf(undo));

// Which decision `undo` undoes: its id, or the address for a bulk decision.
const keyOf = (undo) => undo && (new URLSearchParams(undo.body).get("undoes") ?? undo.url);

function take(isWanted) {
  const index = steps.findIndex(isWanted);
  return index < 0 ? null : steps.splice(index, 1)[0];
}
