"""How far a batch is: counts by state and reason, the pace of the last half minute, and when it will be through."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select

from db.engine import Session
from db.models import Batch, Outbox
from db.outbox.moves import OPEN_STATES, Reason, State

PACE_WINDOW = timedelta(seconds=30)
_NOWHERE = and_(Outbox.state == State.UNREACHABLE, or_(Outbox.attempts == 0, Outbox.reason == Reason.LINK_FROZEN))
"""Whom the button that sends did not count: frozen without ever being queued, or behind a frozen link."""


@dataclass(frozen=True)
class Progress:
    """A batch at one moment.

    `states` and `reasons` count rows (reasons only those of rows that did not arrive), `reachable` the people who
    could be reached when it was sent, `repeated` the messages that may have arrived more than once, `rate` messages a
    second lately, `ready_at` None while nothing moves.
    """

    batch_id: int
    state: str
    total: int
    reachable: int
    states: dict[str, int]
    reasons: dict[str, int]
    repeated: int
    rate: float
    paused_reason: str | None
    ready_at: datetime | None

    @property
    def waiting(self) -> int:
        """Give how many are still on their way."""
        return sum(self.states.get(state, 0) for state in OPEN_STATES)

    @property
    def done(self) -> int:
        """Give how many have ended, however."""
        return self.total - self.waiting


async def progress(session: Session, batch_id: int, now: datetime) -> Progress:
    """Count a batch in one pass over its rows (civil clock)."""
    batch = (await session.execute(
        select(Batch.state, Batch.total, Batch.paused_reason, Batch.started_at).where(Batch.id == batch_id)
    )).one()  # fmt: skip
    since = max(now - PACE_WINDOW, batch.started_at or now)
    lately = func.sum(case((Outbox.sent_at > since, 1), else_=0))
    repeated = func.sum(case((Outbox.uncertain > 0, 1), else_=0))
    nowhere = func.sum(case((_NOWHERE, 1), else_=0))
    rows = (await session.execute(
        select(Outbox.state, Outbox.reason, func.count().label("number"), lately.label("lately"),
               repeated.label("repeated"), nowhere.label("nowhere"))
        .where(Outbox.batch_id == batch_id).group_by(Outbox.state, Outbox.reason)
    )).all()  # fmt: skip
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in rows:
        states[row.state] += row.number
        if row.state not in (State.SENT, *OPEN_STATES):
            reasons[row.reason] += row.number
    rate = sum(row.lately for row in rows) / max(1.0, (now - since).total_seconds())
    waiting = sum(states[state] for state in OPEN_STATES)
    moving = batch.state == "running" and rate > 0
    return Progress(
        batch_id, batch.state, batch.total, batch.total - sum(row.nowhere for row in rows), dict(states),
        dict(reasons), sum(row.repeated for row in rows), rate,
        batch.paused_reason, now + timedelta(seconds=waiting / rate) if moving else None,
    )  # fmt: skip
