// Elements made by scripts.

/** @param {string} name @param {object} [properties] @param {(Node | string)[]} [children] */
export function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** @param {string} words @param {() => void} act */
export function pressed(words, act) {
  const button = element("button", { type: "button", className: "btn btn-chair", textContent: words });
  button.addEventListener("click", act);
  return button;
}
