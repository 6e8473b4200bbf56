// Which stretch of the session the chart shows: the whole, the last quarter of an hour, or what a finger or a mouse moved to.
import { held, MINUTE, pinched, whole } from "./reckoning.js";

/** @typedef {import("./reckoning.js").Span} Span */
/** @typedef {import("./reckoning.js").Times} Times */

const LAST_S = 15 * MINUTE;
const PLOT_LEFT = 84,
  PLOT_RIGHT = 33; // where the time axis begins and ends inside the figure

/** Lets fingers, mouse and buttons choose the stretch, and tells when it changed.
 * @param {HTMLElement} target @param {() => Times} dataNow @param {() => void} onChange */
export function chartView(target, dataNow, onChange) {
  let chosen = "whole";
  /** @type {Span | null} */
  let own = null;
  const buttons = [...document.querySelectorAll("[data-view]")];
  /** @param {Times} data */
  const span = (data) =>
    chosen === "last"
      ? held({ from: data.now - LAST_S, to: data.now + MINUTE / 2 }, data)
      : chosen === "own" && own
        ? held(own, data)
        : whole(data);
  let asked = false;
  /** @param {string} name @param {Span | null} [stretch] */
  function choose(name, stretch = null) {
    chosen = name;
    own = stretch;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      onChange();
    });
  }
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.view ?? "whole"));

  const fingers = new Map();
  const width = () => Math.max(target.clientWidth - PLOT_LEFT - PLOT_RIGHT, 1);
  /** @param {MouseEvent} event */
  const place = (event) => event.clientX - target.getBoundingClientRect().left - PLOT_LEFT;
  target.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, place(event));
  });
  target.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, place(event));
    const after = [...fingers.values()];
    const now = span(dataNow());
    if (fingers.size === 1 && after[0] !== before[0]) {
      const moved = ((before[0] - after[0]) * (now.to - now.from)) / width();
      choose("own", { from: now.from + moved, to: now.to + moved });
    } else if (fingers.size === 2) choose("own", pinched(now, width(), before, after));
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"])
    target.addEventListener(end, (event) => {
      fingers.delete(/** @type {PointerEvent} */ (event).pointerId);
    });
  target.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // a wheel alone goes on scrolling the page
      event.preventDefault();
      const now = span(dataNow()),
        at = place(event),
        grown = event.deltaY > 0 ? 1.2 : 1 / 1.2;
      const moment = now.from + ((now.to - now.from) * at) / width(),
        length = (now.to - now.from) * grown;
      choose("own", { from: moment - (length * at) / width(), to: moment + length * (1 - at / width()) });
    },
    { passive: false },
  );
  return { span, showing: () => chosen };
}
