// Keys in a field of a card.

import { current, go } from "./moderation-current.js";
import { decide } from "./moderation-decisions.js";

// Esc returns to the card, Ctrl+Enter decides with the text of the field.
export function typing(event) {
  const card = event.target.closest(".card");
  const find = (selector) => event.target.form?.querySelector(selector);
  const button = event.target.name === "reply" ? find("[formaction]") : (find("[value=rejected]") ?? find("[name=to]"));
  if (event.key === "Escape") go(card ?? current());
  else if (event.key === "Enter" && event.ctrlKey && card && button) decide(card, button);
  else return;
  event.preventDefault();
}
