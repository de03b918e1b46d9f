// What comes from the server while the queue is open: cards that replace others, and the next page's cards.

import { cards, current, go, pinned } from "./moderation-cards.js";

const FEW = 8;
const KEYS = { approved: "a", rejected: "r", spam: "s" };
const queue = document.querySelector(".queue");
let isLoading = false;

// Puts a card into the page: for the one that is there, or first where there is none.
export function put(html) {
  const fresh = parse(html).querySelector(".card");
  if (!fresh) return null;
  const old = document.getElementById(fresh.id);
  const isHere = old && old === current();
  pinned(() => {
    if (old) old.replaceWith(fresh);
    else queue.prepend(fresh);
    if (isHere) go(fresh, { preventScroll: true });
  });
  prepare([fresh]);
  fill();
  return fresh;
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Tells people and screen readers which key presses which button.
export function prepare(fresh) {
  for (const card of fresh) {
    for (const button of card.querySelectorAll(".card__actions [name=to]")) {
      if (KEYS[button.value]) button.setAttribute("aria-keyshortcuts", KEYS[button.value]);
    }
    const box = card.querySelector(".card__select");
    if (box) box.hidden = !card.querySelector(".card__form");
  }
}

// Keeps enough cards at hand, and says when there are no more.
export async function fill() {
  const pager = document.querySelector(".pager__older");
  const done = document.querySelector(".queue__done");
  if (done) done.hidden = Boolean(pager || document.querySelector(".queue .card:not(.card--decided)") || !queue.children.length);
  if (!pager || isLoading || cards().length > FEW) return;
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
    // The link is still there, and the next decision tries again.
  }
  isLoading = false;
}
