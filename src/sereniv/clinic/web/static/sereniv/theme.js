// Light or dark: the reader's choice, kept on this device, else the device's own preference. Runs before the page is drawn.
(() => {
  const kept = localStorage.getItem("theme");
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme")?.addEventListener("click", () => {
      const next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
      document.documentElement.setAttribute("data-bs-theme", next);
      localStorage.setItem("theme", next);
      document.body.dispatchEvent(new Event("sereniv:theme"));
    });
  });
  // A page shown again from the browser's memory would show old numbers.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
