// A reply is written in place: the form moves below its comment. Without this script, the link leads to a page of its own.

const form = document.querySelector("form.comment-form");
const title = form?.querySelector(".comment-form__title");
const cancel = form?.querySelector(".comment-form__cancel");
const home = document.createComment("the comment form");
let before;

function isPlain(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

function open(link, isPressed) {
  before ??= { title: title.textContent, parent: form.elements.parent.value };
  title.textContent = form.dataset.reply.replace("{name}", () => link.dataset.name);
  form.elements.parent.value = link.dataset.parent;
  cancel.hidden = false;
  link.closest(".comment").after(form);
  if (!isPressed) return; // the draft of a reply
  (form.elements.name.value ? form.elements.body : form.elements.name).focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

function close() {
  const link = document.querySelector(`.comment__reply[data-parent="${form.elements.parent.value}"]`);
  title.textContent = before.title;
  form.elements.parent.value = before.parent;
  cancel.hidden = true;
  home.after(form);
  link?.focus();
}

if (form?.elements.parent && cancel) {
  form.before(home);
  cancel.addEventListener("click", close);
  form.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && !cancel.hidden && close());
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".comment__reply");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    open(link, event.isTrusted);
  });
}
