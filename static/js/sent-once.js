// A form that was just sent is not sent again by a second click.

const AGAIN_AFTER_MS = 3000;
const sent = new WeakMap();

addEventListener("submit", (event) => {
  const { target: form, timeStamp } = event;
  if (event.defaultPrevented || form.method !== "post") return;
  if (timeStamp - sent.get(form) < AGAIN_AFTER_MS) event.preventDefault();
  else sent.set(form, timeStamp);
});
