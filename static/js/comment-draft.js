// Drafts: the text of a comment survives a reload and a closed window. This browser stores it until it is sent.

import { draftKey, forget, read, write } from "./storage.js";

const form = document.querySelector(".comment-form[data-article]");
const body = form?.elements.body;
const note = form?.querySelector(".comment-form__draft");
const key = draftKey(form?.dataset.article);
const SAVED_AFTER_MS = 300;
let waiting;

function save(isSent) {
  clearTimeout(waiting);
  if (body.value.trim()) write(key, { body: body.value, parent: form.elements.parent.value, isSent });
  else forget(key);
}

function discard() {
  body.value = "";
  save(false);
  note.replaceChildren();
  body.focus();
}

function restore(draft) {
  body.value = draft.body;
  const reply = document.querySelector(`.comment__reply[data-parent="${draft.parent}"]`);
  if (reply) addEventListener("load", () => reply.click());
  const button = Object.assign(document.createElement("button"), { type: "button", className: "text-button" });
  button.textContent = note.dataset.discard;
  button.addEventListener("click", discard);
  note.replaceChildren(`${note.dataset.draft} `, button);
}

if (body) {
  const draft = read(key);
  if (draft?.body && !body.value) restore(draft);
  const prove = () => import("./comment-proof.js");
  if (body.value) prove();
  else form.addEventListener("focusin", prove, { once: true });
  body.addEventListener("input", () => {
    note.replaceChildren();
    clearTimeout(waiting);
    waiting = setTimeout(save, SAVED_AFTER_MS, false);
  });
  form.addEventListener("submit", (event) => save(!event.submitter?.hasAttribute("formaction")));
  addEventListener("pagehide", () => (waiting || body.value) && save(read(key)?.isSent ?? false));
}
