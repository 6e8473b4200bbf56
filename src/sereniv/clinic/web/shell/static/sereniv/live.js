// Hears "entry N" over one stream and lets the page fetch what changed; keeps clocks, ages and countdowns running; says when
// what stands on the page may be old.
import { ageOf, countdownOf, two } from "./ages.js";
import { homeNow, isTold, onTheWall, tell } from "./home_clock.js";

(() => {
  const STALE_AFTER_MS = 6000;
  let heard = performance.now();
  const clockElement = document.getElementById("home-clock");
  // A page that hears no stream keeps what it came with.
  if (clockElement?.dataset.now) tell(clockElement.dataset.now, Number(clockElement.dataset.rate));

  function tick() {
    const now = homeNow();
    if (clockElement && isTold()) {
      const moment = onTheWall(now);
      const day = moment.toLocaleDateString("en-GB", {
        weekday: "short",
        day: "numeric",
        month: "short",
        timeZone: "UTC",
      });
      clockElement.textContent = `${day} ${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}:${two(moment.getUTCSeconds())}`;
    }
    for (const element of document.querySelectorAll("[data-countdown]")) {
      const seconds = Math.floor((Date.parse(element.dataset.countdown ?? "") - now) / 1000);
      element.textContent = countdownOf(seconds, element.dataset.late !== undefined);
    }
    for (const element of document.querySelectorAll("[data-age]")) {
      if (!element.dataset.age) continue;
      const seconds = Math.max(0, Math.floor((now - Date.parse(element.dataset.age)) / 1000));
      element.textContent = ageOf(seconds);
    }
    const stale = document.getElementById("stale");
    const silent = streaming && performance.now() - heard >= STALE_AFTER_MS;
    const isOld = silent || [...lost].some((part) => part.isConnected);
    if (stale) stale.hidden = !isOld;
    // Numbers of which nobody knows whether they still hold are greyed.
    document.documentElement.toggleAttribute("data-not-live", isOld);
  }

  // A part that the server did not send anew is old from then on, whatever the stream says: the page tells until it comes.
  const lost = new Set();
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
    document.addEventListener(failure, (event) => {
      const { elt: part, requestConfig } = /** @type {CustomEvent} */ (event).detail;
      if (requestConfig.verb !== "get") return;
      if (part.dataset.failed) part.firstElementChild.textContent = part.dataset.failed;
      else lost.add(part);
    });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) lost.delete(event.detail.elt);
  });

  let streaming = false;
  setInterval(tick, 500);

  if (!document.querySelector("[data-live], [data-stream], #status")) return;
  streaming = true;
  const source = new EventSource("/live/ticks");
  const announce = (/** @type {string} */ name) => document.body.dispatchEvent(new Event(name));
  // Whatever changed before the stream opened, or while it was lost, is fetched when it opens.
  source.addEventListener("open", () => {
    const own = document.querySelector("[data-stream]")?.dataset.stream;
    if (own) announce(`sereniv:${own.replace("/", "-")}`);
    announce("sereniv:entry");
  });
  source.addEventListener("clock", (event) => {
    const told = JSON.parse(event.data);
    tell(told.now, told.rate);
    heard = performance.now();
    const label = document.getElementById("clock-label");
    if (label) label.textContent = told.label;
  });
  source.addEventListener("entry", (event) => {
    heard = performance.now();
    for (const stream of JSON.parse(event.data).streams) announce(`sereniv:${stream.replace("/", "-")}`);
    announce("sereniv:entry");
  });
  source.addEventListener("numerics", (event) => {
    heard = performance.now();
    document.body.dispatchEvent(new CustomEvent("sereniv:numerics", { detail: JSON.parse(event.data) }));
  });
  addEventListener("pagehide", () => source.close());

  // Numbers that a monitor sends each second are drawn as they come; a lost signal re-draws the whole status.
  const status = document.getElementById("status");
  const charted = document.getElementById("session-chart")?.dataset.stream;
  document.body.addEventListener("sereniv:numerics", (event) => {
    if (!status || !charted) return;
    const mine = event.detail[charted.split("/")[1]];
    if (!mine) return;
    for (const [signal, told] of Object.entries(mine)) {
      // A signal without a number here (pulse beside the heart rate) changes nothing; a cuff reading is one figure of two.
      if (signal !== "systolic" && !status.querySelector(`.figure[data-signal="${signal}"]`)) continue;
      const figure = status.querySelector(`.figure[data-signal="${signal}"] .figure-value`);
      if (!figure?.firstChild) {
        announce(`sereniv:${charted.replace("/", "-")}`);
        return;
      }
      figure.firstChild.textContent = told.value;
      const age = figure.parentElement?.querySelector("[data-age]");
      if (age) age.dataset.age = told.at;
    }
  });
})();
