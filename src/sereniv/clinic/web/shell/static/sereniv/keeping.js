// On each page of the staff: keeps the sheet of the chair that is looked at for when the network is gone, says what was
// typed without one and is not sent, and sends it once its author has shown anew that it is them.
import { entryWords, factOf, isSheet, timed } from "./facts.js";
import { homeNow, timeOfDay } from "./home_clock.js";
import {
  all,
  canKeep,
  drop,
  keepEntry,
  keepSheet,
  letGoOfAll,
  letGoOfWhatIsOver,
  ownEntries,
  takeKey,
} from "./sealed_store.js";
import { element, pressed } from "./elements.js";

const SHEET_EVERY_MS = 60000,
  SHEET_AFTER_MS = 1500,
  PROOF_HOLDS_MS = 300000,
  LOCKED = 423,
  FAILED = 500,
  OPENED = "unsent-opened:";
const lock = /** @type {HTMLFormElement | null} */ (document.getElementById("lock")),
  panel = document.getElementById("unsent-entries");
const by = lock?.dataset.staff ?? "";

const ours = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");

let isLeaving = false;

/** The key of whoever is signed in, null while the screen is locked or the server is away.
 * @returns {Promise<import("./sealed_store.js").OwnKey | null>} */
async function ownKey() {
  await letGoOfWhatIsOver();
  return (await all("keys")).find((each) => each.by === by) ?? (await askedKey());
}

/** Asks the server for the key, and which of the sheets here may stay: not one of a session that is over, of a record
 * that was restricted, of somebody erased. @returns {Promise<import("./sealed_store.js").OwnKey | null>} */
async function askedKey() {
  const address = panel?.dataset.key;
  if (!address) return null;
  const sheets = await all("sheets");
  const body = new URLSearchParams(sheets.map((each) => ["sheet", each.session]));
  const headers = ours();
  const answer = await fetch(address, { method: "POST", body, headers, credentials: "same-origin" });
  if (answer.status !== 200 || answer.redirected) return null;
  const told = await answer.json();
  for (const { session } of sheets) if (!told.stays.includes(session)) await drop("sheets", session);
  if (told.by !== by) return null;
  const own = await takeKey(by, told.key, told.keeps_s);
  if (!isLeaving) return own;
  await letGoOfAll();
  return null;
}

/** Lets go of what somebody else could open here; what they typed stays, sealed, until they come back. */
async function forgetOthers() {
  for (const each of await all("keys")) if (each.by !== by) await drop("keys", each.by);
  for (const each of await all("sheets")) if (each.by !== by) await drop("sheets", each.session);
}

const chair = document.querySelector(".strip[data-listens]")?.dataset.listens;
async function keepThisChair() {
  const own = await ownKey(),
    spare = panel?.dataset.spare;
  if (!own || !chair || !spare) return;
  const answer = await fetch(spare.replace("SESSION", chair), {
    headers: { "HX-Request": "true" },
    credentials: "same-origin",
  });
  if (answer.status === 200 && !answer.redirected) {
    const html = await answer.text();
    if (isSheet(html)) await keepSheet(own, chair, { html });
    if (isLeaving) await letGoOfAll();
  }
  // The session is over, its record is not to lie on a tablet, or whoever asks may not have it. A server that fails, or
  // that stands behind something that fails, has said nothing of it: that is what the sheet is for.
  else if (answer.status !== LOCKED && answer.status < FAILED) await drop("sheets", chair);
  await offerSheet();
}

/** Leads to the sheet from a page that is not live, once this tablet holds it. */
async function offerSheet() {
  const led = document.getElementById("chart-without");
  if (led) led.hidden = !(await all("sheets")).some((each) => each.session === chair);
}

// -- what is not sent ------------------------------------------------------------------------------------------------

/** @type {Map<string, { words: string, since: string[] }>} */
const problems = new Map();
let provenAt = Number.NEGATIVE_INFINITY;
const isProven = () => Date.now() - provenAt < PROOF_HOLDS_MS;
document.addEventListener("sereniv:locked", () => {
  provenAt = Number.NEGATIVE_INFINITY;
});

/** Throws an entry away, pressed twice: by its author, who has shown that it is them, to a server that knows them still.
 * @param {{ id: string }} entry */
function throwing(entry) {
  const away = pressed("Throw it away", async () => {
    if (away.dataset.sure === undefined) {
      away.dataset.sure = "";
      away.textContent = "Throw it away for good";
      return;
    }
    const isTheirs = isProven() && (await askedKey().catch(() => null)) !== null;
    if (isTheirs) await drop("entries", entry.id);
    else provenAt = Number.NEGATIVE_INFINITY;
    await say();
  });
  return away;
}

