// The window that lists the keys, and the switch that turns them off (WCAG 2.1.4).

const OFF = "moderation-keys-off";
const keys = document.querySelector(".keys");
const dialog = keys?.querySelector("dialog");
const isOn = keys?.querySelector(".keys__on");

export const help = () => dialog?.showModal();
export const isHelping = () => Boolean(dialog?.open);
export const areOn = () => isOn?.checked ?? false;

if (keys) {
  isOn.checked = !localStorage.getItem(OFF);
  isOn.addEventListener("change", () => localStorage[isOn.checked ? "removeItem" : "setItem"](OFF, "1"));
  keys.querySelector(".keys__open").addEventListener("click", help);
  keys.hidden = false;
}
