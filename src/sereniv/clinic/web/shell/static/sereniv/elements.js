// Elements made by scripts.

/** @param {string} name @param {object} [properties] @param {(Node | string)[]} [children] */
export function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Finds what the page's own template always holds; throws where it does not.
 * @param {string} selector */
export function needed(selector) {
  const found = document.querySelector(selector);
  if (!found) throw new Error(`no ${selector} on this page`);
  return found;
}

/** @param {string} words @param {() => void} act */
export function pressed(words, act) {
  const button = element("button", { type: "button", className: "btn btn-chair", textContent: words });
  button.addEventListener("click", act);
  return button;
}
