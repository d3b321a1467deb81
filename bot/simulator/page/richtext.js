/** Turns a message's HTML into nodes by an allow-list, so that nothing else can reach the page. */

import { el } from "./dom.js";

const PLAIN = new Set(["B", "STRONG", "I", "EM", "U", "INS", "S", "STRIKE", "DEL", "CODE", "PRE", "BLOCKQUOTE", "BR"]);
const COMMAND = /(^|[\s(])(\/[a-z][a-z0-9_]{0,31})(?=$|[\s.,;:!?)])/giu;

/** Nodes for `html`; `onCommand` makes /commands pressable and receives `/start CODE` links. */
export function rich(html, onCommand) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return [...parsed.body.childNodes].flatMap((node) => convert(node, onCommand));
}

function convert(node, onCommand) {
  if (node.nodeType === Node.TEXT_NODE) return commands(node.data, onCommand);
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = node.tagName;
  const verbatim = tag === "CODE" || tag === "PRE" || tag === "A";
  const inside = [...node.childNodes].flatMap((child) => convert(child, verbatim ? null : onCommand));
  if (tag === "A") return [link(node, inside, onCommand)];
  if (tag === "TG-SPOILER" || node.classList.contains("tg-spoiler")) return [spoiler(inside)];
  return PLAIN.has(tag) ? [el(tag.toLowerCase(), {}, inside)] : inside;
}

function commands(words, onCommand) {
  if (!onCommand) return [words];
  const nodes = [];
  let from = 0;
  for (const found of words.matchAll(COMMAND)) {
    const at = found.index + found[1].length;
    nodes.push(words.slice(from, at), commandButton(found[2], onCommand));
    from = at + found[2].length;
  }
  return [...nodes, words.slice(from)].filter(Boolean);
}

function commandButton(command, onCommand) {
  return el("button", { type: "button", class: "command", onclick: () => onCommand(command) }, command);
}

function link(node, inside, onCommand) {
  const address = node.getAttribute("href") ?? "";
  const code = /^https:\/\/t\.me\/\w+\?start=([\w-]+)$/.exec(address);
  if (code && onCommand) return el("button", { type: "button", class: "command", onclick: () => onCommand(`/start ${code[1]}`) }, inside);
  if (!/^(https?|mailto|tel):/i.test(address)) return el("span", {}, inside);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, inside);
}

function spoiler(inside) {
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Tampilkan bagian tersembunyi" }, inside);
  const show = () => {
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", show);
  cover.addEventListener("keydown", (event) => event.key === "Enter" && show());
  return cover;
}
