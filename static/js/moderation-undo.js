// Undoes decisions without loading a page: the form for the undo is sent, and the card is replaced by the answer.

import { cards, say } from "./moderation-cards.js";
import { current, go, offer } from "./moderation-current.js";
import { show, wake } from "./moderation-decide-selection.js";
import { recall, send } from "./moderation-outbox.js";
import { put } from "./moderation-page.js";
import { isKnown, keep, steps, takeUndone, token, undoForm } from "./moderation-undo-history.js";

// Undoes the last step; called again, the one before it. A step stays stored until the server has undone it: undoing it
// twice is the same as once.
export function undo() {
  const step = steps.pop();
  if (!step) return;
  if (step.job && recall(step.job)) {
    keep();
    wake(step);
    go(document.getElementById(step.id ?? step.ids[0]));
    return;
  }
  // The page was left before the answer came: another page has the button for the undo.
  if (step.page && !step.job) leadTo(step.page);
  else sendUndo(() => step.undo, () => giveBack(step));
}

function leadTo(page) {
  keep();
  location.assign(page);
}

function giveBack(step) {
  if (!step?.undo || isKnown(step.undo)) return;
  steps.push(step);
  keep();
}

// Undoes the decision that `card` shows.
export function undoCard(card) {
  const undo = undoForm(card);
  const step = takeUndone(undo);
  sendUndo(() => undo, () => giveBack(step));
}

// `undo` runs when its turn comes, after the response to the decision that it undoes.
function sendUndo(undo, failed = () => {}) {
  const from = current()?.id;
  const seen = (card) => offer(card, from);
  const done = (_, html) => {
    keep();
    return show(html, seen) || undone(html, seen);
  };
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
