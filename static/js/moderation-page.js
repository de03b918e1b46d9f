// Inserts cards from the server into the open queue, where they replace others or stand on top.

import { parse, prepare } from "./moderation-cards.js";
import { become, current, pinned } from "./moderation-current.js";
import { fill } from "./moderation-more.js";
import { showCount } from "./moderation-selection.js";

const MAX_NEW = 25;
const queue = document.querySelector(".queue");

// Replaces a card of the page, or inserts it at the top if it is not there.
export function put(html) {
  const fresh = parse(html).querySelector(".card");
  if (!fresh) return null;
  putCard(fresh);
  fill();
  return fresh;
}

// The same for several cards, the first on top. Of those that are new here, only some are needed: more can be loaded.
export function putAll(found) {
  const fresh = found.filter((card, index) => index < MAX_NEW || document.getElementById(card.id));
  for (const card of fresh.toReversed()) putCard(card);
  fill();
  return fresh;
}

function putCard(fresh) {
  const old = document.getElementById(fresh.id);
  const isHere = old && old === current();
  const hasFocus = old?.contains(document.activeElement) || document.activeElement === document.body;
  pinned(() => {
    if (old) old.replaceWith(fresh);
    else queue.prepend(fresh);
    if (isHere) become(fresh, hasFocus);
  });
  prepare([fresh]);
  showCount();
}
