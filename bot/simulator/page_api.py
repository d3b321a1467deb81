"""The page's door: its files, and the person side over HTTP."""

import hmac
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from importlib.resources import files
from typing import Any

from aiohttp import web

from bot.simulator import doings
from bot.simulator.clock import Clock
from bot.simulator.files import StoredFile, Upload
from bot.simulator.views import shown_chat, shown_event, shown_message, shown_person
from bot.simulator.world import Account, Chat, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MoveClock = Callable[[datetime], Awaitable[None]]
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE_FILE = re.compile(r"[a-z][a-z0-9_-]*\.(html|css|js|svg)\Z")
_MIMES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class PageApi:
    """Everything under /page/<token>/."""

    def __init__(self, world: World, token: str, move_clock: MoveClock) -> None:
        self.world = world
        self.token = token
        self.move_clock = move_clock

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses, each of which asks for the token."""
        api = "/page/{token}/api"
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/page/{token}/", self.page_file),
            ("GET", "/page/{token}/{name}", self.page_file),
            ("GET", f"{api}/people", self.people),
            ("POST", f"{api}/people", self.add_person),
            ("GET", f"{api}/events", self.events),
            ("GET", f"{api}/clock", self.clock),
            ("POST", f"{api}/clock", self.set_clock),
            ("POST", f"{api}/start", self.start),
            ("GET", f"{api}/files/{{file_id}}", self.file),
            ("GET", f"{api}/chats/{{id}}", self.chat),
            ("POST", f"{api}/chats/{{id}}/text", self.text),
            ("POST", f"{api}/chats/{{id}}/press", self.press),
            ("POST", f"{api}/chats/{{id}}/contact", self.contact),
            ("POST", f"{api}/chats/{{id}}/file", self.send_file),
            ("POST", f"{api}/chats/{{id}}/block", self.block),
        ]
        return [web.route(method, path, self._guarded(handler)) for method, path, handler in table]

    def _guarded(self, handler: Handler) -> Handler:
        return guarded(self.token, handler)

    async def page_file(self, request: web.Request) -> web.Response:
        """Give one of the page's own files."""
        name = request.match_info.get("name", "index.html")
        match = _PAGE_FILE.match(name)
        path = files("bot.simulator").joinpath("page", name)
        if match is None or not path.is_file():
            raise web.HTTPNotFound
        return web.Response(text=path.read_text("utf-8"), content_type=_MIMES[match.group(1)])

    async def people(self, _request: web.Request) -> web.Response:
        """Give everybody."""
        return web.json_response([shown_person(chat) for chat in self.world.chats.values()])

    async def add_person(self, request: web.Request) -> web.Response:
        """Let somebody new have Telegram."""
        told = await request.json()
        account = self.world.add_account(str(told["name"]).strip(), str(told.get("phone", "")).strip())
        chat = self.world.chats[account.id]
        self.world.tell(chat, "people")
        return web.json_response(shown_person(chat))

    async def chat(self, request: web.Request) -> web.Response:
        """Give a whole chat; whoever looks has read it."""
        chat, reader = self._who(request, {})
        chat.unread = 0
        return web.json_response(shown_chat(self.world, chat, reader))

    async def text(self, request: web.Request) -> web.Response:
        """Write a text."""
        told = await request.json()
        chat, writer = self._who(request, told)
        reply_to = chat.messages.get(told.get("reply_to") or 0)
        message = doings.write(self.world, writer, chat, str(told["text"]), reply_to)
        return web.json_response(shown_message(message))

    async def start(self, request: web.Request) -> web.Response:
        """Press "Start"."""
        account = self.world.accounts[int((await request.json())["id"])]
        message = doings.write(self.world, account, self.world.chats[account.id], "/start")
        return web.json_response(shown_message(message))

    async def press(self, request: web.Request) -> web.Response:
        """Press an inline button by its place; IndexError and KeyError mean it is gone."""
        told = await request.json()
        chat, presser = self._who(request, told)
        message = chat.messages[told["message_id"]]
        data = message.buttons[told["row"]][told["column"]]["callback_data"]
        pressed = doings.press(self.world, presser, message, data)
        return web.json_response({"id": pressed.id})

    async def contact(self, request: web.Request) -> web.Response:
        """Share the own card, or pass on somebody's."""
        told = await request.json()
        chat, sender = self._who(request, told)
        card = self.world.accounts[int(told["of"])] if told.get("of") else sender
        message = doings.send_contact(self.world, sender, chat, card, forwarded=card is not sender)
        return web.json_response(shown_message(message))

    async def send_file(self, request: web.Request) -> web.Response:
        """Send a file."""
        chat, sender = self._who(request, {})
        posted = await request.post()
        part = posted["file"]
        if not isinstance(part, web.FileField):
            raise web.HTTPBadRequest
        with part.file as opened:
            stored = self.world.files.put(Upload(part.filename, opened.read(), part.content_type))
        message = doings.send_file(self.world, sender, chat, stored, str(posted.get("caption", "")))
        return web.json_response(shown_message(message))

    async def block(self, request: web.Request) -> web.Response:
        """Block or unblock the bot."""
        told = await request.json()
        chat, account = self._who(request, told)
        doings.set_blocked(self.world, account, blocked=bool(told["blocked"]))
        return web.json_response({"blocked": chat.blocked})

    async def file(self, request: web.Request) -> web.Response:
        """Give a file; only pictures are ever shown in the page, all else is for saving."""
        stored = self.world.files.find(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        return _download(stored)

    async def clock(self, _request: web.Request) -> web.Response:
        """Give the time."""
        return web.json_response(self.world.clock.shown())

    async def set_clock(self, request: web.Request) -> web.Response:
        """Move the clock ahead; the answer comes when what was due has been dealt with."""
        told = await request.json()
        await self.move_clock(asked_time(self.world.clock, told))
        return web.json_response(self.world.clock.shown())

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream every change as Server-Sent Events until the page is gone."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with self.world.events.listen() as queue, suppress(ConnectionError):
            await response.write(b": hello\n\n")
            while True:
                event = await queue.get()
                if event["kind"] == "stop":
                    break
                told = json.dumps(shown_event(self.world, event), ensure_ascii=False)
                await response.write(f"data: {told}\n\n".encode())
        return response

    def _who(self, request: web.Request, told: dict[str, Any]) -> tuple[Chat, Account]:
        """Return the chat and who acts in it: in a group the one named by "as", else the first; raises KeyError."""
        chat = self.world.chats[int(request.match_info["id"])]
        default = chat.id if chat.kind == "private" else next(iter(chat.members))
        return chat, chat.members[int(told.get("as") or default)]


def asked_time(clock: Clock, told: dict[str, Any]) -> datetime:
    """Return the instant a request to move the clock means; raises ValueError."""
    return clock.target(to=str(told.get("to", "")), advance=str(told.get("advance", "")))


def guarded(token: str, handler: Handler) -> Handler:
    """Let only those in who know the token, and say shortly what was wrong with a request."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if not hmac.compare_digest(request.match_info["token"].encode(), token.encode()):
            raise web.HTTPNotFound
        try:
            response = await handler(request)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error) or "?"}, status=400, headers=HEADERS)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return answer


def _download(stored: StoredFile) -> web.Response:
    response = web.Response(body=stored.data, content_type="application/octet-stream")
    if stored.mime in _PICTURES:
        response.content_type = stored.mime
    else:
        response.headers["Content-Disposition"] = "attachment"
    return response
