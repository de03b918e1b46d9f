// A button after each heading of an article copies the heading's address.

import { canCopy, copyButton, words } from "./copying.js";

const HEADINGS = ".article .prose > :is(h2, h3, h4, h5, h6)[id]";

for (const heading of canCopy ? document.querySelectorAll(HEADINGS) : []) {
  const button = copyButton("heading-link", "#", new URL(`#${heading.id}`, location).href);
  button.ariaLabel = `${words.copyLink}: ${heading.textContent}`;
  heading.after(button);
}
