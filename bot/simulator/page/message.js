/** One message as it stands in the chat: quote, picture, document, words, time and buttons. */

import { fileAddress } from "./api.js";
import { moment, time } from "./dates.js";
import { el, icon, iconButton } from "./dom.js";
import { rich } from "./richtext.js";

const WHO = { bot: "Teman Mutasi", person: "Anda" };

/**
 * An article for `message`. `hooks`: command(text), reply(message), press(message, row, column,
 * button), jump(id), quoted(id) → message or undefined.
 */
export function render(message, hooks) {
  const article = el("article", {
    class: `message ${message.from}`,
    "data-testid": "message",
    "data-id": message.id,
    "data-from": message.from,
    "data-day": message.date,
    tabindex: "-1",
  });
  fill(article, message, hooks);
  return article;
}

/** Puts the present content of `message` into its article, as an edit does. */
export function fill(article, message, hooks) {
  article.setAttribute("aria-label", label(message));
  article.replaceChildren(...(message.from === "system" ? [systemLine(message)] : parts(message, hooks)));
}

/** The words of a message without its formatting, for quotes and for the pinned bar. */
export function gist(message) {
  return (message.text || message.document?.name || (message.photo ? "Gambar" : "")).trim();
}

function label(message) {
  const who = message.author ?? WHO[message.from] ?? "Keterangan";
  return `${who}, ${time(moment(message.date))}${message.edited ? ", diedit" : ""}`;
}

const systemLine = (message) => el("p", { class: "system-line" }, message.text);

function parts(message, hooks) {
  const row = el("div", { class: "bubble-row" }, bubble(message, hooks), replyButton(message, hooks));
  return [row, message.keyboard?.length ? inlineKeyboard(message, hooks) : null].filter(Boolean);
}

function bubble(message, hooks) {
  return el(
    "div",
    { class: message.photo ? "bubble with-photo" : "bubble" },
    message.author ? el("b", { class: "author" }, message.author) : null,
    quote(message, hooks),
    message.photo ? photo(message) : null,
    message.document ? attached(message.document) : null,
    message.html || message.text ? words(message, hooks) : null,
    meta(message),
  );
}

function words(message, hooks) {
  const onCommand = message.from === "bot" ? hooks.command : null;
  const nodes = message.html ? rich(message.html, onCommand) : [message.text];
  return el("div", { class: "words", "data-testid": "message-text" }, nodes);
}

function meta(message) {
  const date = moment(message.date);
  const edited = message.edited ? el("span", { "data-testid": "edited" }, "diedit ") : null;
  return el("p", { class: "meta" }, message.pinned ? icon("pin") : null, edited, el("time", { datetime: date.toISOString() }, time(date)));
}

function quote(message, hooks) {
  if (!message.reply_to) return null;
  const id = message.reply_to.id ?? message.reply_to;
  const original = hooks.quoted(id);
  return el(
    "button",
    { type: "button", class: "quote", "data-testid": "quote", onclick: () => hooks.jump(id) },
    el("b", {}, original ? original.author ?? WHO[original.from] : "Balasan"),
    el("span", {}, original ? gist(original) : "Pesan yang sudah tidak ada"),
  );
}

function photo(message) {
  const alternative = message.text ? `Gambar: ${message.text}` : "Gambar tanpa keterangan";
  const image = el("img", { src: fileAddress(message.photo.file_id), alt: alternative, loading: "lazy" });
  return el("a", { class: "photo", href: image.src, target: "_blank", rel: "noopener", "data-testid": "photo" }, image);
}

function attached(document) {
  return el(
    "a",
    { class: "document", href: fileAddress(document.file_id), download: document.name, "data-testid": "document" },
    el("span", { class: "document-icon" }, icon("file")),
    el("span", { class: "document-name" }, el("b", {}, document.name), el("span", { class: "quiet" }, `${size(document.size)} · unduh`)),
  );
}

/** A file's size in words, with an Indonesian decimal comma. */
export function size(bytes) {
  if (!(bytes >= 1024)) return `${bytes ?? 0} byte`;
  const [value, unit] = bytes < 1024 ** 2 ? [bytes / 1024, "KB"] : [bytes / 1024 ** 2, "MB"];
  return `${value.toLocaleString("id-ID", { maximumFractionDigits: 1 })} ${unit}`;
}

function replyButton(message, hooks) {
  return iconButton("reply", "Balas pesan ini", { class: "icon-button reply", "data-testid": "reply", onclick: () => hooks.reply(message) });
}

function inlineKeyboard(message, hooks) {
  const rows = message.keyboard.map((buttons, row) => el(
    "div",
    { class: "key-row" },
    buttons.map((button, column) => inlineButton(message, hooks, button, row, column)),
  ));
  return el("div", { class: "inline-keyboard", role: "group", "aria-label": "Tombol pesan", "data-testid": "inline-keyboard" }, rows);
}

function inlineButton(message, hooks, button, row, column) {
  const sign = button.url ? "link" : button.copy ? "copy" : null;
  return el(
    "button",
    {
      type: "button",
      class: "key",
      "data-testid": "inline-button",
      onclick: (event) => hooks.press(message, row, column, button, event.currentTarget),
    },
    el("span", {}, button.text),
    sign ? icon(sign) : null,
  );
}
