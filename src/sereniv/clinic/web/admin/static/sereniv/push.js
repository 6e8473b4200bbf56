// Lets this browser take messages for whoever is signed in, once they ask for it by a press.
(() => {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("push"));
  if (!form) return;
  const said = form.querySelector("[data-said]"),
    button = form.querySelector("button");
  const fits = "serviceWorker" in navigator && "PushManager" in window;
  if (!fits) {
    said.textContent = "This browser takes no messages, or the page came without https.";
    button.hidden = true;
    return;
  }
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "Asking the browser.";
    try {
      await navigator.serviceWorker.register(form.dataset.worker, { scope: "/" });
      const { pushManager } = await navigator.serviceWorker.ready;
      const subscription = await pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(form.dataset.key),
      });
      const { endpoint, keys } = subscription.toJSON();
      for (const [name, value] of Object.entries({ endpoint, p256dh: keys.p256dh, auth: keys.auth })) {
        const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
        field.value = value;
      }
      form.submit();
    } catch (error) {
      said.textContent = `Not allowed by this browser (${error.name}). Allow notifications for this page, and try again.`;
    }
  });
})();
