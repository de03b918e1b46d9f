// What is stored in this browser, or (in “sessionStorage”) in this window. If storing is forbidden, nothing is found.

export function read(key, otherwise, place = "localStorage") {
  try {
    return JSON.parse(window[place].getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function write(key, value, place = "localStorage") {
  try {
    window[place].setItem(key, JSON.stringify(value));
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
