/** The open chat: loads it, does what the visitor does in it, and shows what happens. */

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { askFirst, choosePerson, tell, toast } from "./dialogs.js";
import { byId } from "./dom.js";
import { Log } from "./log.js";
import { menu } from "./menu.js";

const ANSWER_MS = 10000;
const TYPING_MS = 5000;
const DOING = { typing: "sedang mengetik…", upload_document: "sedang mengirim berkas…", upload_photo: "sedang mengirim gambar…" };

/** One chat at a time; `people` names who speaks, `onChange(person, chat)` hears of each loading. */
export class Chat {
  constructor(people, onChange) {
    this.people = people;
    this.onChange = onChange;
    this.pending = new Map();
    this.log = new Log({
      command: (words) => this.send(words),
      reply: (message) => this.composer.reply(message),
      press: (...pressed) => this.press(...pressed),
    });
    this.composer = new Composer({
      send: (words, replyTo) => this.send(words, replyTo),
      start: () => this.act(api.start(this.id)),
      contact: () => this.shareContact(),
      forward: () => this.forwardContact(),
      file: (chosen, caption) => this.act(api.file(this.id, chosen, caption)),
      unblock: () => this.block(false),
    });
    menu(byId("chat-more"), byId("chat-menu"), () => this.menuItems(), "Dalam grup tidak ada yang dapat diatur di sini.");
  }

  menuItems() {
    const { blocked, group } = this.person;
    return group ? [] : [
      { icon: "block", words: blocked ? "Buka blokir bot" : "Blokir bot", act: () => this.block(!blocked) },
      { icon: "person", words: "Teruskan kontak orang lain", act: () => this.forwardContact() },
    ];
  }

  /** Opens the chat of `person`, from the server, at its end. */
  async open(person) {
    if (this.person?.id !== person.id) this.composer.reply(null);
    this.person = person;
    this.id = person.id;
    this.forgetPresses();
    byId("welcome").hidden = true;
    byId("chat").hidden = false;
    await this.load();
  }

  /** Tells the server that what stood here was read, since the chat is left. */
  leave() {
    api.chat(this.id).catch(() => null);
  }

  /** Loads the open chat; events that come meanwhile are kept and shown after. */
  async load() {
    const id = this.id;
    const heard = [];
    this.heard = heard;
    const told = await api.chat(id).catch((error) => toast(error.message));
    if (this.heard !== heard || !told) return;
    this.person.blocked = told.blocked;
    this.log.show(told.messages);
    this.composer.show(told);
    this.quietNote();
    this.onChange(this.person, told);
    this.heard = null;
    heard.forEach((event) => this.take(event));
  }

  /** Takes an event of this chat. */
  take(event) {
    if (this.heard) this.heard.push(event);
    else this[`on_${event.kind}`]?.(event);
  }

  on_message(event) {
    this.quietNote();
    this.log.put(event.message ?? event);
    // The first message of a chat changes what may be done in it.
    if (this.composer.line.hidden) this.load();
  }

  on_edit(event) {
    const message = event.message ?? event;
    this.log.put(message);
    if (this.answered(message.id)) byId("spoken").textContent = message.text;
  }

  on_delete(event) {
    this.log.remove(event.message?.id ?? event.message_id ?? event.id);
  }

  on_toast(event) {
    this.answered(event.message_id);
    if (!event.text) return;
    if (event.alert ?? event.show_alert) tell(event.text);
    else toast(event.text);
  }

  on_action(event) {
    byId("chat-note").textContent = DOING[event.action] ?? DOING.typing;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.quietNote(), TYPING_MS);
  }

  on_keyboard(event) {
    if ("reply_keyboard" in event) this.composer.showKeyboard(event.reply_keyboard);
    else this.load();
  }

  on_commands() {
    this.load();
  }

  quietNote() {
    clearTimeout(this.typing);
    byId("chat-note").textContent = `${this.person.group ? "Grup" : "Anda"}: ${this.person.name}`;
  }

  /** Waits for an act and tells what went wrong; resolves to whether it went well. */
  async act(promise) {
    try {
      await promise;
      return true;
    } catch (error) {
      toast(`Tidak terlaksana: ${error.message}`);
      return false;
    }
  }

  send(words, replyTo = null) {
    return this.act(api.text(this.id, words, replyTo));
  }

  press(message, row, column, button, key) {
    if (button.url) return window.open(button.url, "_blank", "noopener");
    if (button.copy) return this.copy(button.copy);
    this.wait(message.id, key);
    return this.act(api.press(this.id, message.id, row, column)).then((well) => well || this.answered(message.id));
  }

  async copy(words) {
    await this.act(navigator.clipboard.writeText(words));
    toast("Disalin");
  }

  wait(messageId, key) {
    key.setAttribute("aria-busy", "true");
    const timer = setTimeout(() => this.answered(messageId), ANSWER_MS);
    this.pending.set(messageId, { key, timer });
  }

  /** Ends the wait for a pressed button; tells whether there was one. */
  answered(messageId) {
    const waiting = this.pending.get(messageId);
    if (!waiting) return false;
    clearTimeout(waiting.timer);
    waiting.key.removeAttribute("aria-busy");
    return this.pending.delete(messageId);
  }

  forgetPresses() {
    for (const id of [...this.pending.keys()]) this.answered(id);
  }

  async shareContact() {
    const sure = await askFirst("Bagikan nomor HP Anda?", `Bot akan menerima nama dan nomor ${this.person.phone}.`, "Bagikan");
    return sure && this.act(api.contact(this.id));
  }

  async forwardContact() {
    const of = await choosePerson("Teruskan kontak siapa?", this.people.others());
    if (of) await this.act(api.contact(this.id, Number(of)));
  }

  async block(blocked) {
    if (await this.act(api.block(this.id, blocked))) await this.load();
  }
}
