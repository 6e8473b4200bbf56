// What a browser did not give is said where it was asked for; a name that it cannot ask for is the address's fault.
document.addEventListener("allauth.error", (event) => {
  const said = document.getElementById("passkey-said");
  if (!said) return;
  event.preventDefault();
  const isNumber = /** @type {CustomEvent} */ (event).detail.exception?.name === "SecurityError";
  said.textContent = isNumber
    ? "Keys need this page under a name and over https; its address is a number, or its connection is not secured."
    : "No key was given, and nothing was sent. Try again, or go on without it.";
});
