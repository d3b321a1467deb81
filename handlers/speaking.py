"""Saying an answer: directly, after the transaction; what came back is written in a second, small one."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from db import inbox, people, queues, shown
from db.away import patiently
from db.errors import DomainError
from db.queues import LeaseLost
from handlers.errors import ERROR_TEXT, tell_admins
from handlers.voice import Built, Voice

if TYPE_CHECKING:
    from handlers.context import Tools

__all__ = ["Built", "file_builder", "reach_of", "seconds_of", "speak"]
log = logging.getLogger(__name__)

TRIES = 3
"""How often a part of an answer is tried before the rest is left for later."""

PAUSE = 0.5
"""Seconds between tries after a network error; doubled each time."""

LONGEST_SILENCE = 3.0
"""Seconds of Telegram's `retry_after` an answer waits for here; a longer silence is left for later."""

LATER_SHARE = 1 / 3
"""The share of a chat's lease after which an answer that could not be brought out is tried again."""

REQUEST_SHARE = 0.6
"""The share of a chat's lease that one request may take; what remains is room for the transactions around it."""

UPLOAD_LEASES = 3
"""Leases that sending a file may take: up to 50 MB travel longer than a text."""


BUILT = frozenset({"file", "photo"})
"""Parts that are built before they are said, and take longer to send."""

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
    """The answer could not be brought out now; what is left of it is tried again after `seconds`, if Telegram said."""

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds
        super().__init__()


@dataclass
class Speech:
    """An answer being said under the chat's lease; `left` is what is not out yet, `faults` what broke off."""

    tools: "Tools"
    voice: Voice
    left: list[dict[str, Any]]
    lease_ends: float
    """Monotonic; a request is made only if its time-out fits into what remains."""
    faults: list[str] = field(default_factory=list)

    @property
    def leaves_something(self) -> bool:
        """Tell whether there is more to be written down than that the answer is out."""
        return bool(self.faults) or any(purpose or minutes is not None for purpose, _, minutes in self.voice.shown)

    async def give(self) -> None:
        """Say every part in order; the answer to a pressed button goes beside the first of the others."""
        toasts = [item for item in self.left if item["do"] == "toast"]
        rest = [item for item in self.left if item["do"] != "toast"]
        results = await asyncio.gather(self._all(rest), self._all(toasts), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _all(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            try:
                await self._one(item)
            except (BadRequest, ChatMigrated):
                log.exception("an answer was refused")
            self.left.remove(item)

    async def _one(self, item: dict[str, Any]) -> None:
        try:
            await self._patiently(item if item["do"] not in BUILT else await self._built(item))
        except (TelegramError, Unsaid, LeaseLost):
            raise
        except Exception:
            self.faults.append(secrets.token_hex(4).upper())
            log.exception("a part of an answer failed", extra={"reference": self.faults[-1]})
            await self._patiently(self._words("errors/unexpected", {"reference": self.faults[-1]}, item))

    async def _built(self, item: dict[str, Any]) -> dict[str, Any]:
        """Build a file; one that is refused is answered by the refusal's words."""
        build = BUILDERS[item["builder"]]
        try:
            built = await patiently(lambda: build(self.tools, item["values"], item["language"]))
        except DomainError as refusal:
            return self._words(ERROR_TEXT.format(refusal.code), refusal.values, item)
        return item | {"built": built}

    def _words(self, name: str, values: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
        text = self.tools.catalog.render(name, values, item.get("language", "id"))
        return {"do": "say", "text": text, "markup": None, "purpose": None}

    async def _patiently(self, item: dict[str, Any]) -> None:
        pause = PAUSE
        for left in reversed(range(TRIES)):
            seconds = await self._room(item)
            try:
                async with asyncio.timeout(seconds):
                    await self.voice.utter(item)
            except RetryAfter as flood:
                wait = seconds_of(flood.retry_after)
                if not left or wait > LONGEST_SILENCE:
                    raise Unsaid(wait) from flood
                await asyncio.sleep(wait)
            except (BadRequest, Forbidden, ChatMigrated):
                raise
            except (NetworkError, TimeoutError) as fault:
                if not left:
                    raise Unsaid from fault
                await asyncio.sleep(pause)
                pause *= 2
            except TelegramError as fault:
                raise Unsaid from fault  # about us and not about what is said, such as a token that is not valid
            else:
                return

    async def _room(self, item: dict[str, Any]) -> float:
        """Give the seconds a request may take, prolonging the lease for it; raises LeaseLost when it has passed."""
        lease = self.tools.chat_lease
        seconds = lease * (UPLOAD_LEASES if item["do"] in BUILT else REQUEST_SHARE)
        if time.monotonic() + seconds > self.lease_ends:
            until = time.monotonic() + max(lease, seconds)
            await patiently(lambda: self._hold(max(lease, seconds)))
            self.lease_ends = until
        return seconds

    async def _hold(self, seconds: float) -> None:
        database = self.tools.database
        async with database.transaction() as session:
            if not await queues.hold(session, self.voice.chat_id, database.owner, seconds):
                raise LeaseLost


def seconds_of(value: float | timedelta) -> float:
    """Give Telegram's `retry_after` in seconds, in whichever form PTB hands it over."""
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


@dataclass(frozen=True)
class Ending:
    """How the saying of an answer ended: out (`rest` is None) or to be tried again after `rest` seconds."""

    rest: float | None = None
    unreachable: str | None = None


async def speak(
    tools: "Tools", bot: telegram.Bot, chat_id: int, update_id: int, items: list[dict[str, Any]], *, lease_ends: float
) -> bool:
    """Say an answer; True where only the mark that it is out is left to be made, else everything is written down.

    `lease_ends`: the monotonic moment at which the chat's lease ends.
    """
    speech = Speech(tools, Voice(bot, chat_id, tools.catalog), list(items), lease_ends)
    ending = Ending()
    try:
        await speech.give()
    except LeaseLost:
        return False
    except Unsaid as later:
        ending = replace(ending, rest=later.seconds or tools.chat_lease * LATER_SHARE)
    except Forbidden as refused:
        ending = replace(ending, unreachable=reach_of(refused))
    if ending == Ending() and not speech.leaves_something:
        return True
    await patiently(lambda: _write_down(speech, update_id, ending))
    return False


async def _write_down(speech: Speech, update_id: int, ending: Ending) -> None:
    tools, voice, now = speech.tools, speech.voice, speech.tools.clock.now()
    async with tools.database.transaction() as session:
        if ending.rest is None:
            await inbox.mark_answered(session, [update_id], now)
        elif await queues.rest(session, voice.chat_id, tools.database.owner, ending.rest):
            await inbox.keep_answer(session, update_id, speech.left)
        if ending.unreachable:
            await people.note_reach(session, voice.chat_id, ending.unreachable, now)
        for reference in speech.faults:
            await tell_admins(session, reference, now)
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
