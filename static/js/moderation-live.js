// Shows others' decisions within a second, and announces new comments. Hidden pages send no requests.

import { parse, say, typed } from "./moderation-cards.js";
import { put } from "./moderation-page.js";
import { poll, request } from "./moderation-poll.js";

const queue = document.querySelector(".queue");
const news = document.querySelector(".queue-head__news");

async function look() {
  const { changes, decision, newest } = queue.dataset;
  const answer = await request(`${changes}&decision=${decision}&newest=${newest}`);
  if (answer.status === 204) return;
  const found = parse(answer.html);
  // Cards that have loaded since then may lack decisions that this answer does not have: those are asked for again.
  if (queue.dataset.decision === decision) queue.dataset.decision = found.querySelector(".changes").dataset.decision;
  for (const card of found.querySelectorAll(".card")) show(card);
  announce(found.querySelector(".arrivals"));
}

const decisionOf = (card) => Number(card.dataset.decision ?? 0);

// Cards that are off the screen, in use, being decided in this browser, or up to date stay as they are. They can be
// newer than this answer, which was perhaps on its way while this browser decided.
function show(card) {
  const old = document.getElementById(card.id);
  if (!old || old.matches(".card--sending") || decisionOf(old) >= decisionOf(card)) return;
  if (old.querySelector(".card__options[open], .card__select:checked") || typed(old).length) return;
  put(card.outerHTML);
  say(card.querySelector(".card__notice")?.textContent ?? "");
}

function announce(link) {
  if (news.textContent.trim() !== (link?.textContent.trim() ?? "")) news.replaceChildren(...(link ? [link] : []));
}

export function live() {
  news.setAttribute("role", "log");
  poll(look);
}
