// Claims the comments on the screen, so that others get different ones, and marks those that others have claimed.

import { ask } from "./moderation-ask.js";
import { cards, parse } from "./moderation-cards.js";
import { token } from "./moderation-undo-history.js";

// A claim lasts three minutes (queue_claims.py), so one that cannot be renewed at once is not lost.
const RENEW_MS = 60_000;
const queue = document.querySelector(".queue");

async function claim() {
  const fields = cards().map((card) => ["comment", card.id.replace("comment-", "")]);
  if (document.visibilityState !== "visible" || !fields.length) return;
  const body = new URLSearchParams([["csrf_token", token.value], ...fields]);
  try {
    const answer = await ask(queue.dataset.claims, { method: "POST", body, headers: { "X-Fragment": "claims" } });
    if (answer.ok) show(parse(answer.html));
  } catch {
    // The next call tries again.
  }
}

function show(found) {
  for (const old of queue.querySelectorAll(".card__claim")) old.remove();
  for (const claim of found.querySelectorAll(".card__claim")) {
    document.querySelector(`#comment-${claim.dataset.comment} .card__line`)?.append(claim);
  }
}

export function keepClaims() {
  if (!queue.dataset.claims) return;
  claim();
  setInterval(claim, RENEW_MS);
  queue.addEventListener("cards", claim);
}
