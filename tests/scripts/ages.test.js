import assert from "node:assert/strict";
import { test } from "node:test";
import { ageOf, countdownOf, lengthOf } from "../../src/sereniv/clinic/web/shell/static/sereniv/ages.js";

test("lengths are written in the unit that is read at a glance", () => {
  const written = [0, 89, 90, 3599, 3600, 5100, 5460, 7200, 172799, 172800].map(lengthOf);
  assert.deepEqual(written, [
    "0 s",
    "89 s",
    "1 min",
    "59 min",
    "1 h",
    "1 h 25 min",
    "1 h 31 min",
    "2 h",
    "47 h 59 min",
    "2 days",
  ]);
});

test("what is a few seconds old is now", () => {
  assert.deepEqual([0, 4, 5].map(ageOf), ["now", "now", "5 s"]);
});

test("a countdown that has passed is now until the server says that it is late", () => {
  assert.equal(countdownOf(67, false), "1:07 min");
  assert.equal(countdownOf(-1, false), "now");
  assert.equal(countdownOf(-67, true), "1:07 min");
  assert.equal(countdownOf(3599, false), "59:59 min");
  assert.equal(countdownOf(5100, true), "1 h 25 min");
});
