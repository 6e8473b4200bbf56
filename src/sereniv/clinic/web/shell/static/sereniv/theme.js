// Light or dark: the reader's choice, kept on this device, else the device's own preference, which may change with the
// hour. Runs before the page is drawn. Kept as a cookie: the browser lets go of its storage at each sign-out.
(() => {
  const device = matchMedia("(prefers-color-scheme: dark)");
  const show = (/** @type {string} */ theme) => document.documentElement.setAttribute("data-bs-theme", theme);
  const turn = (/** @type {string} */ theme) => {
    show(theme);
    document.body.dispatchEvent(new Event("sereniv:theme"));
  };
  const preferred = () => (device.matches ? "dark" : "light");
  const chosen = () => document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/)?.[1];
  const secure = location.protocol === "https:" ? "; Secure" : "";
  show(chosen() || preferred());
  addEventListener("DOMContentLoaded", () => {
    device.addEventListener("change", () => {
      if (!chosen()) turn(preferred());
    });
    document.getElementById("theme")?.addEventListener("click", () => {
      const next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
      document.cookie = `theme=${next}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
      turn(next);
    });
  });
  // A page shown again from the browser's memory would show old numbers.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
