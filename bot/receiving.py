"""Updates become committed rows before Telegram is told; workers take them from the rows, never from memory."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeGuard

import telegram
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from db import inbox, leases
from db.away import is_away, patiently
from db.clock import Clock
from db.engine import Database
from handlers.speaking import seconds_of

log = logging.getLogger(__name__)

WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
PAUSE = 1.0
TURN = 8
"""Updates of one chat dealt with in a row before other chats that wait have their turn."""
RETRY_SECONDS = 1.0
"""Rest after an update's first failure; the second rests twice as long."""
STOP_SECONDS = 20.0
"""How long the end of a process waits for what is being dealt with."""


def arrivals(updates: Sequence[dict[str, Any]]) -> list[inbox.Arrival]:
    """Say which chat each update belongs to, 0 where it belongs to none; kinds we never asked for are left out."""
    found = ((update, next((kind for kind in WANTED if kind in update), None)) for update in updates)
    return [inbox.Arrival(update["update_id"], _chat_of(update[kind]), update) for update, kind in found if kind]


def _chat_of(told: dict[str, Any]) -> int:
    inner = told.get("message", told)
    return int(inner.get("chat", {}).get("id", 0))


@dataclass
class Reception:
    """Keeps what arrives; `arrived` wakes the workers."""

    database: Database
    clock: Clock
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Commit updates as rows; only after this may Telegram be told that they are ours."""
        async with self.database.transaction() as session:
            await inbox.receive(session, arrivals(updates), self.clock.now())
        self.arrived.set()


@dataclass
class Poller:
    """Asks Telegram for updates; one process at a time, by lease."""

    reception: Reception
    bot: telegram.Bot
    lease: float = 15.0
    """Prolonged while a poll waits; after this time another process polls in place of one that died."""
    offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled; the offset moves only over what is committed."""
        try:
            while True:
                try:
                    pause = 0.0 if await self._leads() and await self._round() else PAUSE
                except Exception as fault:  # noqa: BLE001  nothing may end the polling
                    pause = pause_after(fault)
                await asyncio.sleep(pause)
        finally:
            await self._give_up()

    async def _leads(self) -> bool:
        async with self.reception.database.transaction() as session:
            return await leases.take(session, "poller", self.reception.database.owner, self.lease)

    async def _round(self) -> bool:
        """Poll once and keep what came; False when the lease was lost."""
        updates = await self._poll()
        if updates:
            await self.reception.keep(updates)
            self.offset = max(one["update_id"] for one in updates) + 1
        return updates is not None

    async def _poll(self) -> list[dict[str, Any]] | None:
        """Wait for updates, keeping the lease meanwhile; None when it was lost."""
        asked = asyncio.ensure_future(
            self.bot._post(  # noqa: SLF001  as JSON: what is kept is what came, not what a class made of it
                "getUpdates",
                {"offset": self.offset, "timeout": POLL_SECONDS, "limit": 100, "allowed_updates": WANTED},
                read_timeout=POLL_SECONDS + 10,
            )
        )
        try:
            while not (await asyncio.wait({asked}, timeout=self.lease / 3))[0]:
                if not await self._leads():
                    return None
            return list(asked.result())
        finally:
            asked.cancel()

    async def _give_up(self) -> None:
        """Let another process poll at once; when the database cannot hear it, the lease ends by itself."""
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


class Desk(Protocol):
    """Where an update is dealt with."""

    async def dispatch(self, work: inbox.Work) -> None:
        """Bring an update to its handler and say the answer; raises where the update cannot be read."""

    async def resume(self, work: inbox.Work) -> bool:
        """Say an answer whose saying broke off; False where that must wait or is somebody else's now."""

    async def give_back(self, work: inbox.Work) -> None:
        """Count a failure of an update that no handler took."""


@dataclass
class Workers:
    """Takes chats that have open updates, under a lease each, and deals with their updates in order."""

    reception: Reception
    desk: Desk
    parallel: int = 32
    lease: float = 15.0
    poll: float = 1.0
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _ending: bool = False

    async def run(self) -> None:
        """Work until cancelled; what is being dealt with then is finished first."""
        self._ending = False
        try:
            while True:
                self.reception.arrived.clear()
                if not await self._take():
                    await self._rest()
        finally:
            await self._end()

    async def _end(self) -> None:
        self._ending = True
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()

    async def _take(self) -> bool:
        """Take free chats that have work; tell whether it is worth looking again at once."""
        room = self.parallel - len(self._busy)
        if room <= 0:
            await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            chats = await self._claim(room)
        except Exception as fault:
            if not is_away(fault):
                log.exception("chats could not be taken")
            return False
        for chat_id in chats:
            # One that is still at work here has overrun its lease: it goes on under the new one.
            if chat_id not in self._busy:
                task = self._busy[chat_id] = asyncio.create_task(self._chat(chat_id))
                task.add_done_callback(partial(self._done, chat_id))
        return bool(chats)

    def _done(self, chat_id: int, _task: asyncio.Task[None]) -> None:
        del self._busy[chat_id]

    async def _claim(self, room: int) -> list[int]:
        database = self.reception.database
        async with database.transaction() as session:
            return await inbox.claim_chats(session, database.owner, room, self.lease)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self.reception.arrived.wait(), self.poll)
        except TimeoutError:
            return

    async def _chat(self, chat_id: int) -> None:
        try:
            work = await patiently(lambda: self._next(chat_id))
            for _ in range(TURN):
                if work is None or self._ending:
                    break
                dealt, work = await self._deal(work)
                if not dealt:
                    return
            if await patiently(lambda: self._release(chat_id)):
                self.reception.arrived.set()
        except Exception:
            log.exception("a chat's work broke off; it goes on when its lease ends")

    async def _next(self, chat_id: int) -> inbox.Work | None:
        async with self.reception.database.reading() as session:
            return await inbox.next_open(session, chat_id)

    async def _release(self, chat_id: int) -> bool:
        database = self.reception.database
        async with database.transaction() as session:
            return await inbox.release_chat(session, chat_id, database.owner)

    async def _deal(self, work: inbox.Work) -> tuple[bool, inbox.Work | None]:
        """Deal with one update and give the next; False when the chat rests, or is another worker's now."""
        if work.answer is not None:
            return await self._resumed(work)
        try:
            await self.desk.dispatch(work)
        except Exception:
            log.exception("an update could not be read", extra={"update_id": work.update_id})
        left = await patiently(lambda: self._next(work.chat_id))
        if _same(left, work) and left.answer is None and left.attempts == work.attempts:
            await self.desk.give_back(work)
            left = await patiently(lambda: self._next(work.chat_id))
        if not _same(left, work):
            return True, left
        if left.answer is not None:  # not said yet; where the chat rests already, nothing is said now
            return await self._resumed(left)
        await patiently(lambda: self._let_rest(work.chat_id, RETRY_SECONDS * (work.attempts + 1)))
        return False, None

    async def _resumed(self, work: inbox.Work) -> tuple[bool, inbox.Work | None]:
        if not await self.desk.resume(work):
            return False, None
        return True, await patiently(lambda: self._next(work.chat_id))

    async def _let_rest(self, chat_id: int, seconds: float) -> None:
        database = self.reception.database
        async with database.transaction() as session:
            await inbox.rest_chat(session, chat_id, database.owner, seconds)


def _same(left: inbox.Work | None, work: inbox.Work) -> TypeGuard[inbox.Work]:
    """Tell whether an update is still the one to be dealt with."""
    return left is not None and left.update_id == work.update_id
