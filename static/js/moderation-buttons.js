// The buttons of cards, and of the bar below chosen ones, send their forms without loading a page.

import { decide } from "./moderation-decisions.js";
import { bar, chosen } from "./moderation-selection.js";
import { decideTogether } from "./moderation-decide-selection.js";
import { undoCard } from "./moderation-undo.js";
import { forget, undoForm } from "./moderation-undo-history.js";

bar?.addEventListener("submit", (event) => {
  if (!chosen().length) return;
  event.preventDefault();
  decideTogether(chosen(), event.submitter);
});

// After the first click of a double or triple click, the next comment is at that place; nobody has read it yet.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest(".queue .card__actions [name=to]")) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const card = form.closest(".queue .card");
  if (!card && form.matches(".undo")) forget(undoForm(form));
  if (!card || !submitter?.matches("[name=to], [name=undoes]")) return;
  event.preventDefault();
  if (form.matches(".undo")) undoCard(card);
  else decide(card, submitter);
});
