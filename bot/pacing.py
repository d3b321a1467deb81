"""When the next unasked request may leave: slots of the token's budget, waited for by the monotonic clock."""

import asyncio
import time
from collections import deque

from db import budget
from db.engine import Database

SLICE_SECONDS = 0.1
"""How much of the budget a process takes at once: what it may hold back from the others."""
STALE_SECONDS = 0.25
"""A slot missed by more is given up: catching up would be a burst (Telegram's bucket holds about a second's worth)."""
SLICES_AHEAD = 2
ASK_AGAIN_SECONDS = 1.0


class Pacer:
    """Hands out turns at `rate` a second for the whole token, evenly, together with every other process."""

    def __init__(self, database: Database, token: str, rate: float) -> None:
        self._database, self._token, self.rate = database, token, rate
        self._slice = max(1, int(rate * SLICE_SECONDS))
        self._slots: deque[float] = deque()
        self._refill: asyncio.Task[None] | None = None
        self._disturbed = asyncio.Event()
        self._offset: float | None = None
        self._silent_until = 0.0

    def silent_for(self) -> float:
        """Give for how many seconds nothing may be sent, as far as this process knows."""
        return max(0.0, self._silent_until - time.monotonic())

    async def turn(self, deadline: float) -> bool:
        """Wait for the next slot; False when none comes before `deadline` (monotonic) or `disturb` was called."""
        while not self._disturbed.is_set():
            await self._fill()
            slot = self._slots[0] if self._slots else self._silent_until
            if slot > deadline:
                return False
            await self._sleep_until(slot)
            if self._slots and self._slots[0] == slot:
                self._slots.popleft()
                if time.monotonic() - slot <= STALE_SECONDS:
                    return True
                self._slots.clear()
        return False

    async def silence(self, seconds: float) -> None:
        """Stop every process for `seconds`, as Telegram asked; slots in hand are void."""
        until = time.monotonic() + seconds
        self._slots.clear()
        if until <= self._silent_until:
            return
        self._silent_until = until
        async with self._database.transaction() as session:
            await budget.silence(session, self._token, seconds)

    def disturb(self) -> None:
        """Wake whoever waits for a turn, for good: the process stops."""
        self._disturbed.set()

    async def close(self) -> None:
        """Wait for a request to the budget that is still on its way."""
        self.disturb()
        if self._refill is not None:
            await asyncio.gather(self._refill, return_exceptions=True)

    async def _sleep_until(self, moment: float) -> None:
        delay = moment - time.monotonic()
        if delay <= 0:
            return
        try:
            async with asyncio.timeout(min(delay, ASK_AGAIN_SECONDS)):
                await self._disturbed.wait()
        except TimeoutError:
            return

    async def _fill(self) -> None:
        """See to it that slots are there, asking for the next slice early: a slow database must cost no slot."""
        if self._refill is None and len(self._slots) <= SLICES_AHEAD * self._slice:
            self._refill = asyncio.create_task(self._take())
        refill = self._refill
        if refill is None or (self._slots and not refill.done()):
            return
        await asyncio.wait([refill])
        self._refill = None
        refill.result()

    async def _take(self) -> None:
        before = time.monotonic()
        async with self._database.transaction() as session:
            slots = await budget.take(session, self._token, self._slice, self.rate)
        self._bridge(slots.now, before, time.monotonic())
        assert self._offset is not None
        start = slots.start + self._offset
        if slots.number == 0:
            self._silent_until = start
            self._slots.clear()
        elif start >= self._silent_until - STALE_SECONDS:  # taken before the silence we know of: void
            self._slots.extend(start + number / self.rate for number in range(slots.number))

    def _bridge(self, database_now: float, before: float, after: float) -> None:
        """Keep the tightest known distance between the two clocks; a jump of the database's clock starts anew."""
        highest, lowest = after - database_now, before - database_now
        if self._offset is None or not lowest <= self._offset <= highest:
            self._offset = highest
