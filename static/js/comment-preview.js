// The Preview button shows the comment in place, and it then follows what is typed. Its HTML is made by the server.

const form = document.querySelector(".comment-form");
const button = form?.querySelector("[formaction]");
const panel = form?.querySelector(".preview");
const comment = panel?.querySelector(".preview__comment");
const problem = panel?.querySelector(".preview__problem");
const DELAY_MS = 600;
let waiting;
let request;

async function show() {
  request?.abort();
  request = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  const headers = { Accept: "application/json" };
  try {
    const answer = await fetch(button.formAction, { method: "POST", body, headers, signal: request.signal });
    const { html, error } = answer.ok ? await answer.json() : { error: problem.dataset.failed };
    // Cleaned by the server, as the comment itself will be. Nothing is shown of a text with an error.
    if (html !== undefined) comment.innerHTML = html;
    say(error ?? "");
  } catch (error) {
    if (error.name !== "AbortError") say(problem.dataset.failed);
  }
}

function say(text) {
  if (problem.textContent !== text) problem.textContent = text;
}

form?.addEventListener("submit", (event) => {
  if (event.submitter !== button) return;
  event.preventDefault();
  panel.hidden = false;
  show().then(() => panel.scrollIntoView({ block: "nearest" }));
});

form?.addEventListener("input", () => {
  if (panel.hidden) return;
  clearTimeout(waiting);
  waiting = setTimeout(show, DELAY_MS);
});
