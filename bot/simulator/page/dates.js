/** Dates and times as an Indonesian reads them, in the civil zone of the demo. */

const NAMES = { WIB: "Asia/Jakarta", WITA: "Asia/Makassar", WIT: "Asia/Jayapura" };
let zone = "Asia/Makassar";

/** Takes the zone the server names, by IANA name or by its Indonesian one. */
export function useZone(named) {
  if (named) zone = NAMES[named] ?? (named.includes("/") ? named : zone);
}

export const zoneName = () => Object.keys(NAMES).find((name) => NAMES[name] === zone) ?? zone;

/** A Date from seconds since 1970 or from an ISO text. */
export const moment = (value) => new Date(typeof value === "number" ? value * 1000 : value);

const shown = (date, options) => new Intl.DateTimeFormat("id-ID", { timeZone: zone, ...options }).format(date);

export const time = (date) => shown(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const day = (date) => shown(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const shortDay = (date) => shown(date, { day: "numeric", month: "short" });

/** `2026-12-01T08:00`, local: what a datetime-local field holds and the clock is moved to. */
export function localStamp(date) {
  const part = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(date).map(({ type, value }) => [type, value]),
  );
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** The next local 08.00 after `date`, as a local stamp. */
export function nextMorning(date) {
  const [today, clock] = localStamp(date).split("T");
  if (clock < "08:00") return `${today}T08:00`;
  const next = new Date(`${today}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `${next.toISOString().slice(0, 10)}T08:00`;
}
