/** A menu that opens from a button: arrows move in it, Esc and a click elsewhere close it. */

import { el, icon } from "./dom.js";

/** Binds `button` to `panel`; `items()` gives [{icon?, words, note?, act}] each time it opens. */
export function menu(button, panel, items, empty = "") {
  const close = () => toggle(button, panel, false);
  const open = () => {
    panel.replaceChildren(...entries(items(), close, empty));
    toggle(button, panel, true);
    panel.querySelector("button")?.focus();
  };
  button.setAttribute("aria-haspopup", "menu");
  toggle(button, panel, false);
  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  panel.addEventListener("keydown", (event) => onKey(event, panel, close, button));
  closeOutside(button, panel, close);
  return { open, close };
}

function toggle(button, panel, open) {
  panel.hidden = !open;
  panel.setAttribute("role", "menu");
  button.setAttribute("aria-expanded", String(open));
}

function closeOutside(button, panel, close) {
  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && !panel.contains(event.target) && !button.contains(event.target)) close();
  });
  panel.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !panel.contains(event.relatedTarget) && event.relatedTarget !== button) close();
  });
}

function entries(items, close, empty) {
  if (!items.length) return [el("p", { class: "quiet" }, empty)];
  return items.map((item) => el(
    "button",
    { type: "button", role: "menuitem", "data-testid": "menu-item", onclick: () => { close(); item.act(); } },
    item.icon ? icon(item.icon) : null,
    el("span", {}, el("b", {}, item.words), item.note ? el("span", { class: "quiet" }, ` ${item.note}`) : null),
  ));
}

function onKey(event, panel, close, button) {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
    button.focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    moveFocus([...panel.querySelectorAll("button")], step);
  }
}

/** Moves the focus among `nodes` by `step`, stopping at both ends. */
export function moveFocus(nodes, step) {
  const at = nodes.indexOf(document.activeElement);
  nodes[Math.min(Math.max(at + step, 0), nodes.length - 1)]?.focus();
}
