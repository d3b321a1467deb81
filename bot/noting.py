"""The tick of a part that runs all the time: noted now and then, so that an admin sees it is at work."""

from datetime import datetime, timedelta

from bot.troubles import MAYBE_AWAY, excuse_database
from db import ticks
from db.clock import Clock
from db.engine import Database

NOTED_EVERY = timedelta(minutes=1)
"""Of the civil clock; with each message it would cost slots."""


class Noting:
    """Notes one part's tick; a database that is away is asked again next time."""

    def __init__(self, database: Database, clock: Clock, name: str) -> None:
        self._database, self._clock, self._name = database, clock, name
        self._last: tuple[datetime, str | None] | None = None

    async def note(self, fault: str | None = None) -> None:
        """Note that the part is at work, or its fault; at once when that changed, else once a minute."""
        now = self._clock.now()
        if self._last is not None and self._last[1] == fault and abs(now - self._last[0]) < NOTED_EVERY:
            return
        try:
            async with self._database.transaction() as session:
                await ticks.note(session, self._name, now, fault)
        except MAYBE_AWAY as error:
            excuse_database(error)
        else:
            self._last = (now, fault)
