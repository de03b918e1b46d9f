// Keys for moderators. Each presses a button that is on the page, and works, without this file.

const DECISIONS = { a: "approved", r: "rejected", s: "spam" };
const NEXT_CARD = "next-card";

const cards = [...document.querySelectorAll(".card")];
const message = document.querySelector(".message");
const keys = document.querySelector(".keys");
const dialog = keys?.querySelector("dialog");

function press(button) {
  button?.form.requestSubmit(button);
}

// Letters alone act only where the focus says what they are meant for (WCAG 2.1.4).
function act(key, place) {
  const index = cards.indexOf(place);
  if (key === "j") cards[index + 1]?.focus();
  else if (key === "k") cards[index - 1]?.focus();
  else if (key === "u") press(message?.querySelector("[name=undoes]"));
  else if (key === "?") dialog?.showModal();
  else if (index >= 0 && key in DECISIONS) press(place.querySelector(`[name=to][value=${DECISIONS[key]}]`));
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const place = event.target.closest(".card, .message");
  const isTyping = event.target.closest("input, textarea, select, dialog");
  const isOther = event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
  const isHeld = event.repeat && event.key !== "j" && event.key !== "k";
  if (!place || isTyping || isOther || isHeld) return;
  if (act(event.key, place)) event.preventDefault();
});

// The page after a decision begins where the moderator would have gone on.
for (const [index, card] of cards.entries()) {
  card.addEventListener("submit", () => {
    sessionStorage.setItem(NEXT_CARD, (cards[index + 1] ?? cards[index - 1] ?? card).id);
  });
}

const next = document.getElementById(sessionStorage.getItem(NEXT_CARD) ?? "");
sessionStorage.removeItem(NEXT_CARD);
const start = message?.matches(".message--error") ? message : (next ?? cards[0] ?? message);
start?.focus();

keys?.removeAttribute("hidden");
keys?.querySelector("button").addEventListener("click", () => dialog.showModal());
