// Sends what was typed so that nothing is lost without a network: what did not arrive stays on the page, is said, and is sent
// again by hand. Each form carries its one-time key, so that what arrived after all is recorded once, however often it is sent.
import { factOf, timed } from "./facts.js";
import { homeNow, timeOfDay } from "./home_clock.js";

(() => {
  const WAIT_MS = 20000,
    KEPT_MS = 2 * 3600 * 1000,
    KEEPALIVE_BYTES = 60000,
    STORE = "unsent:";
  const SECRET = /secret|password|code|pin\b/,
    OF_THE_FRAME = /^(csrfmiddlewaretoken|typed_by|expected_seq)$/,
    OWN_HIDDEN = /^(key|when_filled_in)$/;
  const main = document.getElementById("main"),
    lock = document.getElementById("lock");
  if (!main) return;
  /** Who is signed in on this page; "" on a patient's phone. */
  const by = lock ? lock.dataset.staff : "";
  const here = () => location.pathname + location.search;
  // A file is sent by the browser itself: what is kept here is text.
  const isOurs = (/** @type {HTMLFormElement} */ form) =>
    main.contains(form) &&
    form.getAttribute("method") === "post" &&
    form.enctype !== "multipart/form-data" &&
    form.elements.namedItem("key") !== null;
  // Of its attribute: a field may be called "action".
  const addressOf = (/** @type {HTMLFormElement} */ form) =>
    new URL(form.getAttribute("action") || location.href, location.href);

  // What is kept lies in this tab alone, without secrets, until it is sent, the screen is locked or somebody signs out.
  const nameOf = (/** @type {HTMLFormElement} */ form) => STORE + addressOf(form).pathname;
  function forgetAll() {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(STORE)) sessionStorage.removeItem(name);
  }
  /** @param {HTMLFormElement} form  @param {URLSearchParams} typed */
  function keep(form, typed) {
    const path = addressOf(form).pathname;
    let fields = [...typed].filter(([name]) => !SECRET.test(name) && !OF_THE_FRAME.test(name));
    if (factOf(path) && form.elements.namedItem("when")) {
      // Sent later, it still happened when it was typed.
      fields = timed(fields, timeOfDay(homeNow()));
      fill(form, fields);
    }
    sessionStorage.setItem(nameOf(form), JSON.stringify({ by, at: Date.now(), page: here(), fields }));
    return tell("not-sent", path, typed, fields);
  }

  /** @param {HTMLFormElement} form  Lets a form say that its time was filled in, until somebody types another one. */
  function markFilledIn(form) {
    if (form.elements.namedItem("when_filled_in")) return;
    const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "when_filled_in" });
    form.append(mark);
    /** @type {HTMLInputElement} */ (form.elements.namedItem("when")).addEventListener("input", () => {
      mark.value = "";
    });
  }

  /** Tells who keeps what is typed, and waits until they have done their part.
   * @param {string} what @param {string} path @param {URLSearchParams} typed @param {[string, string][]} [fields] */
  async function tell(what, path, typed, fields = []) {
    /** @type {Promise<unknown>[]} */
    const waits = [];
    document.dispatchEvent(
      new CustomEvent(`sereniv:${what}`, { detail: { path, fields, key: typed.get("key"), waits } }),
    );
    await Promise.allSettled(waits);
  }

  /** @param {HTMLFormElement} form  @param {[string, string][]} fields  Fills a form as it was when it was sent. */
  function fill(form, fields) {
    if (fields.some(([name, value]) => name === "when_filled_in" && value)) markFilledIn(form);
    const left = new Map();
    for (const [name, value] of fields) left.set(name, [...(left.get(name) || []), value]);
    for (const field of /** @type {Iterable<HTMLInputElement>} */ (form.elements)) {
      const values = left.get(field.name);
      if (field.type === "checkbox" || field.type === "radio") {
        if (!SECRET.test(field.name)) field.checked = Boolean(values) && values.includes(field.value);
      } else if (values?.length && (field.type !== "hidden" || OWN_HIDDEN.test(field.name)))
        field.value = values.shift();
    }
  }

  /** @type {HTMLElement | null} */
  let notice = null;
  /** @param {HTMLFormElement} form  @param {HTMLButtonElement | null} submitter  @param {string} head  @param {string} words */
  const say = (form, submitter, head, words) => {
    notice?.remove();
    notice = Object.assign(document.createElement("div"), { className: "notice notice-bad unsent", tabIndex: -1 });
    notice.setAttribute("role", "alert");
    const bold = Object.assign(document.createElement("b"), { textContent: head });
    const line = document.createElement("p");
    line.append("▲ ", bold, ` ${words}`);
    const again = Object.assign(document.createElement("button"), {
      type: "button",
      className: "btn btn-primary btn-chair",
      textContent: "Send again",
    });
    again.addEventListener("click", () => form.requestSubmit(submitter?.isConnected ? submitter : undefined));
    notice.append(line, again);
    main.prepend(notice);
    // Whom to call does not wait for a network.
    const help = main.querySelector("[data-unsent-help]");
    if (help) {
      help.hidden = false;
      main.prepend(help);
    }
    (help || notice).scrollIntoView({ block: "start" });
    notice.focus({ preventScroll: true });
  };

  const TYPED =
    "What you typed is still here, on this page alone. Send it again when there is a connection: it is recorded once.";

  const sending = (/** @type {boolean} */ on) => {
    main.inert = on;
    document.documentElement.toggleAttribute("data-sending", on);
  };

  /** @param {string} address  Goes on as a browser does after a form, also to a place on this same page. */
  function goOn(address) {
    const to = new URL(address, location.href);
    if (to.pathname + to.search !== here()) {
      location.assign(to.href);
      return;
    }
    history.replaceState(null, "", to.href);
    location.reload();
  }

  /** @param {string} text  @param {string} address  Shows the page that answers a form: what to mend, with everything typed. */
  const show = (text, address) => {
    const answer = new DOMParser().parseFromString(text, "text/html"),
      drawn = answer.getElementById("main");
    if (!drawn) return false;
    // What has no address of its own belongs to the page that answered, whose address is not the one shown above.
    for (const form of drawn.querySelectorAll("form:not([action])")) form.setAttribute("action", address);
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (
      drawn.querySelectorAll("a[href^='?'], a[href='']")
    ))
      link.href = new URL(link.getAttribute("href") ?? "", address).href;
    for (const sheet of answer.querySelectorAll("link[rel=stylesheet]"))
      if (!document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
    document.title = answer.title;
    main.className = drawn.className;
    main.replaceChildren(...drawn.childNodes);
    htmx.process(main);
    sending(false);
    document.dispatchEvent(new Event("sereniv:answered"));
    const first = main.querySelector("[role=alert]:not([hidden])") || main.querySelector("h1");
    if (first) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
    scrollTo(0, 0);
    return true;
  };

  /** @param {HTMLFormElement} form  @param {HTMLButtonElement | null} submitter */
  async function send(form, submitter) {
    const typed = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    if (submitter?.name) typed.append(submitter.name, submitter.value);
    const late = new AbortController(),
      timer = setTimeout(() => late.abort(), WAIT_MS);
    sending(true);
    try {
      const answer = await fetch(submitter?.hasAttribute("formaction") ? submitter.formAction : addressOf(form), {
        method: "POST",
        body: typed,
        credentials: "same-origin",
        headers: { "X-Form": "1" },
        signal: late.signal,
        // Whoever goes on to another page at once has sent it all the same.
        keepalive: typed.toString().length < KEEPALIVE_BYTES,
      });
      const onward = answer.headers.get("X-Onward") || (answer.redirected ? answer.url : "");
      const text = onward ? "" : await answer.text();
      if (answer.status >= 500) {
        await keep(form, typed);
        sending(false);
        say(form, submitter, `Not recorded: the server could not take it (${answer.status}).`, TYPED);
        return;
      }
      sessionStorage.removeItem(nameOf(form));
      if (onward) {
        await tell("sent", addressOf(form).pathname, typed);
        goOn(onward);
      } else if (!show(text, answer.url)) throw new Error("no page");
    } catch {
      await keep(form, typed);
      sending(false);
      say(form, submitter, "Not sent: no connection.", TYPED);
    } finally {
      clearTimeout(timer);
    }
  }

  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || !isOurs(form)) return;
    event.preventDefault();
    if (!main.inert) send(form, /** @type {HTMLButtonElement | null} */ (event.submitter));
  });

  document.addEventListener("sereniv:locked", forgetAll);
  document.addEventListener("submit", (event) => {
    if (addressOf(/** @type {HTMLFormElement} */ (event.target)).pathname.endsWith("/sign-out/")) forgetAll();
  });
  if ((!lock && !main.classList.contains("phone")) || (lock && !lock.hidden)) forgetAll();

  // A page that was loaded anew gets back what was not sent from it, with the same one-time key.
  for (const name of Object.keys(sessionStorage)) {
    const stored = name.startsWith(STORE) ? sessionStorage.getItem(name) : null;
    if (stored === null) continue;
    /** @type {{ by: string, at: number, page: string, fields: [string, string][] }} */
    const kept = JSON.parse(stored);
    if (kept.by !== by || Date.now() - kept.at > KEPT_MS) {
      sessionStorage.removeItem(name);
      continue;
    }
    const form = [.../** @type {NodeListOf<HTMLFormElement>} */ (main.querySelectorAll("form"))].find(
      (each) => isOurs(each) && nameOf(each) === name,
    );
    if (kept.page !== here() || !form) continue;
    fill(form, kept.fields);
    const tapped = [.../** @type {Iterable<HTMLButtonElement>} */ (form.elements)].find(
      (each) =>
        each.type === "submit" && kept.fields.some(([name, value]) => name === each.name && value === each.value),
    );
    say(
      form,
      tapped ?? null,
      "Not sent yet.",
      "This was typed here and did not arrive. Read it, then send it again: it is recorded once.",
    );
  }
})();
