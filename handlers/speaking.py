"""Saying an answer: directly, after the transaction; what came back is written in a second, small one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import telegram
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from content.markup import plain
from db import inbox, people, shown

if TYPE_CHECKING:
    from handlers.context import Tools

log = logging.getLogger(__name__)

TRIES = 3
"""How often an answer is tried within its lease before it is left to the next holder of the chat."""

PAUSE = 0.5
"""Seconds between tries after a network error; doubled each time."""

LONGEST_SILENCE = 10.0
"""Seconds of Telegram's `retry_after` an answer waits for here; a longer silence is left to the next holder."""


@dataclass(frozen=True)
class Built:
    """A file ready to be sent: its name, bytes, and the caption's text."""

    name: str
    content: bytes
    caption: str | None = None


Builder = Callable[["Tools", dict[str, Any], str], Awaitable[Built]]
BUILDERS: dict[str, Builder] = {}
"""Builder name → function; a builder opens its own reading session, after the handler's transaction is closed."""


def file_builder(name: str) -> Callable[[Builder], Builder]:
    """Say how a file is built that a handler's `File` names."""

    def keep(builder: Builder) -> Builder:
        assert name not in BUILDERS, f"{name} is built twice"
        BUILDERS[name] = builder
        return builder

    return keep


class Unsaid(Exception):
    """The answer could not be brought out now; it stays and goes out with the chat's next lease."""


@dataclass
class Voice:
    """Speaks into one chat and remembers what must be written down afterwards."""

    tools: "Tools"
    bot: telegram.Bot
    chat_id: int
    shown: list[tuple[str | None, int, int | None]]

    async def utter(self, items: list[dict[str, Any]]) -> None:
        """Say every part in order; the answer to a pressed button goes beside the first of the others."""
        toasts = [self._patiently(self._toast, item) for item in items if item["do"] == "toast"]
        rest = self._in_order([item for item in items if item["do"] != "toast"])
        results = await asyncio.gather(rest, *toasts, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _in_order(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            await self._patiently(getattr(self, f"_{item['do']}"), item)

    async def _patiently(self, say: Callable[[dict[str, Any]], Awaitable[None]], item: dict[str, Any]) -> None:
        pause = PAUSE
        for left in reversed(range(TRIES)):
            try:
                await say(item)
            except RetryAfter as flood:
                wait = seconds_of(flood.retry_after)
                if not left or wait > LONGEST_SILENCE:
                    raise Unsaid from flood
                await asyncio.sleep(wait)
            except (BadRequest, Forbidden):
                raise
            except NetworkError as fault:
                if not left:
                    raise Unsaid from fault
                await asyncio.sleep(pause)
                pause *= 2
            else:
                return

    async def _toast(self, item: dict[str, Any]) -> None:
        try:
            await self.bot.answer_callback_query(item["query"], text=item["text"], show_alert=item["alert"])
        except BadRequest:
            log.debug("a pressed button was answered too late")

    async def _say(self, item: dict[str, Any]) -> None:
        keyboard = item["markup"]
        try:
            sent = await self.bot.send_message(
                self.chat_id, item["text"], parse_mode=ParseMode.HTML, reply_markup=_Raw.of(keyboard)
            )
        except BadRequest as refused:
            if "parse" not in str(refused).lower():
                raise
            log.warning("a text was sent without its formatting")
            sent = await self.bot.send_message(self.chat_id, plain(item["text"]), reply_markup=_Raw.of(keyboard))
        self.shown.append((item["purpose"], sent.message_id, None))

    async def _show(self, item: dict[str, Any]) -> None:
        if item["markup"] is not None and "inline_keyboard" not in item["markup"]:
            await self._say(item)  # an edit cannot carry a keyboard that asks for a contact
            return
        try:
            await self.bot.edit_message_text(
                item["text"],
                chat_id=self.chat_id,
                message_id=item["message_id"],
                parse_mode=ParseMode.HTML,
                reply_markup=_Raw.of(item["markup"]),
            )
        except BadRequest as refused:
            if "not modified" not in str(refused):
                await self._say(item)
                return
        self.shown.append((item["purpose"], item["message_id"], None))

    async def _delete(self, item: dict[str, Any]) -> None:
        try:
            await self.bot.delete_message(self.chat_id, item["message_id"])
        except BadRequest:
            log.debug("a message to delete was gone already")

    async def _file(self, item: dict[str, Any]) -> None:
        built = await BUILDERS[item["builder"]](self.tools, item["values"], item["language"])
        sent = await self.bot.send_document(
            self.chat_id, BytesIO(built.content), filename=built.name, caption=built.caption, parse_mode=ParseMode.HTML
        )
        self.shown.append((None, sent.message_id, item["delete_minutes"]))

    async def _commands(self, item: dict[str, Any]) -> None:
        from handlers.menus import command_list  # noqa: PLC0415  menus lists what the features registered

        names = command_list(self.tools.catalog, set(item["roles"]), item["language"])
        await self.bot.set_my_commands(
            [telegram.BotCommand(name, words) for name, words in names],
            scope=telegram.BotCommandScopeChat(self.chat_id),
        )


class _Raw(telegram.TelegramObject):
    """A reply_markup we hold as JSON already."""

    __slots__ = ("value",)
    value: dict[str, Any]

    @classmethod
    def of(cls, value: dict[str, Any] | None) -> Any:
        if value is None:
            return None
        made = cls()
        made._unfreeze()
        made.value = value
        return made

    def to_dict(self, recursive: bool = True) -> dict[str, Any]:
        return dict(self.value)


def seconds_of(value: float | timedelta) -> float:
    """Give Telegram's `retry_after` in seconds, in whichever form PTB hands it over."""
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


async def speak(tools: "Tools", bot: telegram.Bot, chat_id: int, update_id: int, items: list[dict[str, Any]]) -> None:
    """Say an answer and write down that it is out; where it could not be, leave it to the next holder of the chat."""
    voice = Voice(tools, bot, chat_id, [])
    unreachable = None
    try:
        await voice.utter(items)
    except Unsaid:
        return
    except Forbidden as refused:
        unreachable = reach_of(refused)
    except TelegramError:
        log.exception("an answer was refused", extra={"update_id": update_id})
    await _write_down(tools, voice, update_id, unreachable)


async def _write_down(tools: "Tools", voice: Voice, update_id: int, unreachable: str | None) -> None:
    now = tools.clock.now()
    async with tools.database.transaction() as session:
        await inbox.mark_answered(session, [update_id], now)
        if unreachable:
            await people.note_reach(session, voice.chat_id, unreachable, now)
        for purpose, message_id, minutes in voice.shown:
            if purpose:
                await shown.remember(session, voice.chat_id, message_id, purpose, now)
            if minutes is not None:
                await shown.delete_later(session, voice.chat_id, message_id, now + timedelta(minutes=minutes))


def reach_of(refused: Forbidden) -> str:
    """Name why a chat cannot be reached, from Telegram's words."""
    words = str(refused).lower()
    if "deactivated" in words:
        return "deactivated"
    return "never_started" if "initiate" in words else "blocked"
