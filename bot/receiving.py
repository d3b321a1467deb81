"""Updates become committed rows before Telegram is told that they are ours."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import telegram
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from db import inbox, leases
from db.away import is_away
from db.clock import Clock
from db.engine import Database
from handlers.speaking import seconds_of

log = logging.getLogger(__name__)

WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
PAUSE = 1.0
TURNS = 3
"""Of the loop, until a request that was begun has left."""


def arrivals(updates: Sequence[dict[str, Any]]) -> list[inbox.Arrival]:
    """Say which chat each update belongs to, 0 where it belongs to none; kinds we never asked for are left out."""
    found = ((update, next((kind for kind in WANTED if kind in update), None)) for update in updates)
    return [
        inbox.Arrival(update["update_id"], _chat_of(update[kind]), _without_own_words(update))
        for update, kind in found
        if kind
    ]


def _without_own_words(update: dict[str, Any]) -> dict[str, Any]:
    """Leave out what we ourselves wrote in the message whose button was pressed: nobody reads it again.

    What is left has the form in which Telegram gives an old message (Bot API, InaccessibleMessage: its date is 0), so
    that a button is one thing to its handler, whenever it is pressed.
    """
    pressed = update.get("callback_query")
    if not isinstance(pressed, dict) or not isinstance(pressed.get("message"), dict):
        return update
    message = {key: pressed["message"][key] for key in ("chat", "message_id")} | {"date": 0}
    return update | {"callback_query": pressed | {"message": message}}


def _chat_of(told: dict[str, Any]) -> int:
    inner = told.get("message", told)
    return int(inner.get("chat", {}).get("id", 0))


@dataclass
class Reception:
    """Keeps what arrives; `arrived`, once set, wakes the workers."""

    database: Database
    clock: Clock
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Commit updates as rows, and wake the workers; only after this may Telegram be told that they are ours."""
        await self.commit(updates)
        self.arrived.set()

    async def commit(self, updates: Sequence[dict[str, Any]], *, leading: float | None = None) -> bool:
        """Commit updates as rows, and wake nobody.

        `leading`: seconds for which the caller goes on to be the poller; False when it is another process now.
        """
        async with self.database.transaction() as session:
            await inbox.receive(session, arrivals(updates), self.clock.now())
            return leading is None or await leases.take(session, "poller", self.database.owner, leading)


@dataclass
class Poller:
    """Asks Telegram for updates; one process at a time, by lease."""

    reception: Reception
    bot: telegram.Bot
    lease: float = 15.0
    """Prolonged while a poll waits; after this time another process polls in place of one that died."""
    offset: int | None = None
    _asked: asyncio.Future[Any] | None = None
    """The next poll, where it is on its way already."""

    async def run(self) -> None:
        """Poll until cancelled; the offset moves only over what is committed."""
        leads = False
        try:
            while True:
                try:
                    leads = (leads or await self._leads()) and await self._round()
                    pause = 0.0 if leads else PAUSE
                except Exception as fault:  # noqa: BLE001  nothing may end the polling
                    leads, pause = False, pause_after(fault)
                await asyncio.sleep(pause)
        finally:
            await self._give_up()

    async def _leads(self) -> bool:
        async with self.reception.database.transaction(lasting=False) as session:
            return await leases.take(session, "poller", self.reception.database.owner, self.lease)

    async def _round(self) -> bool:
        """Poll once and keep what came, and the lease with it; False when the lease was lost."""
        updates = await self._poll()
        if not updates:
            return updates is not None and await self._leads()
        leads = await self.reception.commit(updates, leading=self.lease)
        self.offset = max(one["update_id"] for one in updates) + 1
        if leads:
            # Before the work begins: else who writes meanwhile would wait for all of it, and then for the whole way.
            self._asked = self._ask()
            for _ in range(TURNS):
                await asyncio.sleep(0)
        self.reception.arrived.set()
        return leads

    def _ask(self) -> asyncio.Future[Any]:
        asked = self.bot._post(  # noqa: SLF001  as JSON: what is kept is what came, not what a class made of it
            "getUpdates",
            {"offset": self.offset, "timeout": POLL_SECONDS, "limit": 100, "allowed_updates": WANTED},
            read_timeout=POLL_SECONDS + 10,
        )
        return asyncio.ensure_future(asked)

    async def _poll(self) -> list[dict[str, Any]] | None:
        """Wait for updates, keeping the lease meanwhile; None when it was lost."""
        asked, self._asked = self._asked or self._ask(), None
        try:
            while not (await asyncio.wait({asked}, timeout=self.lease / 3))[0]:
                if not await self._leads():
                    return None
            return list(asked.result())
        finally:
            asked.cancel()

    async def _give_up(self) -> None:
        """Let another process poll at once; when the database cannot hear it, the lease ends by itself."""
        if self._asked is not None:
            self._asked.cancel()
        try:
            async with self.reception.database.transaction() as session:
                await leases.give_up(session, "poller", self.reception.database.owner)
        except Exception as fault:  # noqa: BLE001  nothing is lost by it
            log.warning("the part of the poller was not given up", extra={"fault": type(fault).__name__})


def pause_after(fault: Exception) -> float:
    """Say in the log why polling failed, and give the seconds until it is tried again."""
    match fault:
        case InvalidToken():
            log.error("the token is not valid (any more); nothing arrives until it is renewed")
            return PAUSE * 30
        case RetryAfter():
            return seconds_of(fault.retry_after)
        case Conflict():
            log.warning("another program polls with this token, or a webhook is set")
            return PAUSE * 5
        case NetworkError():
            log.warning("telegram cannot be reached", extra={"fault": type(fault).__name__})
        case _ if is_away(fault):
            log.warning("the database is away, polling waits", extra={"fault": type(fault).__name__})
        case _:
            log.error("polling failed", exc_info=fault)
    return PAUSE
