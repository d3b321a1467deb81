/** The chat's log: messages in order under their days, and a scroll that respects the reader. */

import { day, moment } from "./dates.js";
import { byId, el } from "./dom.js";
import { fill, gist, render } from "./message.js";

const NEAR_END_PX = 90;

/** Keeps the log's messages; `hooks` are those of message.js without `quoted` and `jump`. */
export class Log {
  constructor(hooks) {
    this.node = byId("log");
    this.kept = new Map();
    this.missed = 0;
    this.hooks = { ...hooks, quoted: (id) => this.kept.get(id)?.message, jump: (id) => this.jump(id) };
    this.follow = true;
    this.node.addEventListener("scroll", () => this.scrolled());
    byId("to-end").addEventListener("click", () => this.toEnd());
    byId("pinned").addEventListener("click", () => this.jump(this.pinnedId));
    // A keyboard that opens, or a picture that arrives, must not hide the newest words.
    new ResizeObserver(() => this.follow && this.toEnd()).observe(this.node);
    this.node.addEventListener("load", () => this.follow && this.toEnd(), true);
  }

  /** Shows a whole chat anew, unread aloud by nobody, at its end. */
  show(messages) {
    this.node.setAttribute("aria-busy", "true");
    this.kept.clear();
    this.node.replaceChildren();
    if (!messages.length) this.node.append(el("p", { class: "system-line empty" }, "Belum ada percakapan."));
    for (const message of messages) this.keep(message);
    this.node.append(...[...this.kept.values()].map(({ article }) => article));
    this.separate();
    this.showPinned();
    this.toEnd();
    this.node.setAttribute("aria-busy", "false");
  }

  keep(message) {
    this.kept.set(message.id, { message, article: null });
    const article = render(message, this.hooks);
    this.kept.set(message.id, { message, article });
    return article;
  }

  /** Adds a message, or puts its new content in the place of the old one. */
  put(message) {
    const known = this.kept.get(message.id);
    const stay = this.follow || (message.from === "person" && !known);
    if (known) this.change(known, message);
    else this.add(message);
    this.showPinned();
    if (stay) this.toEnd();
    else if (!known) this.miss();
  }

  add(message) {
    this.node.querySelector(".empty")?.remove();
    const article = this.keep(message);
    const later = [...this.node.querySelectorAll(".message")].find((one) => Number(one.dataset.id) > message.id);
    this.node.insertBefore(article, later ?? null);
    this.separate();
  }

  /** An edit is silent by itself (a progress bar would never stop talking), and keeps the focus. */
  change(known, message) {
    const keys = [...known.article.querySelectorAll(".key")];
    const at = keys.indexOf(document.activeElement);
    known.message = message;
    known.article.setAttribute("aria-live", "off");
    fill(known.article, message, this.hooks);
    if (at < 0) return;
    const now = known.article.querySelectorAll(".key");
    (now[Math.min(at, now.length - 1)] ?? known.article).focus({ preventScroll: true });
  }

  remove(id) {
    this.kept.get(id)?.article.remove();
    this.kept.delete(id);
    this.separate();
    this.showPinned();
  }

  separate() {
    for (const line of this.node.querySelectorAll(".day")) line.remove();
    let before = "";
    for (const { article, message } of this.kept.values()) {
      const today = day(moment(message.date));
      if (today !== before) article.before(el("h3", { class: "day" }, today));
      before = today;
    }
  }

  showPinned() {
    const pinned = [...this.kept.values()].filter(({ message }) => message.pinned).at(-1)?.message;
    byId("pinned").hidden = !pinned;
    this.pinnedId = pinned?.id;
    byId("pinned-text").textContent = pinned ? gist(pinned) : "";
  }

  jump(id) {
    const article = this.kept.get(id)?.article;
    if (!article) return;
    article.scrollIntoView({ block: "center" });
    article.focus({ preventScroll: true });
    article.classList.add("found");
    article.addEventListener("animationend", () => article.classList.remove("found"), { once: true });
  }

  atEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END_PX;
  }

  scrolled() {
    this.follow = this.atEnd();
    if (this.follow) this.seen();
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    this.seen();
  }

  seen() {
    this.missed = 0;
    this.follow = true;
    byId("to-end").hidden = true;
  }

  miss() {
    this.missed += 1;
    byId("to-end-text").textContent = `${this.missed} pesan baru`;
    byId("to-end").hidden = false;
  }
}
