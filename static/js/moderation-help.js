// The window that lists the keys, and the switch that turns them off (WCAG 2.1.4).

import { forget, read, write } from "./storage.js";

const OFF = "moderation-keys-off";
const keys = document.querySelector(".keys");
const dialog = keys?.querySelector("dialog");
const isOn = keys?.querySelector(".keys__on");

export const help = () => dialog?.showModal();
export const isHelping = () => Boolean(dialog?.open);
export const areOn = () => isOn?.checked ?? false;

if (keys) {
  isOn.checked = !read(OFF, false);
  isOn.addEventListener("change", () => (isOn.checked ? forget(OFF) : write(OFF, true)));
  keys.querySelector(".keys__open").addEventListener("click", help);
  keys.hidden = false;
}
