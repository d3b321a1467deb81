/** Wires the page: people, the open chat, the clock, and the stream of events between them. */

import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { listen } from "./api.js";
import { avatar, byId, el } from "./dom.js";
import { People } from "./people.js";

const RELOAD_MS = 300;
const PHONE = matchMedia("(max-width: 480px)");

const clock = new Clock();
const people = new People((person) => go(`#chat/${person.id}`));
const chat = new Chat(people, showPerson);
let reload = null;

/** The address names the screen, so that the phone's own way back works. */
function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash;
}

async function route() {
  const id = /^#chat\/(-?\d+)$/.exec(location.hash)?.[1];
  if (chat.id && String(chat.id) !== id) chat.leave();
  const person = id && people.choose(id);
  document.body.dataset.screen = person ? "chat" : "people";
  if (!person) return people.choose(null);
  await chat.open(person);
  if (PHONE.matches) return byId("chat-title").focus();
  return byId(byId("composer").querySelector(".gate").hidden ? "compose" : "chat-title").focus();
}

function showPerson(person) {
  const card = byId("person");
  card.hidden = false;
  card.replaceChildren(
    el("h2", { id: "person-title" }, "Anda sekarang"),
    el("p", { class: "person-card" }, avatar(person.name, person.group), el("span", {}, el("b", {}, person.name), el("span", { class: "quiet" }, person.note ?? ""))),
    el("p", { class: "quiet" }, person.phone ? `Nomor HP ${person.phone} (rekaan)` : ""),
  );
  people.drawSoon();
}

function onEvent(event) {
  if (event.kind === "clock") clock.take(event);
  else if (event.kind === "people") reloadPeople();
  else if (chat.id && (event.kind === "commands" || String(event.chat) === String(chat.id))) chat.take(event);
  if (event.kind === "message" && !isOpen(event)) people.mark(event.chat);
}

function isOpen(event) {
  const own = (event.message ?? event).from === "person";
  return own || (String(event.chat) === String(chat.id) && document.body.dataset.screen === "chat");
}

function reloadPeople() {
  clearTimeout(reload);
  reload = setTimeout(() => people.load(), RELOAD_MS);
}

/** After a gap in the line everything is asked anew. */
async function resync() {
  await Promise.all([people.load(), clock.load()]);
  if (chat.id) await chat.load();
}

function sideOpen(open) {
  byId("side").toggleAttribute("data-open", open);
  byId("clock-toggle").setAttribute("aria-expanded", String(open));
  if (open) byId("clock").querySelector("button").focus();
}

function onKey(event) {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (!byId("side").hasAttribute("data-open")) return;
  sideOpen(false);
  byId("clock-toggle").focus();
}

/** The skip link moves the focus only: the address belongs to the screens. */
function skip(event) {
  event.preventDefault();
  byId("compose").focus();
}

document.querySelector(".skip").addEventListener("click", skip);
byId("back").addEventListener("click", () => go("#people"));
byId("clock-toggle").addEventListener("click", () => sideOpen(!byId("side").hasAttribute("data-open")));
document.addEventListener("keydown", onKey);
document.addEventListener("pointerdown", (event) => event.target.closest("#side, #clock-toggle, dialog") ?? sideOpen(false));
window.addEventListener("hashchange", route);

listen({
  onEvent,
  onReturn: resync,
  onState: (well) => { byId("offline").textContent = well ? "" : "Sambungan terputus, menyambung kembali…"; },
});
await Promise.all([people.load(), clock.load()]);
document.body.dataset.ready = "true";
await route();
