/** The person side over HTTP: questions to the simulator, and the stream of what happens. */

const BASE = new URL("api/", document.baseURI);
const RETRY_MS = 1500;

/** Where a file is fetched from, for links and images. */
export const fileAddress = (fileId) => new URL(`files/${encodeURIComponent(fileId)}`, BASE).href;

async function ask(method, path, body) {
  const options = { method };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(new URL(path, BASE), options);
  const text = await answer.text();
  if (!answer.ok) throw new Error(reason(text) || `Ditolak (${answer.status})`);
  return text ? JSON.parse(text) : null;
}

function reason(text) {
  try {
    const said = JSON.parse(text);
    return said.error ?? said.description ?? text;
  } catch {
    return text;
  }
}

export const people = () => ask("GET", "people");
export const addPerson = (name, phone) => ask("POST", "people", { name, phone });
export const chat = (id) => ask("GET", `chats/${id}`);
export const start = (id) => ask("POST", "start", { id });
export const clock = () => ask("GET", "clock");
export const moveClock = (move) => ask("POST", "clock", move);
export const block = (id, blocked) => ask("POST", `chats/${id}/block`, { blocked });
export const contact = (id, of) => ask("POST", `chats/${id}/contact`, of ? { of } : {});
export const press = (id, messageId, row, column) =>
  ask("POST", `chats/${id}/press`, { message_id: messageId, row, column });

export function text(id, words, replyTo) {
  return ask("POST", `chats/${id}/text`, replyTo ? { text: words, reply_to: replyTo } : { text: words });
}

export function file(id, chosen, caption) {
  const form = new FormData();
  form.append("file", chosen, chosen.name);
  if (caption) form.append("caption", caption);
  return ask("POST", `chats/${id}/file`, form);
}

/**
 * Listens for events until the page closes. After a gap `onReturn` is called, since what
 * happened meanwhile was not heard; `onState` tells whether the line stands.
 */
export function listen(hooks) {
  const line = { gap: false, hooks };
  connect(line);
}

function connect(line) {
  const source = new EventSource(new URL("events", BASE));
  source.onmessage = (event) => line.hooks.onEvent(JSON.parse(event.data));
  source.onopen = () => {
    line.hooks.onState(true);
    if (line.gap) line.hooks.onReturn();
    line.gap = false;
  };
  source.onerror = () => {
    line.gap = true;
    line.hooks.onState(false);
    // The browser reconnects by itself after a cut, but gives up after a refusal.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS, line);
  };
}
