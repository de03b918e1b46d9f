// The reader's storage in this browser. If storing is forbidden, it behaves like an empty one.

export function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // full or forbidden: the page works without it
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // forbidden: there is nothing to delete
  }
}

export const draftKey = (article) => `draft:${article}`;
export const AUTHOR = "author";
export const RECEIPTS = "receipts";
