// A footnote shows beside its mark. The mark becomes a button, and the browser opens and closes its popover.

const word = document.querySelector(".toast")?.dataset.footnote;
const marks = "popover" in document.body ? document.querySelectorAll(".article .prose sup > a[href^='#']") : [];

function target(link) {
  return document.getElementById(link.getAttribute("href").slice(1));
}

function noteOf(item) {
  const note = Object.assign(document.createElement("div"), { className: "footnote", popover: "auto", role: "note" });
  note.append(...item.cloneNode(true).childNodes);
  for (const link of note.querySelectorAll("a[href^='#']")) {
    if (target(link)?.closest("sup")) link.remove(); // the way back stays in the list
  }
  for (const copy of note.querySelectorAll("[id]")) copy.removeAttribute("id");
  return note;
}

for (const link of marks) {
  const item = target(link);
  if (!item?.matches(".article li")) continue;
  const { id, textContent, parentElement } = link;
  const button = Object.assign(document.createElement("button"), { className: "footnote-mark", id, textContent });
  button.ariaLabel = `${word} ${textContent}`;
  const note = noteOf(item);
  button.popoverTargetElement = note;
  parentElement.after(note);
  link.replaceWith(button);
}
