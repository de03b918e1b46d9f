// Gets a challenge when its reader begins to write, and sends its solution with the comment.
// It is loaded then, and not with the page. Without it, comments are accepted as well.

const form = document.querySelector(".comment-form");
const WAIT_MS = 20_000;
const PAUSE_EVERY = 20;
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
const asHex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function keyDeriver({ nonce, salt, cost, keyLength }) {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const view = new DataView(password.buffer);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return async (counter) => {
    view.setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return asHex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
  };
}

async function solve({ parameters }) {
  const derive = keyDeriver(parameters);
  for (let counter = 0; ; counter += 1) {
    const derivedKey = await derive(counter);
    if (derivedKey.startsWith(parameters.keyPrefix)) return { counter, derivedKey };
    if (counter % PAUSE_EVERY === 0) await wait(0); // typing goes first
  }
}

async function prove() {
  const answer = await fetch(`${new URL(form.action).pathname}/challenge`);
  if (!answer.ok) return;
  const challenge = await answer.json();
  return btoa(JSON.stringify({ challenge, solution: await solve(challenge) }));
}

let proving;

function begin() {
  form.elements.proof?.remove();
  const own = prove()
    .catch(() => {})
    .then((value) => {
      if (proving !== own) return; // a later one replaces it
      proving = undefined;
      if (value) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "proof", value }));
    });
  proving = own;
}

// A form that was refused still has its proof. Only HTTPS pages and localhost have crypto.subtle.
if (form && crypto.subtle) {
  if (!form.elements.proof) begin();
  form.addEventListener("submit", async (event) => {
    if (!proving || event.defaultPrevented || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    await Promise.race([proving, wait(WAIT_MS)]);
    proving = undefined;
    form.requestSubmit(event.submitter);
  });
  // Back on this page after sending: a proof works only once.
  addEventListener("pageshow", (event) => event.persisted && begin());
}
