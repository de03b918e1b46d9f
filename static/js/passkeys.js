// Passkeys: a form with `data-passkey-create` or `data-passkey-get` asks the browser for one, and then sends itself.
// Without this file, or in a browser that has no passkeys, the forms stay hidden and passwords remain.

const forms = document.querySelectorAll("form[data-passkey-create], form[data-passkey-get]");
const isAble = typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

const asks = {
  create: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

function say(form, text) {
  const place = form.querySelector("[data-passkey-message]");
  place.textContent = text;
  place.hidden = !text;
}

// An error that the server explains in the language of the site.
class Refused extends Error {}

async function answer(form) {
  const response = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
  const options = await response.json();
  if (!response.ok) throw new Refused(options.error);
  const credential = await ("passkeyCreate" in form.dataset ? asks.create(options) : asks.get(options));
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

for (const form of isAble ? forms : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say(form, "");
    try {
      await answer(form);
    } catch (error) {
      // Other errors are in the browser's words: the person cancelled, there is no passkey, or no connection.
      say(form, (error instanceof Refused && error.message) || form.dataset.failed);
      button.disabled = false;
    }
  });
}
