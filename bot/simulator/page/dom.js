/** Small hands for the DOM: make an element, an icon, an avatar; find one by its id. */

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** Makes an element; `on…` keys are listeners, `null`/`false` attributes are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) set(node, key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function set(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else node.setAttribute(key, value === true ? "" : value);
}

/** An icon of the sprite in index.html; silent for screen readers, so its button needs words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A button that is known by words even when it shows only an icon. */
export function iconButton(name, words, attributes) {
  return el("button", { type: "button", class: "icon-button", "aria-label": words, title: words, ...attributes }, icon(name));
}

/** A round with the person's initials in one of six hues, always the same for the same name. */
export function avatar(name, group = false) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % 6;
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, group ? "#" : initials(name));
}

function initials(name) {
  const words = name.replace(/[^\p{L}\s]/gu, "").split(/\s+/).filter(Boolean);
  return words.slice(0, 2).map((word) => word[0].toUpperCase()).join("");
}
