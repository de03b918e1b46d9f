// The receipt of a comment that was just sent: its draft is no longer needed, and its link is kept for those who asked.

import { AUTHOR, draftKey, forget, read, RECEIPTS, write } from "./storage.js";

const MAX_LINKS = 50;
const TEXT_LENGTH = 60;
const article = document.querySelector(".receipt")?.dataset.article;
const draft = draftKey(article);

if (read(draft)?.isSent) {
  forget(draft);
  const path = location.pathname;
  const whole = document.querySelector(".comment__body").textContent.trim();
  const text = whole.length > TEXT_LENGTH ? `${whole.slice(0, TEXT_LENGTH)}…` : whole;
  const others = read(RECEIPTS, []).filter((receipt) => receipt.path !== path);
  if (read(AUTHOR)) write(RECEIPTS, [...others, { article, path, text }].slice(-MAX_LINKS));
}
