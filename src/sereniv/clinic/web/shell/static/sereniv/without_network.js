// The page that stands in where the server cannot be reached: the last sheet of a chair, and what is typed meanwhile.
import { entryWords, FACTS, saysSomething, sessionOf } from "./facts.js";
import { homeNow, tell, timeOfDay } from "./home_clock.js";
import { all, canKeep, holds, keepEntry, letGoOfWhatIsOver, ownEntries, ownSheets } from "./sealed_store.js";
import { element, needed } from "./elements.js";

const ASKED_EVERY_MS = 5000;
const place = needed("#kept-sheet"),
  waiting = needed("#kept-entries"),
  waitingCount = needed("#kept-entries b"),
  waitingList = needed("#kept-entries ul"),
  back = needed("#back-again");

/** What was kept that holds no sheet, as where something before the server answered for it, is passed over.
 * @template {{ html: string }} Kept @param {Kept} kept @returns {(Kept & { article: HTMLElement })[]} */
function read(kept) {
  const article = new DOMParser().parseFromString(kept.html, "text/html").querySelector("article");
  return article ? [{ ...kept, article }] : [];
}

if (canKeep()) await letGoOfWhatIsOver();
/** @type {import("./sealed_store.js").OwnKey | undefined} */
const own = canKeep() ? (await all("keys"))[0] : undefined;
const sheets = own ? (await ownSheets(own)).flatMap(read) : [];
const here = sessionOf(location.pathname);
const sheet = sheets.find((each) => each.session === here);

/** Says of each moment that is counted down to whether it is past. */
function sayWhatIsLate() {
  for (const words of place.querySelectorAll("[data-words]")) {
    const counted = /** @type {HTMLElement} */ (words.nextElementSibling);
    const isLate = Date.parse(counted.dataset.countdown ?? "") < homeNow();
    counted.toggleAttribute("data-late", isLate);
    words.textContent = isLate ? "late by" : "in";
  }
}

/** @param {{ article: HTMLElement, at: number }} sheet */
function showSheet({ article, at }) {
  document.documentElement.dataset.offsetMin = article.dataset.offsetMin;
  tell(article.dataset.drawn ?? "", Number(article.dataset.rate), at);
  place.replaceChildren(article);
  setInterval(sayWhatIsLate, 500);
  const [, act] = /^\/sessions\/[^/]+\/([a-z-]+)\//.exec(location.pathname) ?? [];
  const asked = act && article.querySelector(`details[data-act="${act}"]`);
  if (asked) /** @type {HTMLDetailsElement} */ (asked).open = true;
}

function showList() {
  const links = sheets.map((each) => {
    const { chair, who } = each.article.dataset;
    const link = element("a", { className: "btn btn-chair", href: `/sessions/${each.session}/` }, [`${chair}, ${who}`]);
    return element("li", {}, [link]);
  });
  const words = links.length
    ? "Charts kept on this tablet:"
    : "No chart is kept on this tablet. Chart on paper; enter it late when the network is back.";
  place.replaceChildren(element("p", { textContent: words }), element("ul", { className: "plain" }, links));
}

/** Says what is not sent. Nothing is thrown away here: no server can ask whoever holds the tablet who they are. */
async function showWaiting() {
  const entries = own ? await ownEntries(own) : [];
  const lines = entries.map((each) => element("li", {}, [element("p", { textContent: entryWords(each) })]));
  waiting.hidden = lines.length === 0;
  waitingCount.textContent = String(lines.length);
  waitingList.replaceChildren(...lines);
}

let isTyping = false;
place.addEventListener("input", () => {
  isTyping = true;
});
document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { fact } = form.dataset;
  if (!fact || !sheet || !own) return;
  event.preventDefault();
  const data = new FormData(form, /** @type {HTMLElement | null} */ (event.submitter));
  const fields = /** @type {[string, string][]} */ ([...data].map(([name, value]) => [name, String(value)]));
  const said = form.querySelector("[data-said]"),
    say = (/** @type {string} */ words) => {
      if (said) said.textContent = words;
    };
  if (!Object.hasOwn(FACTS, fact) || !saysSomething(fields, fact)) {
    say("▲ Nothing is typed here yet.");
    return;
  }
  const id = crypto.randomUUID().replaceAll("-", "");
  const path = `/sessions/${sheet.session}/${fact}/`;
  const { chair = "" } = sheet.article.dataset;
  try {
    await keepEntry(own, id, homeNow(), { path, title: FACTS[fact], chair, fields: [["key", id], ...fields] });
  } catch {
    say("▲ This tablet could not keep it. Write it on paper.");
    return;
  }
  form.reset();
  isTyping = false;
  say(`✓ Kept on this tablet at ${timeOfDay(homeNow())}, NOT on the chart yet.`);
  await showWaiting();
});

setInterval(async () => {
  // The sign-in is over: the sheet goes from the screen too, once nothing typed would go with it.
  if (own && !holds(own, Date.now()) && !isTyping) location.reload();
  const answer = await fetch("/health", { cache: "no-store" }).catch(() => null);
  back.hidden = !answer?.ok;
}, ASKED_EVERY_MS);
/** @type {HTMLAnchorElement} */ (needed("#back-again a")).href = location.pathname + location.search;

if (sheet) showSheet(sheet);
else showList();
await showWaiting();
