"""Workers take updates from the rows, never from memory: chats in parallel, a chat's updates in order."""

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeGuard

from bot.following import Follower
from bot.receiving import Reception
from db import inbox, queues
from db.away import is_away, patiently

log = logging.getLogger(__name__)

TURN = 8
"""Updates of one chat dealt with in a row before other chats that wait have their turn."""
RETRY_SECONDS = 1.0
"""Rest after an update's first failure; the second rests twice as long."""
GATHER_SECONDS = 0.008
"""From one taking of chats to the next, so that in a storm each takes several."""
STOP_SECONDS = 20.0
"""How long the end of a process waits for what is being dealt with."""


class Desk(Protocol):
    """Where an update is dealt with. Each act gives True where an answer is out and only to be marked so."""

    async def dispatch(self, work: inbox.Work) -> bool:
        """Bring an update to its handler and say the answer; raises where the update cannot be read."""

    async def resume(self, work: inbox.Work) -> bool:
        """Say an answer whose saying broke off, as far as it can be said now."""

    async def give_back(self, work: inbox.Work) -> bool:
        """Count a failure of an update that no handler took."""


@dataclass
class Workers:
    """Takes chats that have open updates, under a lease each, and deals with their updates in order."""

    reception: Reception
    desk: Desk
    parallel: int = 64
    lease: float = 15.0
    poll: float = 1.0
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _again: set[int] = field(default_factory=set)
    _ending: bool = False
    _follower: Follower = field(init=False)

    def __post_init__(self) -> None:
        reception = self.reception
        self._follower = Follower(reception.database, reception.clock, reception.arrived, self.lease)

    async def run(self) -> None:
        """Work until cancelled; what is being dealt with then is finished first."""
        self._ending = False
        try:
            while True:
                self.reception.arrived.clear()
                more = await self._take()
                await asyncio.sleep(GATHER_SECONDS)
                if not more:
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
        for chat_id, first in chats.items():
            # One that is still here has overrun its lease, or has just given the chat back and is not quite gone.
            if chat_id in self._busy:
                self._again.add(chat_id)
            else:
                self._begin(chat_id, first)
        return len(chats) == room  # else nothing was left, and what comes says so itself

    def _begin(self, chat_id: int, first: Any) -> None:
        task = self._busy[chat_id] = asyncio.create_task(self._chat(chat_id, first))
        task.add_done_callback(partial(self._done, chat_id))

    def _done(self, chat_id: int, _task: asyncio.Task[None]) -> None:
        del self._busy[chat_id]
        if chat_id in self._again:
            self._again.discard(chat_id)
            if not self._ending:
                self._begin(chat_id, None)

    async def _claim(self, room: int) -> dict[int, Any]:
        """Take chats and give the first update of each, as it is kept, in the order in which they came.

        None where it was dealt with meanwhile.
        """
        database = self.reception.database
        async with database.transaction(lasting=False) as session:  # what is done under the claim is committed after it
            chats = await queues.claim(session, database.owner, room, self.lease)
            first = await inbox.first_open(session, chats)
        came = {chat_id: row.update_id for chat_id, row in first.items()}
        return {chat_id: first.get(chat_id) for chat_id in sorted(chats, key=lambda chat_id: came.get(chat_id, 0))}

    async def _rest(self) -> None:
        try:
            # Not `wait_for`: before Python 3.12 it loses a cancellation that comes together with what is waited for,
            # and then this process never ends.
            async with asyncio.timeout(self.poll):
                await self.reception.arrived.wait()
        except TimeoutError:
            return

    async def _chat(self, chat_id: int, first: Any) -> None:
        try:
            keys = self.reception.database.keys
            work = inbox.opened(keys, first) if first else await self._follower.next(chat_id)
            for _ in range(TURN):
                if work is None:
                    return
                if self._ending:
                    break
                work = await self._deal(work)
            if work is not None:
                await self._follower.next(chat_id, goes_on=False)
        except Exception:
            log.exception("a chat's work broke off; it goes on when its lease ends")

    async def _deal(self, work: inbox.Work) -> inbox.Work | None:
        """Deal with one update and give the next; None when the chat is given back, rests, or is another worker's."""
        if work.answer is not None:
            return await self._resumed(work)
        out = False
        try:
            out = await self.desk.dispatch(work)
        except Exception:
            log.exception("an update could not be read", extra={"update_id": work.update_id})
        left = await self._next(work, out=out)
        if _same(left, work) and left.answer is None and left.attempts == work.attempts:
            left = await self._next(work, out=await self.desk.give_back(work))
        if not _same(left, work):
            return left
        if left.answer is not None:  # not said yet; where the chat rests already, nothing is said now
            return await self._resumed(left)
        await patiently(lambda: self._let_rest(work.chat_id, RETRY_SECONDS * (work.attempts + 1)))
        return None

    async def _resumed(self, work: inbox.Work) -> inbox.Work | None:
        left = await self._next(work, out=await self.desk.resume(work))
        return None if _same(left, work) else left

    async def _next(self, work: inbox.Work, *, out: bool) -> inbox.Work | None:
        return await self._follower.next(work.chat_id, work.update_id if out else None)

    async def _let_rest(self, chat_id: int, seconds: float) -> None:
        database = self.reception.database
        async with database.transaction() as session:
            await queues.rest(session, chat_id, database.owner, seconds)


def _same(left: inbox.Work | None, work: inbox.Work) -> TypeGuard[inbox.Work]:
    """Tell whether an update is still the one to be dealt with."""
    return left is not None and left.update_id == work.update_id
