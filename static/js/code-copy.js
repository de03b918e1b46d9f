// A button in the corner of each block of code copies it.

import { canCopy, copyButton, words } from "./copying.js";

for (const code of canCopy ? document.querySelectorAll(".article .prose pre") : []) {
  const frame = document.createElement("div");
  frame.className = "code";
  code.replaceWith(frame);
  frame.append(code, copyButton("code__copy", words.copyCode, code.textContent));
}
