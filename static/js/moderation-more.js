// Loads the next page's cards when few are left.

import { ask } from "./moderation-ask.js";
import { cards, parse, prepare, waiting } from "./moderation-cards.js";
import { current, go } from "./moderation-current.js";
import { pause } from "./moderation-pause.js";

const FEW = 8;
const RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
const queue = document.querySelector(".queue");
const trouble = document.querySelector(".queue__trouble");
let isLoading = false;
let retry = null;

// Loads more cards in time, and shows when there are no more. What fails is tried again, after longer and longer pauses.
export async function fill() {
  const pager = document.querySelector(".pager__older");
  const done = document.querySelector(".queue__done");
  if (done) done.hidden = Boolean(pager || document.querySelector(".queue .card:not(.card--decided)") || !queue.querySelector(".card"));
  if (!pager || waiting().length > FEW) return;
  // This call follows a response, so the server can be reached again.
  if (isLoading) return retry?.end();
  isLoading = true;
  for (let ms = RETRY_MS; !(await load(pager)); ms = Math.min(2 * ms, MAX_RETRY_MS)) {
    retry = pause(ms);
    await retry.over;
    retry = null;
  }
  isLoading = false;
}

// Returns whether nothing has to be tried again: the cards are here, or the server refused to send them.
async function load(pager) {
  const answer = await get(pager.href);
  const hasFailed = !answer || answer.status >= 500 || answer.status === 429;
  if (trouble) trouble.textContent = answer?.ok ? "" : trouble.dataset[hasFailed ? "failed" : "refused"];
  if (answer?.ok) append(parse(answer.html), pager);
  return !hasFailed;
}

async function get(url) {
  try {
    return await ask(url, { redirect: "manual" });
  } catch {
    return null;
  }
}

function append(page, pager) {
  const known = (card) => document.getElementById(card.id);
  const fresh = [...page.querySelectorAll(".queue > .card")].filter((card) => !known(card));
  const following = page.querySelector(".pager__older");
  if (following) pager.href = following.href;
  else pager.closest(".pager").remove();
  // Moderators who wait for cards go on with the new ones; those who use another part of the page are not disturbed.
  const isWaiting = document.activeElement.matches("body, .card") && !(current() && waiting().length);
  queue.append(...fresh);
  // Decisions on these cards can have arrived before the cards. They are asked for again.
  queue.dataset.decision = Math.min(queue.dataset.decision, page.querySelector(".queue").dataset.decision);
  prepare(fresh);
  queue.dispatchEvent(new Event("cards"));
  if (isWaiting) go(cards()[0]);
}
