// A part of the page that is drawn anew swallows no press and keeps the reader's place.
(() => {
  const HELD_AT_MOST_MS = 3000,
    CLICK_FOLLOWS_WITHIN_MS = 100;

  // A link that is replaced, or pushed away, between finger down and finger up is never followed: a part that comes in the
  // meantime is not drawn, and asked for again as soon as the press is through. No press holds the page for long.
  let pressing = false;
  /** @type {number | undefined} */
  let ending;
  const held = new Set();
  function letGo() {
    pressing = false;
    // Of a part that does not come, `live.js` tells the reader: the promise that breaks with it says nothing further.
    // What is asked for already comes newer than what was held; asked for behind it, its promise would break unheard.
    for (const part of held)
      if (part.isConnected && !part.classList.contains("htmx-request"))
        htmx.ajax("get", part.getAttribute("hx-get"), { source: part }).catch(() => {});
    held.clear();
  }
  const letGoIn = (/** @type {number} */ milliseconds) => {
    clearTimeout(ending);
    ending = setTimeout(letGo, milliseconds);
  };
  addEventListener(
    "pointerdown",
    () => {
      pressing = true;
      letGoIn(HELD_AT_MOST_MS);
    },
    true,
  );
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => letGoIn(CLICK_FOLLOWS_WITHIN_MS), true);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, shouldSwap } = event.detail;
    if (!pressing || !shouldSwap || requestConfig.verb !== "get") return;
    event.detail.shouldSwap = false;
    held.add(requestConfig.elt);
  });

  // What was unfolded stays so, and the keyboard stays where it was.
  /** @type {{ unfolded: string[], active: string | null | undefined } | null} */
  let place = null;
  const sameAct = (/** @type {Element | null} */ element) => element?.outerHTML.replace(/value="[^"]*"/g, "");
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target,
      active = document.activeElement;
    place = {
      unfolded: [...target.querySelectorAll("details[open]")].map((each) => each.className),
      active: target.contains(active) ? sameAct(active) : null,
    };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!place) return;
    const target = event.detail.target;
    for (const each of target.querySelectorAll("details"))
      if (place.unfolded.includes(each.className)) each.open = true;
    const { active } = place;
    if (active)
      [...target.querySelectorAll("a, button, summary")]
        .find((each) => sameAct(each) === active)
        ?.focus({ preventScroll: true });
    place = null;
  });
})();
