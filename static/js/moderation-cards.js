// The cards of the queue: the current card, and moving to another one without shifting the page.

const KEYS = { approved: "a", rejected: "r", spam: "s" };
const OPEN = ".card:not(.card--decided, .card--sending)";
const queue = document.querySelector(".queue");
const said = document.querySelector(".queue-head__said");
const FIELD = "input:not([type=checkbox]), textarea, select";
let here = null;
let offered = "";

export const cards = () => [...document.querySelectorAll(OPEN)];
// Without the cards that came back because somebody else had decided on them.
export const waiting = () => cards().filter((card) => !card.querySelector(".card__notice--error"));
export const current = () => (here?.isConnected ? here : null);

said?.setAttribute("role", "status");
document.querySelector(".message[role=status]")?.removeAttribute("role");

document.addEventListener("focusin", ({ target }) => {
  here = target.closest(".card") ?? here;
});

export function say(text) {
  if (said) said.textContent = text;
}

// Runs an action that changes the page, and keeps the current card at its place on the screen.
export function pinned(action, top = current()?.getBoundingClientRect().top) {
  action();
  const now = current()?.getBoundingClientRect().top;
  if (top !== undefined && now !== undefined) scrollBy({ top: now - top, behavior: "instant" });
}

// Keys that are typed into a field must never decide, so no answer takes the focus away from one.
export const isField = (element) => Boolean(element.closest(FIELD));
export const isTyping = () => isField(document.activeElement);

const TEXTS = "[name=reason], [name=reply]";

// The fields for reasons and replies in which something was typed.
export const typed = (around) => [...around.querySelectorAll(TEXTS)].filter((field) => field.value.trim());

export function go(card, options) {
  if (!card) return;
  here = card;
  card.focus(options);
}

// Makes a card the current one that replaces it, or that is the first one of the page.
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

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Shows the key for each button, also to screen readers.
export function prepare(fresh) {
  for (const card of fresh) {
    for (const button of card.querySelectorAll(".card__actions [name=to]")) {
      if (KEYS[button.value]) button.setAttribute("aria-keyshortcuts", KEYS[button.value]);
    }
  }
}
