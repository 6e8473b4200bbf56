// Which stretch of the session the chart shows: the whole, the last quarter of an hour, or what a finger or a mouse moved to.
(() => {
  const MINUTE = 60, LAST_S = 15 * MINUTE, NARROWEST_S = 2 * MINUTE;
  const PLOT_LEFT = 84, PLOT_RIGHT = 33; // where the time axis begins and ends inside the figure

  function whole(data) {
    const from = (data.started ?? data.opened) - 10 * MINUTE;
    return { from, to: Math.max(data.now + 5 * MINUTE, (data.started ?? data.now) + 55 * MINUTE) };
  }

  // Keeps a stretch inside the whole, and no narrower than can be read.
  function held({ from, to }, data) {
    const all = whole(data);
    const length = Math.min(Math.max(to - from, NARROWEST_S), all.to - all.from);
    const start = Math.min(Math.max(from, all.from), all.to - length);
    return { from: start, to: start + length };
  }

  // Two fingers that were over two moments stay over them: the stretch that does so.
  function pinched(span, width, before, after) {
    const perPixel = (span.to - span.from) / width;
    const gap = Math.max(Math.abs(after[1] - after[0]), 1), was = Math.max(Math.abs(before[1] - before[0]), 1);
    const length = (span.to - span.from) * was / gap;
    const middle = span.from + perPixel * (before[0] + before[1]) / 2;
    const from = middle - length * (after[0] + after[1]) / 2 / width;
    return { from, to: from + length };
  }

  window.serenivChartView = (target, dataNow, onChange) => {
    let chosen = "whole", own = null;
    const buttons = [...document.querySelectorAll("[data-view]")];
    const span = (data) => (chosen === "last" ? held({ from: data.now - LAST_S, to: data.now + MINUTE / 2 }, data) : chosen === "own" ? held(own, data) : whole(data));
    let asked = false;
    function choose(name, stretch = null) {
      chosen = name; own = stretch;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === name));
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => { asked = false; onChange(); });
    }
    for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.view));

    const fingers = new Map();
    const width = () => Math.max(target.clientWidth - PLOT_LEFT - PLOT_RIGHT, 1);
    const place = (event) => event.clientX - target.getBoundingClientRect().left - PLOT_LEFT;
    target.addEventListener("pointerdown", (event) => { fingers.set(event.pointerId, place(event)); });
    target.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      const before = [...fingers.values()];
      fingers.set(event.pointerId, place(event));
      const after = [...fingers.values()];
      const now = span(dataNow());
      if (fingers.size === 1 && after[0] !== before[0]) {
        const moved = (before[0] - after[0]) * (now.to - now.from) / width();
        choose("own", { from: now.from + moved, to: now.to + moved });
      } else if (fingers.size === 2) choose("own", pinched(now, width(), before, after));
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) target.addEventListener(end, (event) => { fingers.delete(event.pointerId); });
    target.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return; // a wheel alone goes on scrolling the page
      event.preventDefault();
      const now = span(dataNow()), at = place(event), grown = event.deltaY > 0 ? 1.2 : 1 / 1.2;
      const moment = now.from + (now.to - now.from) * at / width(), length = (now.to - now.from) * grown;
      choose("own", { from: moment - length * at / width(), to: moment + length * (1 - at / width()) });
    }, { passive: false });
    return { span, showing: () => chosen };
  };
})();
