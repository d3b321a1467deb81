/** The clock to move: what time it is in the demo, and the ways forward. */

import * as api from "./api.js";
import { day, localStamp, nextMorning, shortDay, time, useZone, zoneName } from "./dates.js";
import { byId, el } from "./dom.js";
import { toast } from "./dialogs.js";

const REDRAW_MS = 5000;
const STEPS = [["+1 jam", "1h"], ["+1 hari", "1d"], ["+7 hari", "7d"], ["+30 hari", "30d"]];

/** Shows the simulated time, which runs on with the real one, and moves it forward. */
export class Clock {
  constructor() {
    this.ahead = 0;
    this.node = byId("clock");
    this.build();
    setInterval(() => this.draw(), REDRAW_MS);
  }

  async load() {
    this.take(await api.clock());
  }

  /** Takes {now, zone} from an answer or an event. */
  take(told) {
    if (!told?.now) return;
    useZone(told.zone);
    this.ahead = new Date(told.now).getTime() - Date.now();
    this.draw();
  }

  now() {
    return new Date(Date.now() + this.ahead);
  }

  build() {
    this.face = el("p", { class: "clock-face", "data-testid": "clock-now" });
    this.field = el("input", { type: "datetime-local", required: true, "data-testid": "clock-field" });
    this.state = el("p", { class: "quiet", role: "status", "data-testid": "clock-state" });
    const steps = STEPS.map(([words, advance]) => this.button(words, () => ({ advance })));
    const morning = this.button("Ke pukul 08.00 berikutnya", () => ({ to: nextMorning(this.now()) }));
    const form = el("form", { onsubmit: (event) => this.submit(event) }, el("label", {}, "Pindah ke", this.field), el("button", { class: "soft", "data-testid": "clock-go" }, "Pindah"));
    this.node.replaceChildren(
      el("h2", { id: "clock-title" }, "Jam simulasi"), this.face,
      el("div", { class: "clock-steps" }, steps, morning), form, this.state,
      el("p", { class: "quiet" }, "Jam hanya maju. Yang jatuh tempo di antaranya terjadi berurutan."),
    );
  }

  button(words, move) {
    return el("button", { type: "button", class: "soft", "data-testid": "clock-step", onclick: () => this.move(move()) }, words);
  }

  submit(event) {
    event.preventDefault();
    this.move({ to: this.field.value });
  }

  async move(wanted) {
    this.busy(true);
    try {
      this.take(await api.moveClock(wanted));
      this.state.textContent = `Sekarang ${this.words()}.`;
    } catch {
      this.state.textContent = "";
      toast("Jam tidak dapat dipindah ke sana; jam hanya maju.");
    }
    this.busy(false);
  }

  /** Buttons stay focusable while time runs; they only stop answering. */
  busy(running) {
    this.node.inert = running;
    this.node.classList.toggle("running", running);
    if (running) this.state.textContent = "Waktu berjalan…";
  }

  words() {
    return `${day(this.now())}, ${time(this.now())} ${zoneName()}`;
  }

  draw() {
    this.face.replaceChildren(el("span", {}, day(this.now())), el("b", {}, `${time(this.now())} ${zoneName()}`));
    byId("clock-short").textContent = `${shortDay(this.now())} ${time(this.now())}`;
    this.field.min = localStamp(this.now());
    if (document.activeElement !== this.field) this.field.value = localStamp(this.now());
  }
}
