"""What comes next in chats whose update is dealt with: written down and asked for together, a group at a time."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from db import inbox, queues
from db.away import patiently
from db.clock import Clock
from db.engine import Database

GATHER_SECONDS = 0.005
"""How long a group gathers: the people in it have their answers, and nobody's next press comes so soon."""


@dataclass(frozen=True)
class _Left:
    chat_id: int
    answered: int | None
    goes_on: bool
    found: "asyncio.Future[Any]"


@dataclass
class Follower:
    """Gives workers the next update of their chats; while one group is committed the next one gathers."""

    database: Database
    clock: Clock
    arrived: asyncio.Event
    """Set when something is open in a chat that was given back."""
    lease: float
    _waiting: list[_Left] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None

    async def next(self, chat_id: int, answered: int | None = None, *, goes_on: bool = True) -> inbox.Work | None:
        """Give what is open in a chat that a worker holds; the chat is given back where nothing is, and None comes.

        `answered`: an update whose answer is out. Without `goes_on` the chat is given back in any case.
        """
        found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Left(chat_id, answered, goes_on, found))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        row = await found
        return inbox.opened(self.database.keys, row) if row is not None else None

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            group, self._waiting = self._waiting, []
            try:
                following = await patiently(lambda: self._follow(group))  # noqa: B023  awaited here
            except Exception as fault:  # noqa: BLE001  each who waits raises it
                for one in group:
                    if not one.found.done():
                        one.found.set_exception(fault)
                continue
            if following.more:
                self.arrived.set()
            for one in group:
                if not one.found.done():
                    one.found.set_result(following.rows.get(one.chat_id))

    async def _follow(self, group: list[_Left]) -> queues.Following:
        chats = {one.chat_id: one.goes_on for one in group}
        answered = [one.answered for one in group if one.answered is not None]
        # Lost with the machine's power, an answer is said again, as after any death between saying and marking.
        async with self.database.transaction(lasting=False) as session:
            return await queues.follow(
                session, self.database.owner, chats, answered=answered, seconds=self.lease, now=self.clock.now()
            )
