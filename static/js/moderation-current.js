// The current card, and moving to another one without shifting the page.

import { cards, waiting } from "./moderation-cards.js";

const FIELD = "input:not([type=checkbox]), textarea, select";
let here = null;
let offered = "";

export const current = () => (here?.isConnected ? here : null);

// Keys that are typed into a field must never decide, so no answer takes the focus away from one.
export const isField = (element) => Boolean(element.closest(FIELD));
const isTyping = () => isField(document.activeElement);

document.addEventListener("focusin", ({ target }) => {
  here = target.closest(".card") ?? here;
});

// Runs an action that changes the page, and keeps the current card at its place on the screen.
export function pinned(action, top = current()?.getBoundingClientRect().top) {
  action();
  const now = current()?.getBoundingClientRect().top;
  // Instant, because the stylesheet makes scrolling smooth.
  if (top !== undefined && now !== undefined) scrollBy({ top: now - top, behavior: "instant" });
}

export function go(card, options) {
  if (!card) return;
  here = card;
  card.focus(options);
}

// Begins with a card, or a message.
export function begin(start) {
  here = start?.closest(".card");
  if (!isTyping()) start?.focus();
}

// A card replaces the current one.
export function become(card, takesFocus) {
  here = card;
  if (takesFocus) card.focus({ preventScroll: true });
}

// Goes to a card that an answer has brought, if the moderator is still at the card with the id `from` and waits for it.
export function offer(card, from) {
  if (!card || isTyping() || (current() && ![from, offered].includes(current().id))) return;
  offered = card.id;
  go(card);
}

export function step(distance) {
  const all = cards();
  const index = all.indexOf(current());
  if (index >= 0) go(all[index + distance]);
  else go(after(current()) ?? all[0]);
}

function after(card, all = cards()) {
  return card && all.find((other) => card.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}

// Leaves a card: the next one moves to the place of this one on the screen. A card that returned because of
// somebody else's decision is not the next one: keys pressed in a hurry must not decide on it before it is read.
export function leave(card) {
  if (card !== current()) return;
  const { top } = card.getBoundingClientRect();
  const all = waiting().filter((other) => other !== card);
  const next = after(card, all) ?? all.at(-1);
  if (!next) return;
  go(next, { preventScroll: true });
  pinned(() => {}, top);
}
