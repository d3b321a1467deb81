/** Where one writes: words, replies, files, commands, and the reply keyboard of the bot. */

import { byId, el, icon, iconButton } from "./dom.js";
import { gist } from "./message.js";
import { menu } from "./menu.js";

const MAX_HEIGHT_PX = 140;
const PICTURED = /^\p{Extended_Pictographic}/u;

/** `acts`: send(text, replyTo), start(), contact(), forward(), file(file, caption), unblock(). */
export class Composer {
  constructor(acts) {
    this.acts = acts;
    this.node = byId("composer");
    this.commands = [];
    this.replyTo = null;
    this.build();
  }

  build() {
    this.field = el("textarea", { id: "compose", rows: "1", maxlength: "4096", placeholder: "Tulis pesan", "aria-label": "Tulis pesan", enterkeyhint: "send", "data-testid": "compose" });
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("input", () => this.grow());
    this.picker = el("input", { type: "file", hidden: true, "aria-label": "Pilih berkas", "data-testid": "file-input" });
    this.picker.addEventListener("change", () => this.picked());
    this.quote = el("div", { class: "reply-bar", hidden: true, "data-testid": "reply-bar" });
    this.keys = el("div", { class: "reply-keyboard", role: "group", "aria-label": "Tombol balasan", hidden: true, "data-testid": "reply-keyboard" });
    this.line = el("form", { class: "compose-line", onsubmit: (event) => this.submit(event) }, this.tools(), this.field, this.picker, this.keysToggle(), iconButton("send", "Kirim", { type: "submit", class: "icon-button send", "data-testid": "send" }));
    this.gate = el("button", { type: "button", class: "strong gate", hidden: true, "data-testid": "gate" });
    this.gate.addEventListener("click", () => (this.blocked ? this.acts.unblock() : this.acts.start()));
    this.node.replaceChildren(this.quote, this.gate, this.line, this.keys);
  }

  tools() {
    const slash = iconButton("slash", "Perintah bot", { "data-testid": "commands" });
    const slashMenu = el("div", { class: "menu above" });
    menu(slash, slashMenu, () => this.commandItems(), "Bot belum mengumumkan perintah.");
    const clip = iconButton("attach", "Lampirkan", { "data-testid": "attach" });
    const clipMenu = el("div", { class: "menu above" });
    menu(clip, clipMenu, () => [
      { icon: "file", words: "Kirim berkas atau gambar", act: () => this.picker.click() },
      { icon: "phone", words: "Bagikan nomor saya", act: () => this.acts.contact() },
      { icon: "person", words: "Teruskan kontak orang lain", act: () => this.acts.forward() },
    ]);
    return [[slash, slashMenu], [clip, clipMenu]].map((pair) => el("div", { class: "menu-holder" }, pair));
  }

  commandItems() {
    return this.commands.map(({ command, description }) => ({ words: `/${command}`, note: description, act: () => this.acts.send(`/${command}`) }));
  }

  keysToggle() {
    this.toggle = iconButton("keys", "Tombol balasan", { hidden: true, "data-testid": "keyboard-toggle" });
    this.toggle.addEventListener("click", () => this.openKeys(this.keys.hidden));
    return this.toggle;
  }

  /** Shows what this chat allows: a start button, an unblock button, or the line to write in. */
  show({ blocked, started, commands, reply_keyboard: keyboard }) {
    this.blocked = blocked;
    this.commands = commands ?? [];
    this.gate.hidden = started && !blocked;
    this.gate.textContent = blocked ? "Buka blokir" : "Mulai";
    this.line.hidden = blocked || !started;
    this.showKeyboard(keyboard);
  }

  /** The bot's reply keyboard, or none. */
  showKeyboard(keyboard) {
    const rows = keyboard?.rows ?? [];
    this.oneTime = Boolean(keyboard?.one_time);
    this.field.placeholder = keyboard?.placeholder || "Tulis pesan";
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "key-row" }, row.map((key) => this.key(key)))));
    this.toggle.hidden = !rows.length;
    this.openKeys(rows.length > 0 && !this.line.hidden);
  }

  openKeys(open) {
    this.keys.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  key(key) {
    const act = key.request_contact ? () => this.acts.contact() : () => this.acts.send(key.text);
    const pressed = async () => {
      const done = await act();
      if (done && this.oneTime && this.keys.contains(node)) this.openKeys(false);
    };
    const node = el("button", { type: "button", class: "key", "data-testid": "reply-button", onclick: pressed }, key.request_contact && !PICTURED.test(key.text) ? icon("phone") : null, el("span", {}, key.text));
    return node;
  }

  /** Starts a reply to `message`, or ends it when null. */
  reply(message) {
    this.replyTo = message?.id ?? null;
    this.quote.hidden = !message;
    if (!message) return;
    const words = el("span", {}, el("b", {}, "Membalas"), el("span", {}, gist(message)));
    const close = iconButton("close", "Batal membalas", { "data-testid": "reply-cancel", onclick: () => this.reply(null) });
    this.quote.replaceChildren(icon("reply"), words, close);
    this.field.focus();
  }

  onKey(event) {
    if (event.key === "Escape" && this.replyTo) this.reply(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.line.requestSubmit();
  }

  async submit(event) {
    event.preventDefault();
    const words = this.field.value.trim();
    if (!words) return;
    this.field.value = "";
    this.grow();
    const replyTo = this.replyTo;
    this.reply(null);
    const sent = await this.acts.send(words, replyTo);
    // What could not be sent is given back, unless something new stands there already.
    if (!sent && !this.field.value) this.field.value = words;
  }

  picked() {
    const [chosen] = this.picker.files;
    if (chosen) this.acts.file(chosen, this.field.value.trim());
    if (chosen) this.field.value = "";
    this.picker.value = "";
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, MAX_HEIGHT_PX)}px`;
  }
}
