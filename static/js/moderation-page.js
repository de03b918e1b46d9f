// Inserts cards from the server into the open queue: cards that replace others, and the next page's cards.

import { cards, current, go, pinned, waiting } from "./moderation-cards.js";
import { showCount } from "./moderation-selection.js";

const FEW = 8;
const MAX_NEW = 25;
const KEYS = { approved: "a", rejected: "r", spam: "s" };
const queue = document.querySelector(".queue");
let isLoading = false;

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
  pinned(() => {
    if (old) old.replaceWith(fresh);
    else queue.prepend(fresh);
    if (isHere) go(fresh, { preventScroll: true });
  });
  prepare([fresh]);
  showCount();
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

// Loads more cards in time, and shows when there are no more.
export async function fill() {
  const pager = document.querySelector(".pager__older");
  const done = document.querySelector(".queue__done");
  if (done) done.hidden = Boolean(pager || document.querySelector(".queue .card:not(.card--decided)") || !queue.querySelector(".card"));
  if (!pager || isLoading || waiting().length > FEW) return;
  isLoading = true;
  try {
    const answer = await fetch(pager.href, { redirect: "error" });
    const page = parse(answer.ok ? await answer.text() : "");
    const known = (card) => document.getElementById(card.id);
    const fresh = [...page.querySelectorAll(".queue > .card")].filter((card) => !known(card));
    const following = page.querySelector(".pager__older");
    if (following) pager.href = following.href;
    else if (answer.ok) pager.closest(".pager").remove();
    queue.append(...fresh);
    prepare(fresh);
    queue.dispatchEvent(new Event("cards"));
    if (!current()?.isConnected) go(cards()[0]);
  } catch {
    // The link stays, and the next decision tries again.
  }
  isLoading = false;
}
