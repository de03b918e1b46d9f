// Pauses before something is tried again.

// `over` resolves after `ms`, when the connection is back, or when `end` is called.
export function pause(ms) {
  let end;
  const over = new Promise((resolve) => { end = () => resolve(); });
  const timer = setTimeout(end, ms);
  addEventListener("online", end);
  over.then(() => {
    clearTimeout(timer);
    removeEventListener("online", end);
  });
  return { over, end };
}
