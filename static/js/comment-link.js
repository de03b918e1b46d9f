// Makes #comment-123 work on every page of the comments: the server redirects to the page that shows the comment.

const comments = document.querySelector("[data-comments]");
const KEY = "comment-link";
const AGAIN_AFTER_MS = 5000;

function isRepeated(id) {
  // A cached page can lack a new comment, and would redirect the reader in a circle.
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
