// What may be typed at a chair without a network and sent later: facts alone. Nothing that starts, resumes or raises a rate.
import { timeOfDay } from "./home_clock.js";

/** @type {Record<string, string>} */
export const FACTS = {
  vitals: "Vital signs",
  observe: "Effect",
  medicine: "Medicine given",
  done: "Intervention",
  "note-down": "Note",
  stopped: "I have stopped the pump",
  paused: "I have paused the pump",
};
const CHAIR = /^\/sessions\/([0-9a-f-]{36})\//;
const ADDRESS = /^\/sessions\/([0-9a-f-]{36})\/([a-z-]+)\/$/;
const UNSEEN = /^(key|seen|expected_seq|meant|when_filled_in|of_suicide_alone)$/;

/** Which chair an address belongs to, "" for none.
 * @param {string} path */
export const sessionOf = (path) => CHAIR.exec(path)?.[1] ?? "";

/** Whether an answer is the sheet of a chair: something that stands before the server may have answered for it.
 * @param {string} html */
export const isSheet = (html) => /<article\b[^>]*\sdata-drawn=/.test(html);

/** Which fact a form at this address charts, and of which session; null for whatever else there is.
 * @param {string} path */
export function factOf(path) {
  const [, session, act] = ADDRESS.exec(path) ?? [];
  return act && Object.hasOwn(FACTS, act) ? { session, act, title: FACTS[act] } : null;
}

/** Whether somebody typed or tapped anything into a form.
 * @param {[string, string][]} fields @param {string} act */
export const saysSomething = (fields, act) =>
  act === "stopped" || act === "paused" || fields.some(([name, value]) => value.trim() && !isOfTheForm(name));

/** @param {string} name */
const isOfTheForm = (name) => UNSEEN.test(name) || /^(when|unit|route|effect|kind)$/.test(name);

/** What was typed, in words.
 * @param {[string, string][]} fields */
const inWords = (fields) =>
  fields
    .filter(([name, value]) => value.trim() && !UNSEEN.test(name) && value !== "remark")
    .map(([name, value]) =>
      /^(pick|given|done|kind|text)$/.test(name) ? value : `${name.replaceAll("_", " ")} ${value}`,
    )
    .join(", ");

/** An entry that is not sent: when it was typed, at which chair, and what.
 * @param {{ at: number, chair: string, title: string, fields: [string, string][] }} entry */
export function entryWords({ at, chair, title, fields }) {
  const where = chair ? `${chair}: ` : "";
  return [`${timeOfDay(at)} ${where}${title}`, inWords(fields)].filter(Boolean).join(", ");
}

/** Gives fields the time at which they were typed, unless somebody typed another one; the server is told which it was.
 * @param {[string, string][]} fields @param {string} time @returns {[string, string][]} */
export function timed(fields, time) {
  const typed = fields.find(([name, value]) => name === "when" && value);
  if (typed) return fields;
  const others = fields.filter(([name]) => name !== "when" && name !== "when_filled_in");
  return [...others, ["when", time], ["when_filled_in", "yes"]];
}
