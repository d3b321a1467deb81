"""The updates waiting for the bot, and the one long poll that may wait for them."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.errors import ApiError
from bot.simulator.spec import UPDATES

Json = dict[str, Any]
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds a bot gets only when it asks for them (Bot API, getUpdates)."""
LONGEST_POLL = 50
"""Seconds (telegram-bot-api, LONG_POLL_MAX_TIMEOUT)."""
_TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True)
class Updates:
    """The queue of updates."""

    pending: deque[Json] = field(default_factory=deque)
    allowed: frozenset[str] = UPDATES - NOT_BY_DEFAULT
    made: int = 0
    _next: int = 500_000_001
    _poll: asyncio.Future[None] | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def polled(self) -> bool:
        """Whether somebody waits in a long poll."""
        return self._poll is not None and not self._poll.done()

    def push(self, kind: str, payload: Json) -> int:
        """Queue an update of a kind the bot wants; returns its number, or 0 when it isn't wanted."""
        if kind not in self.allowed:
            return 0
        number = self._next
        self._next += 1
        self.made += 1
        self.pending.append({"update_id": number, kind: payload})
        self._arrived.set()
        if self._poll is not None and self.polled:
            self._poll.set_result(None)
        return number

    def allow(self, kinds: list[str] | None) -> None:
        """Set which kinds are wanted from now on; an empty list means the usual ones, none changes nothing."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & UPDATES or UPDATES - NOT_BY_DEFAULT

    def forget_before(self, offset: int) -> None:
        """Drop what the bot has confirmed; a negative offset counts from the end (Bot API, getUpdates)."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
            return
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    async def poll(self, offset: int, limit: int, seconds: int) -> list[Json]:
        """Return up to `limit` updates, waiting up to `seconds` for the first.

        Raises ApiError 409 in the *older* of two waiting polls, as Telegram does.
        """
        self.forget_before(offset)
        if not self.pending and seconds > 0:
            await self._wait(min(seconds, LONGEST_POLL))
        return [self.pending[index] for index in range(min(limit, len(self.pending)))]

    async def _wait(self, seconds: float) -> None:
        self.end_poll(_TERMINATED)
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None

    def end_poll(self, reason: str) -> None:
        """End the waiting poll with a conflict."""
        if self._poll is not None and self.polled:
            self._poll.set_exception(ApiError(409, reason))

    async def arrival(self) -> None:
        """Wait until something is pending, for the webhook's sake."""
        while not self.pending:
            self._arrived.clear()
            await self._arrived.wait()
