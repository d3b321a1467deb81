"""What a machine asks about the service: ages of the ticks, what waits, who polls; numbers only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db import facts, inbox, ticks
from db.clock import database_now
from db.engine import Session, dialect_of
from db.models import Lease, Outbox
from db.outbox import State
from db.windows import Window


@dataclass(frozen=True)
class Vitals:
    """The state of the service at a moment; ages in seconds of the civil clock."""

    ticks: dict[str, float]
    failed: tuple[str, ...]
    """Ticks whose last run ended badly."""
    updates: dict[str, int]
    outbox: dict[str, int]
    overdue: float
    """How long the oldest message that is due and may go now has waited; 0 when there is none."""
    shut: int
    """Messages that are due and wait for their window to open."""
    polled: bool
    """Whether some process holds the poller's lease."""
    on_hold: bool


async def read(session: Session, now: datetime, open_ones: Collection[Window]) -> Vitals:
    """Read everything by a few small queries; `open_ones` are the windows that are open now."""
    known = await ticks.all_ticks(session)
    states = await session.execute(select(Outbox.state, func.count()).group_by(Outbox.state))
    due = (Outbox.state.in_((State.QUEUED, State.UNCERTAIN)), Outbox.due_at <= now)
    may_go = Outbox.window.in_(sorted(open_ones))
    oldest = await session.scalar(select(func.min(Outbox.due_at)).where(*due, may_go))
    shut = await session.scalar(select(func.count()).select_from(Outbox).where(*due, ~may_go))
    until = Lease.until > database_now(dialect_of(session))
    polled = await session.scalar(select(Lease.name).where(Lease.name == "poller", until))
    return Vitals(
        ticks={tick.name: (now - tick.last_at).total_seconds() for tick in known},
        failed=tuple(tick.name for tick in known if tick.fault),
        updates=await inbox.counts(session),
        outbox={str(state): count for state, count in states},
        overdue=(now - oldest).total_seconds() if oldest else 0.0,
        shut=shut or 0,
        polled=polled is not None,
        on_hold=await facts.get(session, facts.HOLD) is not None,
    )
