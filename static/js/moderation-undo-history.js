// The moderator's decisions in this window, the newest last. They survive a reload and signing in again, so that they can
// be undone later.

import { read, write } from "./storage.js";

const MAX_STEPS = 100;
const NAME = `moderation-steps-${document.querySelector("[data-moderator]")?.dataset.moderator}`;

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
  const known = (part) => part.undo || part.page;
  const parts = (step) => step.parts.filter(known).map(({ id, ids, undo, page }) => ({ id, ids, undo, page }));
  const kept = steps.map((step) => ({ parts: parts(step) })).filter((step) => step.parts.length);
  write(NAME, kept.slice(-MAX_STEPS), "sessionStorage");
}

// Forgets a decision that the server has refused.
export function drop(part) {
  const step = steps.findIndex(({ parts }) => parts.includes(part));
  if (step >= 0) steps.splice(step, 1);
  keep();
}