/** @param {import("./sealed_store.js").Typed & { id: string, at: number }} entry */
function line(entry) {
  const problem = problems.get(entry.id);
  const typed = entryWords(entry);
  const beside = problem
    ? [
        element("div", { className: "unsent-beside" }, [
          element("p", {}, [element("b", { textContent: "Not taken. The chart says: " }), problem.words]),
          element(
            "ul",
            {},
            problem.since.map((words) => element("li", { textContent: words })),
          ),
        ]),
        pressed("Open its form", () => open(entry)),
      ]
    : [];
  return element("li", {}, [element("p", { textContent: typed }), ...beside, ...(isProven() ? [throwing(entry)] : [])]);
}

/** Opens the form of an entry with what was typed, to be mended and sent by hand.
 * @param {import("./sealed_store.js").Typed & { id: string }} entry */
function open(entry) {
  const kept = { by, at: Date.now(), page: entry.path, fields: entry.fields };
  sessionStorage.setItem(`unsent:${entry.path}`, JSON.stringify(kept));
  sessionStorage.setItem(`${OPENED}${entry.path}`, entry.id);
  location.assign(entry.path);
}

/** Draws what is not sent, of whoever is signed in and of others, or nothing. @param {string} [done] */
async function say(done = "") {
  if (!panel || !lock) return;
  const own = await ownKey().catch(() => null);
  const mine = own ? await ownEntries(own) : [];
  const others = (await all("entries")).filter((each) => each.by !== by);
  const parts = [];
  if (done) parts.push(element("p", { textContent: `✓ ${done}` }));
  if (mine.length) {
    parts.push(
      element("h2", { textContent: `▲ Typed without a network, not on the chart yet: ${mine.length}` }),
      element("ul", { className: "unsent-list" }, mine.map(line)),
      proving(mine.length, lock.action),
    );
  }
  for (const name of new Set(others.map((each) => each.by)))
    parts.push(
      element("p", {
        textContent: `● Something that ${name} typed on this tablet without a network is not on the chart. It waits, sealed, until ${name} signs in here.`,
      }),
    );
  panel.replaceChildren(...parts);
  panel.hidden = parts.length === 0;
}

/** Asks whose entries they are before they are sent. @param {number} number @param {string} address */
function proving(number, address) {
  const secret = /** @type {HTMLInputElement} */ (
    element("input", { type: "password", id: "unsent-secret", maxLength: 128, autocomplete: "off", required: true })
  );
  const said = element("p", { className: "mistake" });
  said.setAttribute("role", "alert");
  const form = element("form", { className: "unsent-proof" }, [
    element("label", {
      htmlFor: "unsent-secret",
      textContent:
        "Your PIN or password: they are sent under your name, late, each with the time at which it was typed",
    }),
    secret,
    element("button", { className: "btn btn-primary btn-chair", textContent: `Send ${number} to the chart` }),
    element("button", {
      className: "btn btn-chair",
      name: "only",
      value: "looks",
      textContent: "Send nothing yet: one is to be thrown away",
    }),
    said,
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    const body = new URLSearchParams({ secret: secret.value });
    secret.value = "";
    try {
      const headers = { ...ours(), "X-Quiet": "1" };
      const answer = await fetch(address, { method: "POST", body, headers, credentials: "same-origin" });
      if (answer.status === 204) {
        provenAt = Date.now();
        const onlyLooks = /** @type {SubmitEvent} */ (event).submitter?.getAttribute("name") === "only";
        await navigator.locks.request("unsent", onlyLooks ? () => say() : sendAll);
      } else said.textContent = answer.status === 422 ? `▲ ${await answer.text()}` : "▲ Not sent. Load the page again.";
    } catch {
      said.textContent = "▲ The server cannot be reached. What was typed stays here.";
    }
  });
  return form;
}

/** Sends what is the author's own, in the order in which it was typed; what is not taken stays, with the reason. */
async function sendAll() {
  const own = await ownKey();
  let sent = 0;
  for (const entry of own ? await ownEntries(own) : []) {
    const told = new Date(entry.at).toISOString();
    const fields = [...timed(entry.fields, timeOfDay(entry.at)), ["typed_by", by], ["without_network", told]];
    const headers = { ...ours(), "X-Form": "1" };
    const body = new URLSearchParams(fields);
    const answer = await fetch(entry.path, { method: "POST", body, headers, credentials: "same-origin" });
    if (answer.headers.get("X-Onward")?.startsWith("/sessions/")) {
      await drop("entries", entry.id);
      sessionStorage.removeItem(`unsent:${entry.path}`);
      problems.delete(entry.id);
      sent += 1;
    } else problems.set(entry.id, { words: await reasonIn(answer), since: await sinceThen(entry) });
  }
  await say(sent ? `${sent} recorded, late, each with the time at which it was typed.` : "");
}

