// An address that ends in #comment-123 works on every page of the comments: the server knows where that comment stands.

const comments = document.querySelector("[data-comments]");
const KEY = "comment-link";
const AGAIN_AFTER_MS = 5000;

function isRepeated(id) {
  // A page that was kept for a moment too long may lack the comment, and would send the reader around in a circle.
  try {
    const [last, time] = (sessionStorage.getItem(KEY) ?? "").split(" ");
    sessionStorage.setItem(KEY, `${id} ${Date.now()}`);
    return last === id && Date.now() - Number(time) < AGAIN_AFTER_MS;
  } catch {
    return true;
  }
}

function follow() {
  const id = /^#comment-(\d+)$/.exec(location.hash)?.[1];
  if (!id || document.getElementById(`comment-${id}`) || isRepeated(id)) return;
  location.replace(`${comments.dataset.comments}/${id}`);
}

if (comments) {
  follow();
  addEventListener("hashchange", follow);
}
