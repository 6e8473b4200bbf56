// Keeps the newest head of the ledger that this device saw, and says so where the ledger no longer has it. Kept as a
// cookie: the browser lets go of its storage at each sign-out.
(() => {
  const { ledger, headSeq, headHash, home } = document.documentElement.dataset;
  const notice = document.getElementById("head-doubt");
  const words = notice?.querySelector("p"),
    read = notice?.querySelector("button"),
    seen = notice?.dataset.seen;
  if (!ledger || !notice || !words || !read || !seen) return;
  const ASKED_AGAIN_AFTER_MS = 10 * 60000,
    YEAR_S = 31536000;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const kept = document.cookie.match(/(?:^|; )head=([0-9a-f]+)\.(\d+)\.([0-9a-f]+)\.(\d+)(?:;|$)/)?.slice(1);
  const keep = () => {
    document.cookie = `head=${ledger}.${headSeq}.${headHash}.${Date.now()}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
  };
  // A demo is made anew now and then; a clinic's ledger never is.
  if (!kept || (kept[0] !== ledger && home === "demo")) return keep();
  const [, seq, hash, at] = kept;
  if (kept[0] === ledger && headSeq === seq && headHash === hash) return keep();
  if (kept[0] === ledger && Number(headSeq) > Number(seq) && Date.now() - Number(at) < ASKED_AGAIN_AFTER_MS) return;

  /** @param {{ words: string, admitted: boolean }} doubt */
  const say = (doubt) => {
    words.textContent = `▲ ${doubt.words}`;
    read.hidden = !doubt.admitted && notice.dataset.may === undefined;
    read.addEventListener("click", () => {
      keep();
      notice.hidden = true;
    });
    notice.hidden = false;
  };
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}"), "HX-Request": "true" };
  fetch(seen, {
    method: "POST",
    body: new URLSearchParams({ seq, hash }),
    headers,
    credentials: "same-origin",
  })
    .then(async (answer) => {
      // A page that stood open is older than what another tab has kept since: it keeps nothing.
      if (answer.status === 204 && Number(headSeq) > Number(seq)) keep();
      if (answer.status === 409) say(await answer.json());
    })
    .catch(() => {});
})();
