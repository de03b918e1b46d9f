// Cards chosen with x or the mouse; with Shift, all from the last one that was chosen. A bar says how many there are.

import { cards } from "./moderation-cards.js";
import { current } from "./moderation-current.js";

export const bar = document.querySelector("#selection");
const count = bar?.querySelector(".selection__count");
const all = document.querySelector(".selection__all");
let last = null;
const box = (card) => card?.querySelector(".card__select");

// Nothing is chosen where there is no bar: on a comment's own page.
export const chosen = () => (bar ? cards().filter((card) => box(card)?.checked) : []);

export function showCount() {
  if (count) count.textContent = count.dataset.text.replace("#", chosen().length);
}

export function choose(ids) {
  for (const id of ids) {
    const found = box(document.getElementById(id));
    if (found) found.checked = true;
  }
  showCount();
}

export function clear() {
  for (const card of chosen()) box(card).checked = false;
  last = null;
  showCount();
}

export function toggle(card) {
  if (!bar || !box(card)) return;
  box(card).checked = !box(card).checked;
  last = card;
  showCount();
}

document.addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (!card || event.target !== box(card)) return;
  const among = cards();
  const ends = [among.indexOf(last), among.indexOf(card)].sort((a, b) => a - b);
  if (event.shiftKey && ends[0] >= 0) {
    for (const other of among.slice(ends[0], ends[1] + 1)) {
      if (box(other)) box(other).checked = event.target.checked;
    }
  }
  last = card;
  showCount();
});

bar?.addEventListener("reset", () => {
  // The event comes before the fields are reset.
  setTimeout(showCount);
  current()?.focus({ preventScroll: true });
});

if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const card of cards()) if (box(card)) box(card).checked = true;
    showCount();
  });
}
