"""Updates become committed rows before Telegram is told; workers take them from the rows, never from memory."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import telegram
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from db import inbox, leases
from db.clock import Clock
from db.engine import Database
from handlers.speaking import seconds_of

log = logging.getLogger(__name__)

WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
POLLER_LEASE = 60.0
PAUSE = 1.0


def arrival(update: dict[str, Any]) -> inbox.Arrival:
    """Say which chat an update belongs to; 0 where it belongs to none."""
    for kind in WANTED:
        if kind in update:
            inner = update[kind].get("message", update[kind])
            return inbox.Arrival(update["update_id"], int(inner.get("chat", {}).get("id", 0)), update)
    return inbox.Arrival(update["update_id"], 0, update)


@dataclass
class Reception:
    """Keeps what arrives; `arrived` wakes the workers."""

    database: Database
    clock: Clock
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Commit updates as rows; only after this may Telegram be told that they are ours."""
        async with self.database.transaction() as session:
            await inbox.receive(session, [arrival(one) for one in updates], self.clock.now())
        self.arrived.set()


@dataclass
class Poller:
    """Asks Telegram for updates; one process at a time, by lease."""

    reception: Reception
    bot: telegram.Bot
    offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled; the offset moves only over what is committed."""
        while True:
            if not await self._leads():
                await asyncio.sleep(PAUSE)
                continue
            try:
                await self._round()
            except InvalidToken:
                log.error("the token is not valid (any more); nothing arrives until it is renewed")  # noqa: TRY400
                await asyncio.sleep(PAUSE * 30)
            except RetryAfter as flood:
                await asyncio.sleep(seconds_of(flood.retry_after))
            except Conflict:
                log.warning("another program polls with this token, or a webhook is set")
                await asyncio.sleep(PAUSE * 5)
            except NetworkError as fault:
                log.warning("telegram cannot be reached", extra={"fault": type(fault).__name__})
                await asyncio.sleep(PAUSE)
            except TelegramError:
                log.exception("polling failed")
                await asyncio.sleep(PAUSE)

    async def _leads(self) -> bool:
        async with self.reception.database.transaction() as session:
            return await leases.take(session, "poller", self.reception.database.owner, POLLER_LEASE)

    async def _round(self) -> None:
        updates = await self.bot._post(  # noqa: SLF001  as JSON: what is kept is what came, not what a class made of it
            "getUpdates",
            {"offset": self.offset, "timeout": POLL_SECONDS, "limit": 100, "allowed_updates": WANTED},
            read_timeout=POLL_SECONDS + 10,
        )
        if updates:
            await self.reception.keep(updates)
            self.offset = updates[-1]["update_id"] + 1


@dataclass
class Workers:
    """Takes chats that have open updates, under a lease each, and deals with their updates in order."""

    reception: Reception
    dispatch: Any
    """PTB's application: `process_update` brings an update to its handler."""
    resume: Any
    """Says an answer again whose sending an earlier process did not finish."""
    parallel: int = 32
    lease: float = 30.0
    poll: float = 1.0
    _busy: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Work until cancelled; what is being dealt with then is finished first."""
        try:
            while True:
                self.reception.arrived.clear()
                if not await self._take():
                    await self._rest()
        finally:
            if self._busy:
                await asyncio.wait(self._busy)

    async def _take(self) -> bool:
        room = self.parallel - len(self._busy)
        if room <= 0:
            await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)
            return True
        database = self.reception.database
        async with database.transaction() as session:
            chats = await inbox.claim_chats(session, database.owner, room, self.lease)
        for chat_id in chats:
            task = asyncio.create_task(self._chat(chat_id))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        return bool(chats)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self.reception.arrived.wait(), self.poll)
        except TimeoutError:
            return

    async def _chat(self, chat_id: int) -> None:
        database = self.reception.database
        try:
            while (work := await self._next(chat_id)) is not None:
                if not await self._deal(work):
                    return
        except Exception:
            log.exception("a chat's work broke off; it goes on when its lease ends")
            return
        async with database.transaction() as session:
            more = await inbox.release_chat(session, chat_id, database.owner)
        if more:
            self.reception.arrived.set()

    async def _next(self, chat_id: int) -> inbox.Work | None:
        async with self.reception.database.reading() as session:
            return await inbox.next_open(session, chat_id)

    async def _deal(self, work: inbox.Work) -> bool:
        """Deal with one update; False when the chat should rest until its lease ends."""
        if work.answer is not None:
            return bool(await self.resume(work))
        update = telegram.Update.de_json(work.payload, self.dispatch.bot)
        await self.dispatch.process_update(update)
        async with self.reception.database.reading() as session:
            left = await inbox.next_open(session, work.chat_id)
        if left is None or left.update_id != work.update_id:
            return True
        return left.answer is None and left.attempts > work.attempts
