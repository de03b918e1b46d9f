// Drafts: the text of a comment survives a reload and a closed window. This browser stores it until it is sent.

import { draftKey, forget, read, write } from "./storage.js";

const form = document.querySelector(".comment-form[data-article]");
const body = form?.elements.body;
const note = form?.querySelector(".comment-form__draft");
const key = draftKey(form?.dataset.article);
const SAVED_AFTER_MS = 300;
let waiting;
let saved = "";
let isSent = false;

const text = () => ({ body: body.value, parent: form.elements.parent.value });
const isSaved = () => saved === JSON.stringify(text());

function save() {
  clearTimeout(waiting);
  saved = JSON.stringify(text());
  if (body.value.trim()) write(key, { ...text(), isSent });
  else forget(key);
}

function clear() {
  body.value = "";
  saved = JSON.stringify(text());
}

function discard() {
  body.value = "";
  save();
  note.replaceChildren();
  body.focus();
}

// Here the draft is a draft again: if it was sent, no receipt came. Other tabs can store a newer one from now on.
function restore(draft) {
  body.value = draft.body;
  const reply = document.querySelector(`.comment__reply[data-parent="${draft.parent}"]`);
  if (reply) addEventListener("DOMContentLoaded", () => reply.click());
  write(key, { ...draft, isSent });
  saved = JSON.stringify({ ...text(), ...(reply && { parent: draft.parent }) });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "text-button" });
  button.textContent = note.dataset.discard;
  button.addEventListener("click", discard);
  note.replaceChildren(`${note.dataset.draft} `, button);
}

if (body) {
  const draft = read(key);
  if (body.value) save(); // a comment that was refused
  else if (draft?.body) restore(draft);
  else clear();
  const prove = () => import("./comment-proof.js");
  if (body.value) prove();
  else form.addEventListener("focusin", prove, { once: true });
  body.addEventListener("input", () => {
    note.replaceChildren();
    isSent = false;
    clearTimeout(waiting);
    waiting = setTimeout(save, SAVED_AFTER_MS);
  });
  form.addEventListener("submit", (event) => {
    isSent = !event.submitter?.hasAttribute("formaction");
    save();
  });
  addEventListener("pagehide", () => isSaved() || save());
  // Back from the receipt, which has deleted the draft.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && isSent && !read(key)) clear();
    isSent = false;
  });
}
