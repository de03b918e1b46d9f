// Shows the progress of a running bulk decision. Without a script, the page reloads itself.

import { poll, request } from "./moderation-poll.js";

const SETTLE_MS = 600;
let ended = -SETTLE_MS;

const running = () => document.querySelector(".bulk[data-progress]");

async function look() {
  const section = running();
  const { progress } = section.dataset;
  // Loading this page again could send a form a second time.
  const signIn = () => location.replace(progress.replace(/\/progress$/, location.search));
  const answer = await request(progress + location.search, signIn);
  const template = document.createElement("template");
  template.innerHTML = answer.html;
  const fresh = template.content.querySelector(".bulk");
  // While a button or link has the focus, only the numbers change, so that it keeps the focus.
  if (fresh.dataset.progress && section.contains(document.activeElement)) {
    section.querySelector(".bulk__progress").replaceWith(fresh.querySelector(".bulk__progress"));
  } else section.replaceWith(fresh);
  if (!fresh.dataset.progress) ended = performance.now();
}

// A click that was meant for Stop must not press Undo, which has just come to its place.
document.addEventListener("click", (event) => {
  if (event.timeStamp - ended < SETTLE_MS && event.target.closest(".bulk button")) event.preventDefault();
});

poll(look, () => !running());
