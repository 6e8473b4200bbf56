// Lets this browser take messages for whoever is signed in, once they ask for it by a press.
(() => {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("push"));
  const said = form?.querySelector("[data-said]"),
    button = form?.querySelector("button");
  const { worker, key } = form?.dataset ?? {};
  if (!form || !said || !button || worker === undefined || key === undefined) return;
  const fits = "serviceWorker" in navigator && "PushManager" in window;
  if (!fits) {
    said.textContent = "This browser takes no messages, or the page came without https.";
    button.hidden = true;
    return;
  }
  /** @param {string} text */
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "Asking the browser.";
    try {
      await navigator.serviceWorker.register(worker, { scope: "/" });
      const { pushManager } = await navigator.serviceWorker.ready;
      const subscription = await pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(key),
      });
      const { endpoint, keys } = subscription.toJSON();
      for (const [name, value] of Object.entries({ endpoint, p256dh: keys?.p256dh, auth: keys?.auth })) {
        if (value === undefined) throw new Error(`no ${name}`);
        const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
        field.value = value;
      }
      form.submit();
    } catch (error) {
      const why = error instanceof Error ? error.name : String(error);
      said.textContent = `Not allowed by this browser (${why}). Allow notifications for this page, and try again.`;
    }
  });
})();
