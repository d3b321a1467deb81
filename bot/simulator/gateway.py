"""The Bot API door: one HTTP request in, noted, delayed, struck by a fault or answered as Telegram would."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from bot.simulator.errors import ApiError, bad_request, stricter
from bot.simulator.faults import Fault, Faults
from bot.simulator.files import DOWNLOAD_LIMIT, Upload
from bot.simulator.ledger import Entry, Ledger
from bot.simulator.methods import ANSWERS
from bot.simulator.pacing_rule import PacingRule
from bot.simulator.rules import check
from bot.simulator.spec import CANONICAL
from bot.simulator.world import World

Arguments = dict[str, Any]
Hook = Callable[[Entry], Awaitable[None]]
"""Called with every request before anything is decided; a test may kill a process here."""
_UNCOUNTED = frozenset({"getChat", "setChatMenuButton"})


class Gateway:
    """The Bot API server for one token."""

    def __init__(
        self, world: World, *, latency: float = 0.0, pacing: PacingRule | None = None, on_request: Hook | None = None
    ) -> None:
        self.world = world
        self.latency = latency
        self.pacing = pacing or PacingRule()
        self.on_request = on_request
        self.faults = Faults()
        self.ledger = Ledger()
        self.closing = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses of the Bot API; "*" because Telegram takes GET and POST alike."""
        return [
            web.route("*", "/bot{token}/{method}", self.answer),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one Bot API request."""
        if request.match_info["token"] != self.world.token:
            return _refusal(ApiError(401, "Unauthorized"))
        method = CANONICAL.get(request.match_info["method"].lower())
        if method is None:
            return _refusal(ApiError(404, "Not Found: method not found"))
        entry = self.ledger.open(method)
        try:
            raw = await _arguments(request)
        except ApiError as error:
            return self._close(request, entry, _refused(entry, error))
        entry.chat_id, entry.parameters = _chat_id(raw), _without_bytes(raw)
        if self.on_request is not None:
            await self.on_request(entry)
        # Half of the latency before the decision, half after it: a killed client may or may not have been heard.
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        response = await self._decide(request, entry, method, raw)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        return self._close(request, entry, response)

    async def _decide(self, request: web.Request, entry: Entry, method: str, raw: Arguments) -> web.Response:
        fault = self.faults.pick(method, entry.chat_id) if self.faults.active else None
        if fault is None:
            return await self._perform(entry, method, raw)
        refusal = fault.refusal()
        if refusal is not None:
            return _refused(entry, refusal)
        return await self._disturb(request, entry, method, raw, fault)

    async def _disturb(
        self, request: web.Request, entry: Entry, method: str, raw: Arguments, fault: Fault
    ) -> web.Response:
        if fault.kind == "timeout":
            entry.description = "never answered"
            await self.closing.wait()
        if fault.kind in ("timeout", "reset_before"):
            entry.description = entry.description or "connection reset before acceptance"
            return self._cut(request)
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        response = await self._perform(entry, method, raw)
        return self._cut(request) if fault.kind == "reset_after" else response

    async def _perform(self, entry: Entry, method: str, raw: Arguments) -> web.Response:
        try:
            arguments = check(method, raw)
            self._pace(method, arguments)
            result = ANSWERS[method](self.world, arguments)
            if isinstance(result, Awaitable):
                result = await result
        except ApiError as error:
            return _refused(entry, error)
        entry.code = 200
        if isinstance(result, dict):
            entry.message_id = result.get("message_id")
        return _json({"ok": True, "result": result})

    def _pace(self, method: str, arguments: Arguments) -> None:
        chat_id = arguments.get("chat_id")
        if chat_id is None or method in _UNCOUNTED:
            return
        chat = self.world.chats.get(chat_id)
        last_act = chat.last_act if chat else float("-inf")
        self.pacing.check(chat_id, last_act, paid=arguments.get("allow_paid_broadcast", False))

    def _cut(self, request: web.Request) -> web.Response:
        """Reset the connection: the client sees no answer at all."""
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _close(self, request: web.Request, entry: Entry, response: web.Response) -> web.Response:
        entry.delivered = request.transport is not None and not request.transport.is_closing()
        return response

    async def download(self, request: web.Request) -> web.Response:
        """Give a file to the bot, up to 20 MB."""
        if request.match_info["token"] != self.world.token:
            return _refusal(ApiError(401, "Unauthorized"))
        stored = self.world.files.by_path(unquote(request.match_info["path"]))
        if stored is None or len(stored.data) > DOWNLOAD_LIMIT:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=stored.data, content_type="application/octet-stream")


async def _arguments(request: web.Request) -> Arguments:
    """Read the parameters from the address and from a form, a multipart body or JSON; raises ApiError."""
    raw: Arguments = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return raw
    try:
        if request.content_type == "application/json":
            told = await request.json()
            if not isinstance(told, dict):
                raise bad_request("object expected as request body")
            return raw | told
        posted = dict(await request.post())
    except ValueError:
        raise bad_request("can't parse request JSON") from None
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    return raw | _with_files(posted)


def _with_files(posted: dict[str, Any]) -> Arguments:
    files = {name: _upload(value) for name, value in posted.items() if isinstance(value, web.FileField)}
    if not files:
        return posted
    raw = posted | files
    for name, value in posted.items():
        if isinstance(value, str) and value.startswith("attach://"):
            raw[name] = raw.pop(value.removeprefix("attach://"), None)
            if raw[name] is None:
                raise stricter(f'parameter "{name}" names a file that is not attached')
    return raw


def _upload(part: web.FileField) -> Upload:
    with part.file as file:
        return Upload(part.filename, file.read(), part.content_type)


def _chat_id(raw: Arguments) -> int | None:
    try:
        return int(raw["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def _without_bytes(raw: Arguments) -> Arguments:
    if not any(isinstance(value, Upload) for value in raw.values()):
        return raw
    return {
        name: {"name": value.name, "size": len(value.data)} if isinstance(value, Upload) else value
        for name, value in raw.items()
    }


def _refused(entry: Entry, error: ApiError) -> web.Response:
    entry.code, entry.description = error.code, error.description
    return _refusal(error)


def _refusal(error: ApiError) -> web.Response:
    told: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.retry_after is not None:
        told["parameters"] = {"retry_after": error.retry_after}
        headers["Retry-After"] = str(error.retry_after)
    return _json(told, error.code, headers)


def _json(told: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")
