"""The deliverer: claims messages, sends them paced and in parallel, writes down what became of each."""

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.acknowledging import Acknowledger
from bot.dispatch import Outgoing, Render, Told, dispatch, read_refusal
from bot.noting import Noting
from bot.pacing import Pacer
from bot.transport import NotSent, retry_after
from bot.troubles import MAYBE_AWAY, Backoff, ErrorShare, excuse_database
from db import batches, leases, outbox, queues
from db.calendar import Calendar
from db.clock import Clock
from db.engine import Database, Session
from db.outbox import Claimed, Claims, Outcome, Reason, State
from db.rules import OfficeRules
from db.sender_lock import SenderLock
from db.windows import open_windows

FREE_RATE = 30.0
"""Messages a second Telegram allows without the paid flag."""
KEPT_LETTERS = 8
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How fast and how long: messages a second, and seconds of the lease, of one request, of safety, of idling."""

    rate: float = 25.0
    lease: float = 15.0
    request: float = 8.0
    margin: float = 1.0
    poll: float = 1.0

    def in_flight(self) -> int:
        """Give how many requests may be on their way: a second's worth, within reason."""
        return max(4, min(256, math.ceil(self.rate)))

    def latest(self, claimed_at: float) -> float:
        """Give the moment after which a request could outlive its lease."""
        return claimed_at + self.lease - self.request - self.margin


