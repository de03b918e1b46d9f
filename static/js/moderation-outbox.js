// Sends forms one after the other. Without a connection they wait, and are sent when it is back.

import { say } from "./moderation-cards.js";
import { pause } from "./moderation-pause.js";

const RETRY_MS = 2000;
const said = document.querySelector(".queue-head__said");
const jobs = [];
let isRunning = false;
let isWaiting = false;

// A job has `url`, `body`, `done(answer, html)` and `failed()`.
export function send(job) {
  jobs.push(job);
  if (!isRunning) run();
}

// Cancels a job that has not been sent; returns whether that was possible.
export function recall(job) {
  const index = jobs.indexOf(job);
  if (index < (isRunning ? 1 : 0)) return false;
  jobs.splice(index, 1);
  return true;
}

async function run() {
  isRunning = true;
  while (jobs.length) {
    if (!jobs[0].url()) {
      jobs.shift();
      continue;
    }
    const answer = await post(jobs[0]);
    isWaiting = !answer;
    if (isWaiting) {
      say(`${said.dataset.waiting} ${jobs.length}`);
      await pause(RETRY_MS).over;
    } else if ([200, 404, 409, 422].includes(answer.status)) {
      jobs.shift().done(answer.status, answer.html);
    } else {
      for (const job of jobs.splice(0)) job.failed();
      say(said.dataset.refused);
    }
  }
  isRunning = false;
}

// Returns the response, or nothing if the server cannot be reached, fails or is too busy.
async function post({ url, body }) {
  try {
    const fields = typeof body === "function" ? body() : body;
    const headers = { "X-Fragment": "card" };
    const answer = await fetch(url(), { method: "POST", body: fields, headers, keepalive: true, redirect: "manual" });
    const html = await answer.text();
    return answer.status >= 500 || answer.status === 429 ? null : { status: answer.status, html };
  } catch {
    return null;
  }
}

// When the page is left, unsent jobs are sent at once, or the browser asks the moderator to stay.
addEventListener("beforeunload", (event) => {
  if (isWaiting) event.preventDefault();
});
addEventListener("pagehide", () => {
  for (const job of jobs.splice(1)) if (job.url()) post(job);
});
