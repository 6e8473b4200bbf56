// CALL HELP says at once what to do, whether or not the server hears it, and then says which of the two it was.
(() => {
  const WAIT_MS = 4000,
    SHOWN_MS = 2000;
  const words = document.getElementById("help-now"),
    said = words?.querySelector("[data-said]");
  if (!words || !said) return;
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.help-form"))) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      words.hidden = false;
      said.textContent = "Telling the other screens.";
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), WAIT_MS);
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal: late.signal });
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        said.textContent = "The call stands on every screen that is signed in.";
        document.body.dispatchEvent(new Event("sereniv:entry"));
        // The banner that stands on every screen now says the same, with who and where.
        setTimeout(() => {
          if (document.querySelector("#calls .call-banner")) words.hidden = true;
        }, SHOWN_MS);
      } catch {
        said.textContent = "This tablet has not reached the server: NO OTHER SCREEN SHOWS THIS CALL.";
      } finally {
        clearTimeout(timer);
      }
    });
  }
})();
