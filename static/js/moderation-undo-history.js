// The moderator's decisions in this window, the newest last. They survive a reload and signing in again, so that they can
// be undone later.

import { read, write } from "./storage.js";

const MAX_STEPS = 100;
const NAME = `moderation-undo-${document.querySelector("[data-moderator]")?.dataset.moderator}`;

// Proves that a form comes from a page of this session.
export const token = document.querySelector("[name=csrf_token]");

export const steps = read(NAME, [], "sessionStorage");

// What the button of an undo would send.
export function undoForm(around) {
  const form = around.querySelector(".undo");
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
  forget(steps.indexOf(step));
}

// Forgets a decision that `undo` is about to undo.
export function dropUndone(undo) {
  forget(find(undo));
}

// The index of the step that `undo` undoes, or -1.
export function find(undo) {
  return steps.findIndex((step) => undoes(step.undo) === undoes(undo));
}

const undoes = (undo) => new URLSearchParams(undo?.body).get("undoes");

function forget(index) {
  if (index >= 0) steps.splice(index, 1);
  keep();
}
