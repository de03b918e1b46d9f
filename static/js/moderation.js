// Keys for moderators: each presses a button, or follows a link, on the page.

import "./moderation-buttons.js";
import { cards, prepare, say } from "./moderation-cards.js";
import { begin, current, isField, step } from "./moderation-current.js";
import { keepClaims } from "./moderation-claims.js";
import { decide } from "./moderation-decisions.js";
import { areOn, help, isHelping } from "./moderation-help.js";
import { live } from "./moderation-live.js";
import { fill } from "./moderation-more.js";
import { adoptReport, undoLast } from "./moderation-report.js";
import { bar, chosen, showCount, toggle } from "./moderation-selection.js";
import { decideTogether } from "./moderation-decide-selection.js";
import { typing } from "./moderation-typing.js";

const DECISIONS = { a: "approved", r: "rejected", s: "spam" };
const LISTS = { p: "pending", ...DECISIONS, w: "withdrawn", l: "log" };
const GO_MS = 1500;

const start = document.querySelector(".message--error") ?? cards()[0] ?? document.querySelector(".message");
let goUntil = 0;

function verdict(to) {
  const all = chosen();
  const together = bar?.querySelector(`[name=to][value=${to}]`);
  if (all.length && !together) return;
  if (all.length) decideTogether(all, together);
  else if (cards().includes(current())) decide(current(), current().querySelector(`.card__actions [value=${to}]`));
}

function leadTo(key) {
  goUntil = 0;
  const link = document.getElementById(`list-${LISTS[key]}`);
  if (link) link.click();
  else if (LISTS[key]) location.assign(`${document.querySelector(".site-header__nav a").href}?status=${LISTS[key]}`);
}

function openReason() {
  const options = current()?.querySelector(".card__options");
  if (!options) return;
  options.open = true;
  options.querySelector("[name=reason]").focus();
}

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  u: undoLast,
  e: openReason,
  o: () => current()?.querySelector(".card__author")?.click(),
  x: () => toggle(current()),
  g: () => { goUntil = Date.now() + GO_MS; },
  "/": () => document.querySelector("main input[type=search]")?.focus(),
  "?": help,
};

function act(key) {
  if (Date.now() < goUntil) leadTo(key);
  else if (key in DECISIONS) verdict(DECISIONS[key]);
  else if (Object.hasOwn(ACTIONS, key)) ACTIONS[key]();
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || isHelping()) return;
  if (isField(event.target)) return typing(event);
  const isOther = event.ctrlKey || event.altKey || event.metaKey || !areOn();
  // A held key would decide on comments that nobody has read.
  const isHeld = event.repeat && event.key !== "j" && event.key !== "k";
  if (!isOther && !isHeld && act(event.key)) event.preventDefault();
});

prepare(cards());
showCount();
adoptReport();
if (document.querySelector(".queue")) {
  document.querySelector(".queue").classList.add("queue--live");
  fill();
  live();
  keepClaims();
}
say("");
begin(start);
