import assert from "node:assert/strict";
import { test } from "node:test";
import {
  askedPressure,
  clockWords,
  held,
  joined,
  MINUTE,
  NARROWEST_S,
  pinched,
  rateSteps,
  shaded,
  shortened,
  whole,
  wordsFrom,
} from "../../src/sereniv/clinic/web/chair/static/sereniv/reckoning.js";

const NOON = Date.UTC(2026, 2, 2, 12) / 1000;
const running = { opened: NOON - 20 * MINUTE, started: NOON, now: NOON + 10 * MINUTE };
const box = { left: 50, top: 10, width: 300, height: 100 };

test("the whole reaches from before the start to the end of an hour, and on with the clock", () => {
  assert.deepEqual(whole(running), { from: NOON - 10 * MINUTE, to: NOON + 55 * MINUTE });
  assert.equal(whole({ ...running, now: NOON + 80 * MINUTE }).to, NOON + 85 * MINUTE);
  const waiting = { ...running, started: null };
  assert.deepEqual(whole(waiting), { from: waiting.opened - 10 * MINUTE, to: waiting.now + 55 * MINUTE });
});

test("a stretch stays inside the whole and wide enough to be read", () => {
  const all = whole(running);
  assert.deepEqual(held({ from: all.from - 500, to: all.from - 500 + 600 }, running), {
    from: all.from,
    to: all.from + 600,
  });
  assert.deepEqual(held({ from: all.to - 100, to: all.to + 500 }, running), { from: all.to - 600, to: all.to });
  assert.deepEqual(held({ from: 0, to: 4 * NOON }, running), all);
  const narrow = held({ from: NOON, to: NOON + 1 }, running);
  assert.equal(narrow.to - narrow.from, NARROWEST_S);
});

test("fingers stay over the moments that they were put on", () => {
  const span = { from: 0, to: 1000 };
  assert.deepEqual(pinched(span, 500, [100, 200], [100, 200]), span);
  const wider = pinched(span, 500, [200, 300], [150, 350]);
  const over = (stretch, x) => stretch.from + ((stretch.to - stretch.from) * x) / 500;
  assert.equal(over(wider, 150), over(span, 200));
  assert.equal(over(wider, 350), over(span, 300));
  assert.ok(Number.isFinite(pinched(span, 500, [250, 250], [250, 250]).from), "two fingers on one place");
});

test("series share one sorted axis of time; a gap stays one, and is not a value that nobody took", () => {
  const [times, rate, spo2] = joined([
    [
      [30, 70],
      [10, null],
    ],
    [[20, 97]],
  ]);
  assert.deepEqual(times, [10, 20, 30]);
  assert.deepEqual(rate, [null, undefined, 70]);
  assert.deepEqual(spo2, [undefined, 97, undefined]);
});

test("the ground past a limit is shaded on its own side alone", () => {
  assert.deepEqual(shaded(40, box, true), { left: 50, top: 10, width: 300, height: 30 });
  assert.deepEqual(shaded(40, box, false), { left: 50, top: 40, width: 300, height: 70 });
  assert.equal(shaded(5, box, true), null, "a limit above the lane leaves nothing over it");
  assert.equal(shaded(200, box, false), null, "a limit under the lane leaves nothing below it");
  assert.deepEqual(shaded(200, box, true), box, "a limit under the lane: all of it lies over the limit");
  assert.deepEqual(shaded(5, box, false), box);
});

test("the rate goes on until now, and no further than the ordered volume", () => {
  const rates = [
    { at: 100, rate: 60 },
    { at: 200, rate: 30 },
  ];
  assert.deepEqual(rateSteps({ rates, reached: null, now: 500 }), [
    [100, 60],
    [200, 30],
    [500, 30],
  ]);
  assert.deepEqual(rateSteps({ rates, reached: 400, now: 500 }), [
    [100, 60],
    [200, 30],
    [400, 30],
    [400.001, null],
  ]);
  assert.deepEqual(
    rateSteps({ rates, reached: null, now: 150 }).at(-1),
    [200, 30],
    "a rate charted ahead of the clock",
  );
  assert.deepEqual(rateSteps({ rates: [], reached: null, now: 500 }), []);
});

test("a moment is written as the clinic's wall clock shows it, with the minutes since the start", () => {
  assert.equal(clockWords(NOON, null, 0), "12:00");
  assert.equal(clockWords(NOON + 600, NOON, -7 * 3600), "05:10\n10 min");
  assert.equal(clockWords(NOON - 300, NOON, 0), "11:55\n-5 min");
});

test("words that do not fit end in a sign that something is left out", () => {
  assert.equal(shortened("Given", 5), "Given");
  assert.equal(shortened("Given: ondansetron", 6), "Given…");
});

test("a pressure to be confirmed says what was charted, and nothing where nothing was", () => {
  const asked = { at: NOON, struck: false, questioned: ["systolic", "diastolic"], heart_rate: null, spo2: 97 };
  const vital = { ...asked, respiratory_rate: null, systolic: 240, diastolic: 80 };
  assert.deepEqual(askedPressure(vital), { level: 240, words: "? 240/80" });
  assert.deepEqual(askedPressure({ ...vital, struck: true }), { level: 240, words: "? 240/80 struck" });
  assert.deepEqual(askedPressure({ ...vital, systolic: null }), { level: 80, words: "? –/80" });
  assert.equal(askedPressure({ ...vital, systolic: null, diastolic: null }), null);
});

test("words stand after the line of their event, before it at the right edge, and after it where neither has room", () => {
  const edges = { left: 50, right: 350 };
  assert.equal(wordsFrom(100, 80, edges, 4), 104);
  assert.equal(wordsFrom(300, 80, edges, 4), 216);
  assert.equal(wordsFrom(266, 80, edges, 4), 270);
  assert.equal(wordsFrom(100, 280, edges, 4), 104);
});
