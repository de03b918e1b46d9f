// Buttons that copy something and report it, also to screen readers. Their texts are in the page.

const toast = document.querySelector(".toast");
const SHOWN_MS = 4000;
let hiding;

export const words = toast?.dataset;

// Browsers allow the clipboard only over HTTPS or on localhost.
export const canCopy = toast && navigator.clipboard;

export function copyButton(className, shown, text) {
  const button = document.createElement("button");
  Object.assign(button, { className, type: "button", textContent: shown });
  button.addEventListener("click", async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    toast.textContent = isCopied ? words.copied : words.notCopied;
    clearTimeout(hiding);
    hiding = setTimeout(() => toast.replaceChildren(), SHOWN_MS);
  });
  return button;
}
