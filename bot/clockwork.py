"""A demo's clock on its way: it stops wherever something falls due, so that what happens, happens in order."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from db import due, facts, leases, outbox
from db.clock import system_now
from db.engine import Session
from db.windows import next_open
from handlers.context import Tools

log = logging.getLogger(__name__)

LEASE = 30.0
"""Seconds after which another process takes the clock on, when the one that led it is gone."""
DRAIN_SECONDS = 5.0
"""How long a stop waits for what is due to be sent; if that is not enough, nobody sends and later stops don't wait."""
PASSES = 3
"""How often the ticks run at a stop, as long as there was something to send: sending may leave work for them."""

Ticks = Callable[[], Awaitable[None]]


async def follow(tools: Tools, ticks: Ticks) -> None:
    """Take over the offset that a demo's database holds, or lead its clock to where somebody wants it.

    Outside a demo it does nothing: there the clock is the machine's.
    """
    async with tools.database.reading() as session:
        if await facts.get(session, facts.CLOCK) is None:
            return
        tools.clock.offset = await facts.clock_offset(session)
        wanted = await facts.clock_target(session) is not None
    if wanted:
        await _lead(tools, ticks)


async def _lead(tools: Tools, ticks: Ticks) -> None:
    patient = True
    while await _step(tools):
        patient = await _settle(tools, ticks, patient=patient)
    async with tools.database.transaction() as session:
        await leases.give_up(session, "clock", tools.database.owner)


async def _step(tools: Tools) -> bool:
    """Go to the next stop; False when there is nowhere to go, or another process leads."""
    async with tools.database.transaction() as session:
        if not await leases.take(session, "clock", tools.database.owner, LEASE):
            return False
        target = await facts.clock_target(session)
        if target is None:
            return False
        now, machine = tools.clock.now(), system_now()
        stop = max(now, await _next_stop(tools, session, now, target))
        await facts.step_clock(session, stop, machine, arrived=stop >= target)
    tools.clock.offset = stop - machine
    log.info("the clock moved", extra={"to": stop.isoformat()})
    return True


async def _next_stop(tools: Tools, session: Session, now: datetime, target: datetime) -> datetime:
    local, shut = tools.clock.local(now), await due.shut_windows(session, now, tools.open_windows(now))
    openings = [next_open(window, local, tools.calendar, tools.rules).astimezone(UTC) for window in shut]
    falls_due = await due.next_due(session, now, target)
    return min(target, _next_morning(tools, now), falls_due or target, *openings)


def _next_morning(tools: Tools, now: datetime) -> datetime:
    """Give the next beginning of office hours: what goes by dates wakes up then."""
    local = tools.clock.local(now)
    morning = datetime.combine(local.date(), tools.rules.window_start, local.tzinfo)
    return (morning if morning > local else morning + timedelta(days=1)).astimezone(UTC)


async def _settle(tools: Tools, ticks: Ticks, *, patient: bool) -> bool:
    """Let everything due at this stop happen; tell whether it all went out in time."""
    for _ in range(PASSES):
        await ticks()
        if not patient or not await _anything(tools):
            return patient
        if not await _drained(tools):
            return False
    return True


async def _drained(tools: Tools) -> bool:
    deadline = time.monotonic() + DRAIN_SECONDS
    while await _anything(tools):
        if time.monotonic() > deadline:
            return False
        tools.nudge()
        await asyncio.sleep(0.02)
    return True


async def _anything(tools: Tools) -> bool:
    now = tools.clock.now()
    async with tools.database.reading() as session:
        if await facts.get(session, facts.HOLD) is not None:
            return False
        waits = await outbox.anything_due(session, tools.open_windows(now), now)
        return waits or await due.anything_on_its_way(session)
