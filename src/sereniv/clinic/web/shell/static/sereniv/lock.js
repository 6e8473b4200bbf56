// Locks the screen when nobody has touched it, and opens it in place: what was typed on the page stays.
(() => {
  const lock = /** @type {HTMLFormElement | null} */ (document.getElementById("lock"));
  if (!lock) return;
  const idleMs = Number(lock.dataset.idleS) * 1000,
    PING_MS = 60000,
    SHARED = "touched",
    STATE = "locked";
  const secret = /** @type {HTMLInputElement} */ (lock.querySelector("#lock-secret")),
    said = lock.querySelector("#lock-said");
  const token = /** @type {HTMLInputElement} */ (lock.querySelector("[name=csrfmiddlewaretoken]")).value;
  // Helping somebody, and writing down that the pump stands, never wait for a PIN.
  const open = document.querySelector("[data-open-when-locked]") !== null;
  // What only leads to a look (another chair, what is folded away) stays to be followed and legible.
  const WORKED = "main :is(a, button, input, select, textarea, summary):not([data-looks])";
  const held = () => [document.querySelector("header.top"), ...(open ? [] : document.querySelectorAll(WORKED))];
  let touched = Date.now(),
    pinged = Date.now();

  // Kept alive: a lock pressed just before the page is left must still reach the server.
  /** @param {string} address @param {URLSearchParams} body */
  const send = (address, body) =>
    fetch(address, {
      method: "POST",
      body,
      keepalive: true,
      headers: { "X-CSRFToken": token, "X-Quiet": "1" },
      credentials: "same-origin",
    });
  const typedIn = (/** @type {HTMLFormElement} */ form) => new URLSearchParams(/** @type {any} */ (new FormData(form)));
  const isLocked = () => !lock.hidden;
  const say = (/** @type {string} */ words) => {
    if (said) said.textContent = words;
  };

  /** @param {boolean} locked */
  const show = (locked) => {
    lock.hidden = !locked;
    document.documentElement.classList.toggle("locked", locked);
    for (const each of held()) if (each) each.inert = locked;
    // What was not sent is not kept past a lock.
    if (locked) document.dispatchEvent(new Event("sereniv:locked"));
  };

  const lockNow = () => {
    if (isLocked()) return;
    show(true);
    localStorage.setItem(STATE, String(Date.now()));
    if (lock.dataset.lock) send(lock.dataset.lock, new URLSearchParams()).catch(() => {});
  };

  const touch = () => {
    if (isLocked()) return;
    touched = Date.now();
    localStorage.setItem(SHARED, String(touched));
    if (!lock.dataset.touch || touched - pinged < PING_MS) return;
    pinged = touched;
    send(lock.dataset.touch, new URLSearchParams())
      .then((answer) => {
        if (answer.status === 423) lockNow();
      })
      .catch(() => {});
  };

  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
    addEventListener(kind, touch, { passive: true });
  addEventListener("storage", (event) => {
    if (event.key === STATE) show(event.newValue !== "");
    if (event.key === SHARED) touched = Math.max(touched, Number(event.newValue));
  });
  // Each form says on whose page it was typed, so that nothing is recorded under another's name after a change of hands.
  document.addEventListener(
    "submit",
    (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (form === lock || form.getAttribute("method") !== "post" || form.elements.namedItem("typed_by")) return;
      const by = Object.assign(document.createElement("input"), {
        type: "hidden",
        name: "typed_by",
        value: lock.dataset.staff,
      });
      form.append(by);
    },
    true,
  );
  setInterval(() => {
    if (Date.now() - touched >= idleMs) lockNow();
  }, 1000);
  document.getElementById("lock-now")?.addEventListener("click", (event) => {
    event.preventDefault();
    lockNow();
    secret.focus();
  });

  lock.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("");
    try {
      const answer = await send(lock.action, typedIn(lock));
      if (answer.status === 204) {
        touched = pinged = Date.now();
        show(false);
        localStorage.setItem(STATE, "");
      } else say(answer.status === 422 ? `▲ ${await answer.text()}` : "▲ Not unlocked. Load the page again.");
    } catch {
      say("▲ The server cannot be reached. Look at the patient and the monitor.");
    }
    secret.value = "";
  });
  // What the page draws anew while it is locked is held as well; what it says stays to be read.
  document.body.addEventListener("htmx:afterSwap", () => {
    if (isLocked()) show(true);
  });
  document.addEventListener("sereniv:answered", () => {
    if (isLocked()) show(true);
  });
  show(isLocked());
})();
