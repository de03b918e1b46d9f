// Sends forms one after the other. Without a connection they wait, and are sent when it is back.

import { ask } from "./moderation-ask.js";
import { say } from "./moderation-cards.js";
import { pause } from "./moderation-pause.js";

const RETRY_MS = 2000;
// Browsers send at most 64 kB in the requests that outlive a page, and servers refuse too many requests at once.
const MAX_LEAVING_BYTES = 60_000;
const MAX_LEAVING = 20;
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
  // While run() is at work, the first job is on its way.
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
      // In reverse, so that undone steps go back in their order.
      for (const job of jobs.splice(0).reverse()) job.failed();
      say(said.dataset.refused);
    }
  }
  isRunning = false;
}

// Returns the response, or nothing if the server cannot be reached, fails or is too busy.
async function post(job) {
  try {
    const body = bodyOf(job);
    const headers = { "X-Fragment": "card" };
    const keepalive = size(job) <= MAX_LEAVING_BYTES;
    const answer = await ask(job.url(), { method: "POST", body, headers, keepalive, redirect: "manual" });
    return answer.status >= 500 || answer.status === 429 ? null : answer;
  } catch {
    return null;
  }
}

const bodyOf = ({ body }) => (typeof body === "function" ? body() : body);
const size = (job) => String(bodyOf(job)).length;

// Whether all jobs can be sent while the page is left. An undo has no address before its decision is answered.
function canLeave() {
  if (isWaiting || jobs.length > MAX_LEAVING || !jobs.every((job) => job.url())) return false;
  return jobs.reduce((sum, job) => sum + size(job), 0) <= MAX_LEAVING_BYTES;
}

// When the page is left, unsent jobs are sent at once, or the browser asks the moderator to stay. They stay in the list,
// because a browser can return to the page as it was; then they are sent again, and the server knows them already.
addEventListener("beforeunload", (event) => {
  if (!canLeave()) event.preventDefault();
});
addEventListener("pagehide", () => {
  for (const job of jobs.slice(1)) if (job.url()) post(job);
});
