"""Outcomes on their way into the archive, in groups: one commit for all that came within twenty milliseconds."""

import asyncio

from bot.troubles import MAYBE_AWAY, excuse_database
from db import outbox
from db.engine import Database

GROUP_SECONDS = 0.02
RETRY_SECONDS = 0.5


class Acknowledger:
    """Collects outcomes and settles them together; while the database is away it keeps them and tries again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[outbox.Outcome] = []
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    def put(self, outcome: outbox.Outcome) -> None:
        """Add an outcome to the next group."""
        self._waiting.append(outcome)
        self._none.clear()
        self._some.set()

    async def run(self) -> None:
        """Settle group after group, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(GROUP_SECONDS)
            await self._settle()

    async def drain(self) -> None:
        """Wait until everything is settled."""
        await self._none.wait()

    async def _settle(self) -> None:
        self._some.clear()
        group, self._waiting = self._waiting, []
        try:
            async with self._database.transaction() as session:
                await outbox.settle(session, group)
        except MAYBE_AWAY as error:
            excuse_database(error)
            self._waiting = group + self._waiting
            self._some.set()
            await asyncio.sleep(RETRY_SECONDS)
        if not self._waiting:
            self._none.set()
