// What a chart works out before anything is drawn: stretches of time, shared axes, shaded ground, words.

export const MINUTE = 60;
export const NARROWEST_S = 2 * MINUTE;

/** @typedef {{ from: number, to: number }} Span  Two moments, in seconds. */
/** @typedef {{ now: number, opened: number, started: number | null }} Times  Of a session, in seconds. */
/** @typedef {[number, number | null]} Point  A moment and what was measured; null is a gap. */
/** @typedef {"systolic" | "diastolic" | "heart_rate" | "spo2" | "respiratory_rate"} Sign */
/** @typedef {{ at: number, struck: boolean, questioned: string[] } & Record<Sign, number | null>} Vital  As charted. */
/** @typedef {{ at: number, row: string, words: string, short: string, struck: boolean }} Told  What happened. */
/** @typedef {{ limit: number, above: boolean }} Limit  From where on a value is shaded. */
/** @typedef {{ rates: { at: number, rate: number }[], reached: number | null, now: number }} Rates  In mL/h. */
/** @typedef {{ mg: number, vitals: Vital[], monitor: Record<string, Point[]>, events: Told[],
 *   limits: Record<"systolic" | "spo2" | "respiratory_rate", Limit> }} Charted */
/** @typedef {Times & Rates & Charted} Session  What `web/chair/series.py` gives. */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box  In pixels. */

/** The whole session with room on both sides.
 * @param {Times} data @returns {Span} */
export function whole(data) {
  const from = (data.started ?? data.opened) - 10 * MINUTE;
  return { from, to: Math.max(data.now + 5 * MINUTE, (data.started ?? data.now) + 55 * MINUTE) };
}

/** Keeps a stretch inside the whole, and no narrower than can be read.
 * @param {Span} span @param {Times} data @returns {Span} */
export function held({ from, to }, data) {
  const all = whole(data);
  const length = Math.min(Math.max(to - from, NARROWEST_S), all.to - all.from);
  const start = Math.min(Math.max(from, all.from), all.to - length);
  return { from: start, to: start + length };
}

/** The stretch by which two fingers that were over two moments stay over them.
 * @param {Span} span @param {number} width @param {number[]} before @param {number[]} after @returns {Span} */
export function pinched(span, width, before, after) {
  const perPixel = (span.to - span.from) / width;
  const gap = Math.max(Math.abs(after[1] - after[0]), 1);
  const was = Math.max(Math.abs(before[1] - before[0]), 1);
  const length = ((span.to - span.from) * was) / gap;
  const middle = span.from + (perPixel * (before[0] + before[1])) / 2;
  const from = middle - (length * (after[0] + after[1])) / 2 / width;
  return { from, to: from + length };
}

/** Lays several series on one shared, sorted time axis; a null stays a gap, and what a series does not have is undefined.
 * @param {Point[][]} all @returns {[number[], ...(number | null | undefined)[][]]} */
export function joined(all) {
  const times = [...new Set(all.flatMap((points) => points.map((point) => point[0])))].sort((a, b) => a - b);
  const place = new Map(times.map((time, index) => [time, index]));
  const values = all.map((points) => {
    /** @type {(number | null | undefined)[]} */
    const row = new Array(times.length).fill(undefined);
    for (const [time, value] of points) row[/** @type {number} */ (place.get(time))] = value;
    return row;
  });
  return [times, ...values];
}

/** The ground that is shaded past a limit at height `y`: all above it, or all below; null where none of it shows.
 * @param {number} y @param {Box} box @param {boolean} above @returns {Box | null} */
export function shaded(y, box, above) {
  const top = above ? box.top : Math.max(y, box.top);
  const bottom = above ? Math.min(y, box.top + box.height) : box.top + box.height;
  return bottom > top ? { left: box.left, top, width: box.width, height: bottom - top } : null;
}

/** A pressure that nobody has confirmed yet: its words, and how high they stand; null where none was charted.
 * @param {Vital} vital @returns {{ level: number, words: string } | null} */
export function askedPressure({ systolic, diastolic, struck }) {
  const level = systolic ?? diastolic;
  if (level === null) return null;
  return { level, words: `? ${systolic ?? "–"}/${diastolic ?? "–"}${struck ? " struck" : ""}` };
}

/** The rate of the drug as steps. Past the ordered volume nothing more counts as given; what the pump does then, nobody
 * has charted.
 * @param {Rates} data @returns {Point[]} */
export function rateSteps({ rates, reached, now }) {
  /** @type {Point[]} */
  const steps = rates.map((step) => [step.at, step.rate]);
  const last = rates.at(-1);
  if (last) steps.push([Math.max(last.at, reached ?? now), last.rate]);
  if (reached) steps.push([reached + 0.001, null]);
  return steps;
}

/** A moment on the clinic's wall, with the minutes since the start under it.
 * @param {number} tick @param {number | null} started @param {number} offsetSeconds @returns {string} */
export function clockWords(tick, started, offsetSeconds) {
  const wall = new Date((tick + offsetSeconds) * 1000).toISOString().slice(11, 16);
  return started ? `${wall}\n${Math.round((tick - started) / MINUTE)} min` : wall;
}

/** Words that fit beside a mark.
 * @param {string} words @param {number} most @returns {string} */
export const shortened = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

/**
 * Where the words of an event begin: after its line, or before it where they would run over the right edge.
 * @param {number} x @param {number} width @param {{left: number, right: number}} edges @param {number} gap
 */
export function wordsFrom(x, width, { left, right }, gap) {
  const before = x - gap - width;
  return x + gap + width > right && before >= left ? before : x + gap;
}