/** @param {Response} answer */
async function reasonIn(answer) {
  if (answer.headers.get("X-Onward")) return "Your sign-in has ended. Sign in again, then send it.";
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  const said = drawn?.querySelectorAll("form .notice-warn, form .mistake, .sheet legend, .errorlist") ?? [];
  const words = [...said].map((each) => each.textContent.replace(/\s+/g, " ").trim()).filter(Boolean);
  const reason = words.join(" ") || (answer.status === 422 && drawn?.querySelector(".intro")?.textContent.trim());
  return reason || `the server could not take it (${answer.status}).`;
}

const NEWEST = 5;
/** What stands newest in the log of the entry's chair, to be read beside what was typed.
 * @param {{ path: string }} entry */
async function sinceThen({ path }) {
  const fact = factOf(path);
  if (!fact) return [];
  const answer = await fetch(`/sessions/${fact.session}/log/`, { headers: { "HX-Request": "true" } });
  const log = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = [...log.querySelectorAll("tbody tr")].slice(0, NEWEST);
  return rows.map((row) =>
    [...row.querySelectorAll("td")]
      .slice(0, 3)
      .map((cell) => cell.textContent.replace(/\s+/g, " ").trim())
      .join(" · "),
  );
}

// -- what a form of a page could not send ------------------------------------------------------------------------------

/** @param {{ path: string, fields: [string, string][], key: string | null }} told */
async function keepFact({ path, fields, key }) {
  const fact = factOf(path);
  const own = fact && key && (await ownKey().catch(() => null));
  if (!own || (await all("entries")).some((each) => each.id === key)) return;
  const where = document.querySelector(".strip[data-chair]")?.dataset.chair ?? "";
  await keepEntry(own, key, homeNow(), { path, title: fact.title, chair: where, fields });
}

/** @param {{ path: string, key: string | null }} told */
async function letGo({ path, key }) {
  const opened = sessionStorage.getItem(`${OPENED}${path}`);
  sessionStorage.removeItem(`${OPENED}${path}`);
  for (const id of [key, opened]) if (id) await drop("entries", id);
}

if (canKeep()) {
  document.addEventListener("sereniv:not-sent", ({ detail }) => detail.waits.push(keepFact(detail)));
  document.addEventListener("sereniv:sent", ({ detail }) => detail.waits.push(letGo(detail)));
}

// -- leaving ----------------------------------------------------------------------------------------------------------

// Keys and sheets go before the server is asked: without a network it hears of no sign-out. An answer to it tells the
// browser to let go of everything; where something waits that nobody has sent, it stays, sealed, and the rest goes by hand.
/** Lets go of what can be opened here, and says whether something that is not sent stays. */
async function lettingGo() {
  try {
    await letGoOfAll();
    return (await all("entries")).length > 0;
  } catch {
    // What cannot be looked at is not thrown away unread.
    return true;
  }
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!canKeep() || form.dataset.leaves === undefined || form.dataset.left !== undefined) return;
    event.preventDefault();
    form.dataset.left = "";
    isLeaving = true;
    try {
      if (await lettingGo()) {
        form.append(element("input", { type: "hidden", name: "leaves_unsent", value: "yes" }));
        localStorage.clear();
        sessionStorage.clear();
        for (const name of await caches.keys()) await caches.delete(name);
        await (await navigator.serviceWorker.getRegistration("/"))?.unregister();
      }
    } finally {
      form.requestSubmit();
    }
  },
  true,
);

// Nobody is signed in: the sign-in has ended, here or elsewhere.
if (document.body.dataset.nobody !== undefined && canKeep()) letGoOfAll().catch(() => {});

if (by && panel && canKeep()) {
  // Nothing that this tablet holds already waits for a network that may be gone by now.
  const { worker } = panel.dataset;
  if (worker) navigator.serviceWorker?.register(worker, { scope: "/" }).catch(() => {});
  await forgetOthers();
  await letGoOfWhatIsOver();
  if ((await all("sheets")).length) await askedKey().catch(() => {});
  if (chair) await offerSheet();
  say().catch(() => {});
  if (chair) {
    const keep = () => keepThisChair().catch(() => {});
    keep();
    setInterval(keep, SHEET_EVERY_MS);
    let soon = 0;
    document.body.addEventListener(`sereniv:session-${chair}`, () => {
      clearTimeout(soon);
      soon = window.setTimeout(keep, SHEET_AFTER_MS);
    });
  }
}
