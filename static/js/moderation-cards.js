// The cards of the queue.

const KEYS = { approved: "a", rejected: "r", spam: "s" };
const OPEN = ".card:not(.card--decided, .card--sending)";
const TEXTS = "[name=reason], [name=reply]";
const said = document.querySelector(".queue-head__said");

export const cards = () => [...document.querySelectorAll(OPEN)];
// Without the cards that came back because somebody else had decided on them.
export const waiting = () => cards().filter((card) => !card.querySelector(".card__notice--error"));
// The fields for reasons and replies in which something was typed.
export const typed = (around) => [...around.querySelectorAll(TEXTS)].filter((field) => field.value.trim());

said?.setAttribute("role", "status");
document.querySelector(".message[role=status]")?.removeAttribute("role");

export function say(text) {
  if (said) said.textContent = text;
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
