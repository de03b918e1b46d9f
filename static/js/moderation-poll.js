// Asks the server again and again while the page is visible, less often after a failure.

import { ask } from "./moderation-ask.js";

const POLL_MS = 700;
const TROUBLE_MS = 5000;

// `look` fetches what is new and shows it. Nothing is asked any more once `isOver()`.
export function poll(look, isOver = () => false) {
  async function watch() {
    if (isOver()) return;
    let pause = POLL_MS;
    try {
      if (document.visibilityState === "visible") await look();
    } catch {
      pause = TROUBLE_MS;
    }
    // Not setInterval(): while an answer is slow, no other request follows.
    setTimeout(watch, pause);
  }
  setTimeout(watch, POLL_MS);
}

// Returns the answer; throws if there is none, or an error. The server redirects, and `redirected` is called, when the
// session has ended or its account lacks a second factor.
export async function request(url, redirected = () => {}) {
  const answer = await ask(url, { redirect: "manual" });
  if (answer.status === 0) redirected();
  if (!answer.ok) throw new Error(answer.status);
  return answer;
}
