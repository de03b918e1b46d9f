// Buttons that copy something, and say so to eyes and ears. The words come with the page.

const toast = document.querySelector(".toast");
const SHOWN_MS = 4000;

export const words = toast?.dataset;

// Only a page that came over HTTPS, or from the machine itself, may use the clipboard.
export const canCopy = toast && navigator.clipboard;

export function copyButton(className, shown, text) {
  const button = document.createElement("button");
  Object.assign(button, { className, type: "button", textContent: shown });
  button.addEventListener("click", async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    toast.textContent = isCopied ? words.copied : words.notCopied;
    setTimeout(() => toast.replaceChildren(), SHOWN_MS);
  });
  return button;
}
