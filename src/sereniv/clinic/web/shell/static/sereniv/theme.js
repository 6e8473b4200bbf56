// Light or dark: the reader's choice, kept on this device, else the device's own preference, which may change with the
// hour. Runs before the page is drawn.
(() => {
  const device = matchMedia("(prefers-color-scheme: dark)");
  const show = (theme) => document.documentElement.setAttribute("data-bs-theme", theme);
  const turn = (theme) => { show(theme); document.body.dispatchEvent(new Event("sereniv:theme")); };
  const preferred = () => device.matches ? "dark" : "light";
  show(localStorage.getItem("theme") || preferred());
  addEventListener("DOMContentLoaded", () => {
    device.addEventListener("change", () => { if (!localStorage.getItem("theme")) turn(preferred()); });
    document.getElementById("theme")?.addEventListener("click", () => {
      const next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
      localStorage.setItem("theme", next);
      turn(next);
    });
  });
  // A page shown again from the browser's memory would show old numbers.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
