// Sounds and vibrates for what rings, on a screen on which somebody has allowed it by one tap; says plainly where it is not.
// A browser lets no page make a sound by itself before that.
(() => {
  const calls = document.getElementById("calls");
  if (!calls) return;
  const ALLOWED = "sound",
    SCREEN = "screen",
    AT_LEAST_EVERY_MS = 250;
  /** @typedef {{ priority: string, everywhere: boolean, nurse: string, session: string }} Ring */
  /** @typedef {"high" | "medium" | "low"} Priority */
  /** @type {Priority[]} */
  const GRAVEST_FIRST = ["high", "medium", "low"];
  /** @typedef {{ pulses: number[], hertz: number, everyMs: number }} Pattern  Beginnings of the pulses in seconds, their
   * height in Hz, and after how long they come again. */
  // The graver, the more.
  /** @type {Record<Priority, Pattern>} */
  const PATTERNS = {
    high: { pulses: [0, 0.2, 0.4, 0.75, 0.95], hertz: 880, everyMs: 4000 },
    medium: { pulses: [0, 0.3, 0.6], hertz: 660, everyMs: 9000 },
    low: { pulses: [0, 0.4], hertz: 440, everyMs: 20000 },
  };
  const PULSE_S = 0.14,
    LOUD = 0.5;
  const listens = /** @type {HTMLElement | null} */ (document.querySelector("[data-listens]"))?.dataset.listens ?? "";
  const me = /** @type {HTMLElement | null} */ (document.getElementById("lock"))?.dataset.staff ?? "";
  const buttons = () => /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-sound]"));

  const named = () =>
    [...crypto.getRandomValues(new Uint8Array(8))].map((each) => each.toString(16).padStart(2, "0")).join("");
  const screen = sessionStorage.getItem(SCREEN) || named();
  sessionStorage.setItem(SCREEN, screen);

  /** @type {AudioContext | null} */
  let audio = null;
  const isAllowed = () => localStorage.getItem(ALLOWED) === "yes";
  const sounds = () => isAllowed() && audio?.state === "running";

  function say() {
    document.documentElement.classList.toggle("sounds", sounds());
    for (const button of buttons()) {
      const words = sounds() ? "♪ Sound on" : "● No sound here: allow it";
      if (button.textContent !== words) button.textContent = words;
    }
  }

  function wake() {
    if (!isAllowed()) return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().then(say, say);
  }

  /** Whatever rings here: what this page listens to, what is mine as its nurse, and what has gone past its nurse.
   * @returns {Priority | ""} */
  const gravest = () => {
    if (calls.querySelector(".call-banner")) return "high";
    const told = /** @type {HTMLElement | null} */ (calls.querySelector("[data-rings]"))?.dataset.rings;
    /** @type {Ring[]} */
    const rings = JSON.parse(told || "[]");
    const mine = rings.filter(
      (ring) => ring.everywhere || ring.nurse === me || listens === ring.session || listens === "board",
    );
    return GRAVEST_FIRST.find((priority) => mine.some((ring) => ring.priority === priority)) ?? "";
  };

  /** @param {Pattern} pattern */
  function play({ pulses, hertz }) {
    if (!audio) return;
    for (const from of pulses) {
      const tone = audio.createOscillator(),
        volume = audio.createGain(),
        at = audio.currentTime + from;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(LOUD, at + 0.02);
      volume.gain.setValueAtTime(LOUD, at + PULSE_S - 0.02);
      volume.gain.linearRampToValueAtTime(0, at + PULSE_S);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + PULSE_S);
    }
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pulses.flatMap(() => [PULSE_S * 1000, 120]));
  }

  let last = "",
    playedAt = 0;
  function ring() {
    // A page that hears nothing from the server says so by sound, too: what is not heard may be anything.
    const isSilent = document.getElementById("stale")?.hidden === false;
    const priority = gravest() || (isSilent ? "medium" : "");
    document.documentElement.dataset.rings = priority;
    const isNew = priority !== "" && priority !== last;
    last = priority;
    if (!priority || !sounds()) return;
    const now = performance.now();
    if (!isNew && now - playedAt < PATTERNS[priority].everyMs) return;
    playedAt = now;
    document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang ?? 0) + 1);
    play(PATTERNS[priority]);
  }

  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest?.("[data-sound]");
    if (!button) return;
    localStorage.setItem(ALLOWED, sounds() ? "no" : "yes");
    wake();
    // The press itself is heard: whoever allows sound hears that there is one.
    audio?.resume().then(() => {
      if (sounds()) play(PATTERNS.low);
      say();
      const address = calls.getAttribute("hx-get");
      if (address) htmx.ajax("get", address, { source: calls }).catch(() => {});
    }, say);
    say();
  });
  addEventListener("pointerdown", wake, { passive: true, capture: true });
  // What a page listens to, and whether it is heard there, goes with what it asks for anyway.
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, headers } = /** @type {CustomEvent} */ (event).detail;
    if (elt !== calls) return;
    headers["X-Screen"] = screen;
    headers["X-Listens"] = listens;
    headers["X-Sounds"] = sounds() ? "yes" : "no";
  });

  // A tablet at a chair does not go to sleep.
  const stayAwake = () => {
    if (listens && !document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
  wake();
  say();
  setInterval(() => {
    say();
    ring();
  }, AT_LEAST_EVERY_MS);
})();
