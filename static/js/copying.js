// Buttons that copy something and report it, also to screen readers. Their texts are in the page.

const toast = document.querySelector(".toast");
const SHOWN_MS = 4000;

export const words = toast?.dataset;

// Browsers allow the clipboard only over HTTPS or on localhost.
export const canCopy = toast && navigator.clipboard;

export function copyButton(className, shown, text) {
  const button = document.createElement("button");
  Object.assign(button, { className, type: "button", textContent: shown });
  button.addEventListener("click", async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    const report = new Text(isCopied ? words.copied : words.notCopied);
    toast.replaceChildren(report);
    setTimeout(() => report.remove(), SHOWN_MS);
  });
  return button;
}
