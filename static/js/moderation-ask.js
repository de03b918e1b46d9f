// Requests that give up after a while: whatever waits for a server that never answers can then try again.

const GIVE_UP_MS = 30_000;

export async function ask(url, options) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), GIVE_UP_MS);
  try {
    const answer = await fetch(url, { ...options, signal: control.signal });
    // The body is read here, because it may never end either.
    return { ok: answer.ok, status: answer.status, html: await answer.text() };
  } finally {
    clearTimeout(timer);
  }
}
