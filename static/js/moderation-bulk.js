// Shows the progress of a running bulk decision. Without a script, the page reloads itself.

import { ask } from "./moderation-ask.js";

const POLL_MS = 700;
const TROUBLE_MS = 5000;
const SETTLE_MS = 600;
let ended = -SETTLE_MS;

async function look(section) {
  const answer = await ask(section.dataset.progress + location.search, { redirect: "error" });
  if (!answer.ok) throw new Error(answer.status);
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

async function watch() {
  const section = document.querySelector(".bulk[data-progress]");
  if (!section) return;
  let pause = POLL_MS;
  try {
    if (document.visibilityState === "visible") await look(section);
  } catch {
    pause = TROUBLE_MS;
  }
  setTimeout(watch, pause);
}

setTimeout(watch, POLL_MS);
