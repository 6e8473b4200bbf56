import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = /** @type {any} */ ({ documentElement: { dataset: { offsetMin: "60" } } });
const { entryWords, FACTS, factOf, isSheet, saysSomething, sessionOf, timed } = await import(
  "../../src/sereniv/clinic/web/shell/static/sereniv/facts.js"
);
const ID = "a45640c5-c0d6-5e0b-b61a-0c1fc0caffb7";

test("facts of a chair are known by their address, and nothing else is", () => {
  for (const act of Object.keys(FACTS))
    assert.deepEqual(factOf(`/sessions/${ID}/${act}/`), { session: ID, act, title: FACTS[act] });
  for (const act of [
    "rate",
    "resume",
    "found",
    "start",
    "bag",
    "discharge",
    "gate",
    "drug",
    "constructor",
    "__proto__",
  ])
    assert.equal(factOf(`/sessions/${ID}/${act}/`), null);
  for (const path of [`/people/${ID}/vitals/`, `/sessions/${ID}/`, `/sessions/${ID}/vitals/x/`, "/"])
    assert.equal(factOf(path), null);
  assert.equal(sessionOf(`/sessions/${ID}/vitals/`), ID);
  assert.equal(sessionOf("/people/"), "");
});

test("a time left blank becomes that of typing, and one that was typed stays", () => {
  const blank = /** @type {[string, string][]} */ ([["text", "calm"], ["when", ""]]); // biome-ignore format: pairs
  assert.deepEqual(timed(blank, "14:05"), [
    ["text", "calm"],
    ["when", "14:05"],
    ["when_filled_in", "yes"],
  ]);
  assert.deepEqual(timed(timed(blank, "14:05"), "15:00"), timed(blank, "14:05"), "sent later, it is still of then");
  const typed = /** @type {[string, string][]} */ ([["when", "13:50"]]);
  assert.equal(timed(typed, "14:05"), typed);
});

test("a form into which nothing was typed says nothing, but a stopped pump does", () => {
  const untouched = /** @type {[string, string][]} */ ([
    ["key", "abc"],
    ["seen", "12"],
    ["kind", "remark"],
    ["when", ""],
    ["text", " "],
  ]);
  assert.equal(saysSomething(untouched, "note-down"), false);
  assert.equal(saysSomething([...untouched, ["spo2", "96"]], "vitals"), true);
  assert.equal(saysSomething([["seen", "12"]], "stopped"), true);
});

test("an entry is told with its time on the clinic's wall", () => {
  const entry = { at: Date.UTC(2026, 10, 30, 13, 5), chair: "Chair 1", title: "Effect" };
  const fields = /** @type {[string, string][]} */ ([
    ["key", "abc"],
    ["pick", "nausea 2"],
  ]);
  assert.equal(entryWords({ ...entry, fields }), "14:05 Chair 1: Effect, nausea 2");
  assert.equal(entryWords({ ...entry, chair: "", fields: [] }), "14:05 Effect");
});

test("only the sheet of a chair is kept as one", () => {
  assert.ok(
    isSheet('\n<article class="spare" data-drawn="2026-03-02T12:00:00+00:00" data-rate="1"\n  data-chair="1">'),
  );
  assert.ok(isSheet('<article class="spare"\n  data-drawn="2026-03-02T12:00:00+00:00">'));
  for (const other of ["", "<h1>Back soon</h1>", '<article class="notice"><p>Back soon</p></article>'])
    assert.equal(isSheet(other), false);
});