class Delivery:
    """Sends what lies in the outbox, as one task; `token` names the budget (a digest, never the token)."""

    def __init__(
        self,
        database: Database,
        bot: Bot,
        render: Render,
        *,
        token: str,
        clock: Clock,
        rules: OfficeRules,
        calendar: Calendar,
        pace: Pace | None = None,
    ) -> None:
        self._database, self._bot, self._render = database, bot, render
        self._clock, self._rules, self._calendar = clock, rules, calendar
        self._pace = pace or Pace()
        self.lock = SenderLock(database.path)
        self._pacer = Pacer(database, token, self._pace.rate)
        self._acknowledger = Acknowledger(database)
        self._noting = Noting(database, clock, "delivery")
        self._room = asyncio.Semaphore(self._pace.in_flight())
        self._errors = ErrorShare(rules.error_share, rules.error_minimum)
        self._backoff = Backoff()
        self._letters: dict[int, batches.Letter] = {}
        self._in_flight: set[asyncio.Task[None]] = set()
        self._unsent: list[Claimed] = []
        self._ahead: asyncio.Task[tuple[Claims, float]] | None = None
        self._wake = asyncio.Event()
        self._stopping = self._refused = self._busy = False

    def nudge(self) -> None:
        """Say that something new may lie in the outbox."""
        self._wake.set()

    def stop(self) -> None:
        """Ask the deliverer to end: what is in flight is finished, the rest is given back."""
        self._stopping = True
        self._pacer.disturb()
        self._wake.set()

    async def run(self) -> None:
        """Deliver until stopped or cancelled, both of which end in order; raises SenderAlreadyRuns on SQLite."""
        work = asyncio.create_task(self._work())
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            self.stop()
            await work
            raise

    async def _work(self) -> None:
        alone = self.lock.acquire()
        settling = asyncio.create_task(self._acknowledger.run())
        try:
            await self._begin(alone=alone)
            while not self._stopping:
                await self._round()
            await self._put_down()
            await asyncio.gather(*self._in_flight, return_exceptions=True)
            await self._acknowledger.drain()
        finally:
            settling.cancel()
            await self._pacer.close()
            self.lock.release()

    async def _begin(self, *, alone: bool) -> None:
        async with self._database.transaction() as session:
            await outbox.recover(session, everything=alone)
            if alone:  # every other process of this database is dead, with all that it held
                await queues.free_others(session, self._database.owner)
                await leases.free_others(session, self._database.owner)
        await self._at_work()

    async def _round(self) -> None:
        """Claim and send once, or wait for work when there is none, or none may be done now."""
        wait = max(self._pacer.silent_for(), self._backoff.seconds())
        if wait or self._refused:
            await self._put_down()
            await self._at_work()
            await self._idle(min(wait, self._pace.poll) or self._pace.poll)
            return
        try:
            await self._claim_and_send()
        except MAYBE_AWAY as error:
            excuse_database(error)
            await self._idle(self._pace.poll)

    async def _claim_and_send(self) -> None:
        """Send what is in hand while the next messages are being claimed: a slow database must cost no slot."""
        await self._let_go()
        ahead, self._ahead = self._ahead or asyncio.create_task(self._claim()), None
        claims, latest = await ahead
        self._busy = claims.looked > 0
        if self._busy:
            self._ahead = asyncio.create_task(self._claim())
            await self._send_all(claims.ready, latest)
        else:
            await self._idle(self._pace.poll)

    async def _put_down(self) -> None:
        """Give back what was claimed ahead."""
        ahead, self._ahead = self._ahead, None
        try:
            if ahead is not None:
                self._unsent = [*self._unsent, *(await ahead)[0].ready]
            await self._let_go()
        except MAYBE_AWAY as error:
            excuse_database(error)

    async def _idle(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()

    async def _claim(self) -> tuple[Claims, float]:
        """Claim a tenth of a second's worth, and give until when (monotonic) it may be sent."""
        await self._at_work()
        now, latest = self._clock.now(), self._pace.latest(time.monotonic())
        windows = open_windows(self._clock.local(now), self._calendar, self._rules)
        if not self._busy and not await self._anything(windows, now):
            return Claims([], 0), latest
        terms = outbox.Terms(self._database.owner, self._pace.lease, windows, now, self._rules.weekly_limit)
        async with self._database.transaction() as session:
            claims = await outbox.claim(session, max(1, int(self._pace.rate / 10)), terms)
            await self._fetch_letters(session, claims)
        return claims, latest

    async def _anything(self, windows: Any, now: Any) -> bool:
        async with self._database.reading() as session:
            return await outbox.anything_due(session, windows, now)

    async def _fetch_letters(self, session: Session, claims: Claims) -> None:
        wanted = {row.batch_id for row in claims.ready if row.batch_id is not None} - self._letters.keys()
        for batch_id in wanted:
            while len(self._letters) >= KEPT_LETTERS:
                del self._letters[next(iter(self._letters))]
            self._letters[batch_id] = await batches.letter(session, batch_id)

    async def _send_all(self, rows: Sequence[Claimed], latest: float) -> None:
        self._unsent = list(rows)
        for row in rows:
            async with self._room:  # first room, then the turn: a turn that waits for room would be missed
                ready = not (self._backoff.seconds() or self._refused) and await self._pacer.turn(latest)
            if not ready:
                break
            await self._room.acquire()
            self._unsent.remove(row)
            task = asyncio.create_task(self._deliver(row, latest))
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)
        await self._let_go()

    async def _let_go(self) -> None:
        """Give back what was claimed and not sent; what the database cannot hear now, it hears next time."""
        if self._unsent:
            async with self._database.transaction() as session:
                await outbox.release(session, [(row.id, row.claim) for row in self._unsent])
            self._unsent = []

    async def _deliver(self, row: Claimed, latest: float) -> None:
        try:
            told = await self._attempt(row, latest)
            if told is not None:
                self._acknowledger.put(self._outcome(row, told))
            if row.batch_id is not None and (told is None or told.state is not State.QUEUED):
                await self._watch_errors(row.batch_id, failed=told is None or told.state is State.FAILED)
        except MAYBE_AWAY as error:
            excuse_database(error)
        finally:
            self._room.release()

    def _outcome(self, row: Claimed, told: Told) -> Outcome:
        sent_at = self._clock.now() if told.state is State.SENT else None
        return Outcome(row.id, row.claim, told.state, told.reason, row.chat_id, told.message_id, sent_at)

    async def _attempt(self, row: Claimed, latest: float) -> Told | None:
        """Send one message; None: nobody knows what became of it, so its lease must run out."""
        if time.monotonic() > latest:  # the process may have stood still between its turn and here
            return Told(State.QUEUED, Reason.LET_GO)
        try:
            outgoing = self._rendered(row)
        except Exception as error:  # noqa: BLE001 - a text that cannot be rendered must not stop the others
            log.error("message %s cannot be rendered: %s", row.message, type(error).__name__)  # noqa: TRY400
            return Told(State.FAILED, Reason.NOT_RENDERED)
        paid = row.batch_id is not None and self._pace.rate > FREE_RATE
        try:
            async with asyncio.timeout(self._pace.request):
                told = await dispatch(self._bot, row, outgoing, paid=paid)
        except (TelegramError, TimeoutError) as error:
            return await self._read(error)
        self._backoff.worked()
        return told

    async def _read(self, error: TelegramError | TimeoutError) -> Told | None:
        match error:
            case RetryAfter():
                await self._pacer.silence(retry_after(error))
                return Told(State.QUEUED, Reason.FLOOD)
            case InvalidToken():
                await self._stop_sending()
                return Told(State.QUEUED, Reason.NOT_SENT)
            case NotSent():
                self._backoff.failed()
                return Told(State.QUEUED, Reason.NOT_SENT)
            case TelegramError():
                told = read_refusal(error)
            case _:
                told = None
        if told is None:
            self._backoff.failed()
        return told

    def _rendered(self, row: Claimed) -> Outgoing | None:
        if row.verb in (outbox.Verb.DELETE, outbox.Verb.PIN):
            return None
        own = outbox.open_values(self._database.keys, row)
        letter = self._letters[row.batch_id] if row.batch_id is not None else batches.Letter(row.message or "", {})
        values = {**letter.values, **own, "reference": outbox.reference(row.id), "repeated": row.uncertain > 0}
        return self._render(letter.message, values, row.language)

    async def _watch_errors(self, batch_id: int, *, failed: bool) -> None:
        if self._errors.count(batch_id, failed=failed):
            async with self._database.transaction() as session:
                with suppress(batches.BatchPassed):
                    await batches.pause(session, batch_id, batches.BY_ERRORS)

    async def _stop_sending(self) -> None:
        """Telegram does not know the token (any more): nothing can be sent until somebody looks."""
        if not self._refused:
            self._refused = True
            log.critical("Telegram refuses the token: nothing is sent until the process starts with a valid one")
            await self._at_work()

    async def _at_work(self) -> None:
        await self._noting.note("token_refused" if self._refused else None)
