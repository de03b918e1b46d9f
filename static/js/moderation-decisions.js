// Decides and undoes without loading a page: the card's own form is sent, and the card is replaced by the answer.

import { cards, current, go, leave, offer, say, typed } from "./moderation-cards.js";
import { recall, send } from "./moderation-outbox.js";
import { put } from "./moderation-page.js";
import { keep, steps, token } from "./moderation-undo-history.js";
import { show, wake as wakePart } from "./moderation-decide-selection.js";

const wake = (card) => card.classList.remove("card--sending");

export function decide(all, button) {
  const step = { parts: all.map((card) => sendForm(card, button(card))).filter(Boolean) };
  if (!step.parts.length) return;
  steps.push(step);
  leave(all.at(-1));
}

function sendForm(card, button) {
  if (!button) return null;
  const { form } = button;
  const body = new URLSearchParams(new FormData(form, button));
  const part = { id: card.id };
  const done = (status, html) => taken(part, card, status, html);
  const url = button.getAttribute("formaction") ?? form.action;
  part.job = { url: () => url, body, failed: () => giveBack(card, form, url), done };
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
function giveBack(card, form, url) {
  wake(card);
  const fields = typed(document);
  if (!fields.some((field) => field.form === form)) return;
  if (fields.some((field) => field.form !== form)) return addEventListener("beforeunload", askToStay);
  form.action = url;
  form.submit();
}

function askToStay(event) {
  if (typed(document).length) event.preventDefault();
}

function taken(part, card, status, html) {
  part.job = null;
  wake(card);
  const fresh = put(html);
  if (!fresh) return;
  say(fresh.querySelector(".card__notice")?.textContent ?? "");
  if (status === 200) part.undo = undoForm(fresh);
  keep();
}

export function undoForm(around) {
  const form = around.querySelector(".undo");
  const button = form?.querySelector("[name=undoes]");
  return form && { url: form.action, body: String(new URLSearchParams(new FormData(form, button))) };
}

// Undoes the last step; called again, the one before it.
export function undo() {
  for (const part of steps.pop()?.parts ?? []) undoPart(part);
  keep();
}

function undoPart(part) {
  if (part.job && recall(part.job)) {
    wakePart(part);
    go(document.getElementById(part.id ?? part.ids[0]));
    return;
  }
  sendUndo(() => part.undo, () => {
    steps.push({ parts: [part] });
    keep();
  });
}

// `undo` runs when its turn comes, after the response to the decision that it undoes.
export function sendUndo(undo, failed = () => {}) {
  const from = current()?.id;
  const seen = (card) => offer(card, from);
  const done = (_, html) => show(html, seen) || undone(html, seen);
  send({ url: () => undo()?.url, body: () => undoBody(undo()), failed, done });
}

// A form that was stored before the moderator signed in again has the token of the session before.
function undoBody(undo) {
  const body = new URLSearchParams(undo?.body);
  body.set("csrf_token", token.value);
  return body;
}

function undone(html, seen) {
  const fresh = put(html);
  if (!fresh) return;
  say(fresh.querySelector(".card__notice")?.textContent ?? "");
  if (cards().includes(fresh)) seen(fresh);
}
