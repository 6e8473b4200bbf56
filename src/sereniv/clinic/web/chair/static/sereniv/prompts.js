// Says which prompts stood in front of whoever touched the page: seen is not acted on, and asks nothing of anybody.
(() => {
  const told = new Set();
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  const status = document.getElementById("status"),
    address = status?.getAttribute("hx-get")?.replace(/status\/$/, "seen/");
  if (!status || !address) return;

  const touched = () => {
    if (document.documentElement.classList.contains("locked") || document.hidden) return;
    const fresh = [...status.querySelectorAll("[data-prompt]")]
      .filter((prompt) => prompt.getClientRects().length > 0)
      .map((prompt) => `${prompt.dataset.prompt}@${prompt.dataset.first}`)
      .filter((name) => !told.has(name));
    if (!fresh.length) return;
    for (const name of fresh) told.add(name);
    fetch(address, {
      method: "POST",
      body: new URLSearchParams(fresh.map((name) => ["prompt", name])),
      headers: { "X-CSRFToken": token },
      keepalive: true,
      credentials: "same-origin",
    })
      .then((answer) => {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      })
      .catch(() => {
        // Not noted: the next touch says it again.
        for (const name of fresh) told.delete(name);
      });
  };

  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touched, { passive: true, capture: true });
})();
