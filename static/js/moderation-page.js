// Inserts cards from the server into the open queue, where they replace others or stand on top.

import { parse, prepare } from "./moderation-cards.js";
import { become, current, pinned } from "./moderation-current.js";
import { fill } from "./moderation-more.js";
import { showCount } from "./moderation-selection.js";

const MAX_NEW = 25;
const queue = document.querySelector(".queue");

// Renews a card of the page, or inserts it at the top if it is not there; returns it.
export function put(html) {
  const fresh = parse(html).querySelector(".card");
  if (!fresh) return null;
  const card = putCard(fresh);
  fill();
  return card;
}

// The same for several cards, the first on top. Of those that are new here, only some are needed: more can be loaded.
export function putAll(found) {
  const wanted = found.filter((card, index) => index < MAX_NEW || document.getElementById(card.id));
  const all = wanted.toReversed().map(putCard);
  fill();
  return all.toReversed();
}

function putCard(fresh) {
  const old = document.getElementById(fresh.id);
  const isHere = old && old === current();
  const hasFocus = old?.contains(document.activeElement) || document.activeElement === document.body;
  pinned(() => {
    if (old) renew(old, fresh);
    else queue.prepend(fresh);
    if (isHere) become(old, hasFocus);
  });
  const card = old ?? fresh;
  prepare([card]);
  showCount();
  return card;
}

// Replacing the element itself would have the browser compute the styles of all cards.
function renew(card, fresh) {
  for (const { name } of [...card.attributes]) if (!fresh.hasAttribute(name)) card.removeAttribute(name);
  for (const { name, value } of fresh.attributes) card.setAttribute(name, value);
  card.replaceChildren(...fresh.childNodes);
}
