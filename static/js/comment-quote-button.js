// A passage that is selected in the article or in a comment can be quoted: a button appears after it.

const button = document.querySelector(".quote-button");
const { form } = button;
const GAP = 8;
const DELAY_MS = 200;
const READ = ".article .prose, .comments .comment__body";

function selected() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const text = selection.toString().trim();
  return text && (around.closest ? around : around.parentElement).closest(READ) ? { range, text } : null;
}

function place(range) {
  const end = range.endContainer;
  const block = (end.closest ? end : end.parentElement).closest("p, li, pre, td, th, h2, h3, h4, .prose");
  // The button is also next to the passage in the document, so that the Tab key reaches it.
  if (block.matches("li, td, th, .prose")) block.append(button);
  else block.after(button);
  button.hidden = false;
  const frame = button.offsetParent.getBoundingClientRect();
  const passage = range.getBoundingClientRect();
  const left = Math.max(0, Math.min(passage.left, innerWidth - button.offsetWidth - GAP));
  button.style.left = `${left - frame.left}px`;
  button.style.top = `${passage.bottom - frame.top + GAP}px`;
}

function offer() {
  if (document.activeElement === button) return;
  const passage = selected();
  button.hidden = !passage;
  if (passage) place(passage.range);
}

function quote() {
  const passage = selected();
  button.hidden = true;
  if (!passage) return;
  const { body } = form.elements;
  const lines = passage.text.replace(/\n{2,}/g, "\n\n").split("\n").map((line) => `> ${line}`.trimEnd());
  body.value = `${body.value.trimEnd()}\n\n${lines.join("\n")}\n\n`.trimStart();
  body.dispatchEvent(new Event("input", { bubbles: true }));
  getSelection().removeAllRanges();
  body.focus();
  body.setSelectionRange(body.value.length, body.value.length);
}

let waiting;

function offerSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(offer, DELAY_MS);
}

document.addEventListener("selectionchange", offerSoon);
button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
button.addEventListener("click", quote);
offerSoon();
