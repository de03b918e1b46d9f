// What is stored in this browser, or in this window alone. If storing is forbidden, nothing is ever found.

function guarded(kind) {
  return {
    read(key, otherwise) {
      try {
        return JSON.parse(window[kind].getItem(key)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    write(key, value) {
      try {
        window[kind].setItem(key, JSON.stringify(value));
      } catch {
        // full or forbidden: the page works without it
      }
    },
    forget(key) {
      try {
        window[kind].removeItem(key);
      } catch {
        // forbidden: there is nothing to delete
      }
    },
  };
}

export const { read, write, forget } = guarded("localStorage");
export const ofWindow = guarded("sessionStorage");

export const draftKey = (article) => `draft:${article}`;
export const AUTHOR = "author";
export const RECEIPTS = "receipts";
