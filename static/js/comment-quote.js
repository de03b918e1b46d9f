// Loads the button that quotes when something is selected for the first time.

if (document.querySelector(".quote-button")) {
  document.addEventListener("selectionchange", () => import("./comment-quote-button.js"), { once: true });
}
