// The decisions in this window, the newest last. They survive a reload, so that they can be undone later.

import { read, write } from "./storage.js";

const NAME = "moderation-steps";
const MAX_STEPS = 100;

export const steps = read(NAME, [], "sessionStorage");

export function keep() {
  const parts = (step) => step.parts.filter((part) => part.undo).map(({ id, ids, undo }) => ({ id, ids, undo }));
  const kept = steps.map((step) => ({ parts: parts(step) })).filter((step) => step.parts.length);
  write(NAME, kept.slice(-MAX_STEPS), "sessionStorage");
}
