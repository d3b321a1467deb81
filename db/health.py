"""How the service is: what came in and waits, what is to go out and since when, the ticks, and a hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from db import audit, facts, inbox, ticks
from db.engine import Session
from db.errors import StaleButton
from db.models import Batch, Outbox, Tick
from db.outbox import OPEN_STATES, State
from db.windows import Window

UNDER_WAY = ("waiting", "running", "paused")


@dataclass(frozen=True)
class Waiting:
    """What waits in one lane: how many, and since when the oldest was due."""

    lane: int
    count: int
    since: datetime


@dataclass(frozen=True)
class Hold:
    """A database on hold after a restore: when it was restored, from a copy of when, and what would go out."""

    restored_at: str | None
    copied_at: str | None
    waiting: list[Waiting]
    batches: int


@dataclass(frozen=True)
class Sending:
    """What is to go out: due and able to go, due in a window that is shut, on its way, uncertain, for later.

    `oldest`: since when the oldest of those that are able to go is due.
    """

    due: int
    shut: int
    sending: int
    uncertain: int
    later: int
    oldest: datetime | None


@dataclass(frozen=True)
class Health:
    """Everything an admin looks at first."""

    ticks: list[Tick]
    inbox: dict[str, int]
    outbox: Sending
    hold: Hold | None


async def examine(session: Session, now: datetime, open_ones: Collection[Window]) -> Health:
    """Look at everything; `open_ones` are the windows that are open now."""
    updates = await inbox.counts(session)
    came = {"open": updates.get("open", 0) + updates.get("answering", 0), "parked": updates.get("parked", 0)}
    sending = await _sending(session, now, open_ones)
    return Health(await ticks.all_ticks(session), came, sending, await _hold(session, now))


async def _sending(session: Session, now: datetime, open_ones: Collection[Window]) -> Sending:
    waits, due = Outbox.state.in_((State.QUEUED, State.UNCERTAIN)), Outbox.due_at <= now
    may_go = Outbox.window.in_(sorted(open_ones))
    row = (
        await session.execute(
            select(
                func.count(case((waits & due & may_go, 1))),
                func.count(case((waits & due & ~may_go, 1))),
                func.count(case((Outbox.state == State.SENDING, 1))),
                func.count(case((Outbox.state == State.UNCERTAIN, 1))),
                func.count(case((waits & ~due, 1))),
                func.min(case((waits & due & may_go, Outbox.due_at))),
            ).where(Outbox.state.in_(OPEN_STATES))
        )
    ).one()
    return Sending(*row)


async def on_hold(session: Session) -> bool:
    """Tell whether unasked sending waits for an admin."""
    return await facts.get(session, facts.HOLD) is not None


async def _hold(session: Session, now: datetime) -> Hold | None:
    fact = await facts.get(session, facts.HOLD)
    if fact is None:
        return None
    rows = await session.execute(
        select(Outbox.lane, func.count(), func.min(Outbox.due_at))
        .where(Outbox.state.in_(OPEN_STATES), Outbox.due_at <= now)
        .group_by(Outbox.lane)
        .order_by(Outbox.lane)
    )
    batches = await session.scalar(select(func.count()).where(Batch.state.in_(UNDER_WAY)))
    waiting = [Waiting(lane, count, since) for lane, count, since in rows]
    return Hold(fact.get("restored_at"), fact.get("copied_at"), waiting, batches or 0)


async def end_hold(session: Session, admin_id: int, now: datetime) -> None:
    """Let unasked sending go on; audited with what was waiting. Raises `StaleButton` when nothing is held."""
    hold = await _hold(session, now)
    if hold is None:
        raise StaleButton
    await facts.drop(session, facts.HOLD)
    counts = {str(one.lane): one.count for one in hold.waiting}
    await audit.write(session, "hold.end", at=now, subject="database", actor_id=admin_id, waiting=counts)
