/** The list of people to be: search, unread marks, who one is now, and a new person. */

import * as api from "./api.js";
import { newPerson, toast } from "./dialogs.js";
import { avatar, byId, el, icon } from "./dom.js";
import { moveFocus } from "./menu.js";

const SHOWN = 200;

/** The people as the server tells them; `onChoose(person)` is called when one is picked. */
export class People {
  constructor(onChoose) {
    this.all = [];
    this.current = null;
    this.onChoose = onChoose;
    this.list = byId("people-list");
    byId("people-search").addEventListener("input", () => this.draw());
    byId("people-search").addEventListener("keydown", (event) => event.key === "ArrowDown" && this.list.querySelector("button")?.focus());
    byId("people-unread").addEventListener("change", () => this.draw());
    byId("add-person").addEventListener("click", () => this.add());
    this.list.addEventListener("keydown", (event) => this.onKey(event));
  }

  async load() {
    this.all = await api.people();
    this.choose(this.current);
  }

  find(id) {
    return this.all.find((person) => String(person.id) === String(id));
  }

  /** Everyone but groups and the person whose chat is open: whose contact may be forwarded. */
  others() {
    return this.all.filter((person) => !person.group && person.id !== this.current);
  }

  choose(id) {
    this.current = this.find(id)?.id ?? null;
    const person = this.find(id);
    if (person) person.unread = 0;
    this.draw();
    return person;
  }

  /** Counts a message that came to a chat which isn't open. */
  mark(id) {
    const person = this.find(id);
    if (!person) return;
    person.unread = (person.unread ?? 0) + 1;
    this.drawSoon();
  }

  /** A whole city may hear something in the same second: one drawing a frame is enough. */
  drawSoon() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
    });
  }

  draw() {
    const focused = document.activeElement?.closest?.("[data-person]")?.dataset.person;
    const matching = this.matching();
    this.list.replaceChildren(...matching.slice(0, SHOWN).map((person) => this.row(person)));
    byId("people-count").textContent = count(matching.length, this.all.length);
    if (focused) this.list.querySelector(`[data-person="${focused}"]`)?.focus();
  }

  matching() {
    const wanted = byId("people-search").value.trim().toLowerCase();
    const onlyUnread = byId("people-unread").checked;
    return this.all.filter((person) => {
      const known = `${person.name} ${person.note ?? ""} ${person.phone ?? ""}`.toLowerCase();
      return known.includes(wanted) && (!onlyUnread || person.unread > 0 || person.id === this.current);
    });
  }

  row(person) {
    const unread = person.unread > 0 ? el("span", { class: "badge", "data-testid": "unread" }, String(person.unread), el("span", { class: "hidden-label" }, " pesan baru")) : null;
    const lines = el("span", { class: "person-lines" }, el("b", {}, person.name), el("span", { class: "quiet" }, person.note || person.phone || ""));
    const button = el("button", {
      type: "button",
      class: "person-row",
      "data-person": person.id,
      "data-testid": "person",
      "aria-current": person.id === this.current ? "true" : null,
      onclick: () => this.onChoose(person),
    }, avatar(person.name, person.group), lines, person.blocked ? blocked() : null, unread);
    return el("li", {}, button);
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    moveFocus([...this.list.querySelectorAll("button")], step);
  }

  async add() {
    const wanted = await newPerson();
    if (!wanted) return;
    const made = await api.addPerson(wanted.name, wanted.phone).catch((error) => toast(error.message));
    await this.load();
    const person = made && this.find(made.id);
    if (person) this.onChoose(person);
  }
}

function blocked() {
  return el("span", { class: "blocked-mark" }, icon("block"), el("span", { class: "hidden-label" }, "memblokir bot"));
}

function count(matching, all) {
  if (matching > SHOWN) return `${SHOWN} dari ${matching.toLocaleString("id-ID")} orang ditampilkan; cari untuk mempersempit.`;
  if (!matching) return all ? "Tidak ada yang cocok." : "Belum ada orang.";
  return `${matching.toLocaleString("id-ID")} orang`;
}
