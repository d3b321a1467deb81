/** Windows above the chat: a question, a notice, a choice of person, a new person; and toasts. */

import { avatar, byId, el } from "./dom.js";

const TOAST_MS = 4500;
const SHOWN_MATCHES = 50;

/** Shows `content` as a modal and resolves with what closed it ("" for Esc or Batal). */
function modal(title, content, testId) {
  const heading = el("h2", { id: "dialog-title" }, title);
  const dialog = el("dialog", { "aria-labelledby": "dialog-title", "data-testid": testId }, el("form", { method: "dialog" }, heading, content));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

const cancel = () => el("button", { value: "", class: "plain", formnovalidate: true }, "Batal");
const confirm = (words) => el("button", { value: "yes", class: "strong", "data-testid": "dialog-confirm" }, words);

/** Asks yes or no; resolves to true for yes. */
export async function askFirst(title, words, yes) {
  const answer = await modal(title, [el("p", {}, words), el("p", { class: "dialog-buttons" }, cancel(), confirm(yes))], "dialog");
  return answer === "yes";
}

/** A notice that must be put away, as an alert answer of a bot. */
export function tell(words) {
  return modal("Teman Mutasi", [el("p", { class: "dialog-text" }, words), el("p", { class: "dialog-buttons" }, confirm("OK"))], "alert");
}

/** Lets the visitor name a new person; resolves to {name, phone} or null. */
export async function newPerson() {
  const name = el("input", { required: true, maxlength: "64", autocomplete: "off", "data-testid": "new-name" });
  const phone = el("input", { type: "tel", required: true, pattern: "\\+?[0-9 \\-]{8,18}", placeholder: "+62812…", autocomplete: "off", "data-testid": "new-phone" });
  const content = [
    el("label", {}, "Nama", name),
    el("label", {}, "Nomor HP", phone),
    el("p", { class: "quiet" }, "Pakai nama dan nomor rekaan."),
    el("p", { class: "dialog-buttons" }, cancel(), confirm("Tambah")),
  ];
  const answer = await modal("Tambah orang", content, "new-person");
  return answer === "yes" ? { name: name.value.trim(), phone: phone.value.trim() } : null;
}

/** Lets the visitor pick one of `people` by a search; resolves to its id as text, or "". */
export function choosePerson(title, people) {
  const list = el("ul", { class: "choices" });
  const search = el("input", { type: "search", placeholder: "Cari nama", "aria-label": "Cari nama", "data-testid": "choose-search" });
  const fill = () => list.replaceChildren(...matches(people, search.value).map(choice));
  search.addEventListener("input", fill);
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  fill();
  return modal(title, [search, list, el("p", { class: "dialog-buttons" }, cancel())], "choose-person");
}

function matches(people, words) {
  const wanted = words.trim().toLowerCase();
  return people.filter((one) => one.name.toLowerCase().includes(wanted)).slice(0, SHOWN_MATCHES);
}

function choice(person) {
  return el("li", {}, el("button", { value: String(person.id), class: "choice", "data-testid": "choice" }, avatar(person.name), person.name));
}

/** A word that goes by itself; screen readers hear it. */
export function toast(words) {
  const note = el("p", { class: "toast", "data-testid": "toast" }, words);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}
