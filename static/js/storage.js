// What this browser keeps for the reader. Where it may keep nothing, everything is as if it were empty.

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
    // full, or forbidden: the page works without it
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // forbidden: there is nothing to forget
  }
}

export const draftKey = (article) => `draft:${article}`;
export const AUTHOR = "author";
export const RECEIPTS = "receipts";
