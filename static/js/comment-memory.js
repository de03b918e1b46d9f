// Name, address, website and the links to one's comments are remembered in this browser, for those who ask for it.

import { AUTHOR, forget, read, RECEIPTS, write } from "./storage.js";

const FIELDS = ["name", "email", "website"];
const form = document.querySelector(".comment-form[data-article]");
const box = form?.querySelector("#remember");
const own = document.querySelector(".own-comments");
const author = read(AUTHOR);

function remember() {
  write(AUTHOR, Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value])));
}

function forgetAll() {
  forget(AUTHOR);
  forget(RECEIPTS);
  own?.setAttribute("hidden", "");
}

function linkTo({ path, text }) {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("a"), { href: path, textContent: text, dir: "auto" }));
  return item;
}

if (box) {
  box.closest("[hidden]").hidden = false;
  box.checked = Boolean(author);
  for (const name of author ? FIELDS : []) form.elements[name].value ||= author[name] ?? "";
  box.addEventListener("change", () => box.checked || forgetAll());
  form.addEventListener("submit", () => box.checked && remember());
}

const links = read(RECEIPTS, []).filter(({ article }) => article === own?.dataset.article);
if (author && links.length) {
  own.querySelector("ul").replaceChildren(...links.map(linkTo));
  own.hidden = false;
}
