// Cards chosen with x or the mouse; with Shift, all from the last one that was chosen.

import { cards } from "./moderation-cards.js";

let last = null;
const box = (card) => card?.querySelector(".card__select");

export const chosen = () => cards().filter((card) => box(card)?.checked);

export function clear() {
  for (const card of chosen()) box(card).checked = false;
  last = null;
}

export function toggle(card) {
  if (!box(card)) return;
  box(card).checked = !box(card).checked;
  last = card;
}

document.addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (!card || event.target !== box(card)) return;
  const all = cards();
  const ends = [all.indexOf(last), all.indexOf(card)].sort((a, b) => a - b);
  if (event.shiftKey && ends[0] >= 0) {
    for (const other of all.slice(ends[0], ends[1] + 1)) box(other).checked = event.target.checked;
  }
  last = card;
});
