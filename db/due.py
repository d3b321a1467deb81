"""When something falls due next: a demo's clock stops there on its way, so that things happen in their order."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from db.engine import Session
from db.models import Batch, Outbox, SurveyRound
from db.models.traffic import OPEN
from db.outbox import State
from db.windows import Window


async def next_due(session: Session, after: datetime, until: datetime) -> datetime | None:
    """Give the first moment in (after, until] at which a message, a batch or a round is due or ends; None: nothing."""
    moments = [
        select(func.min(Outbox.due_at)).where(OPEN, Outbox.due_at > after, Outbox.due_at <= until),
        select(func.min(Outbox.valid_until)).where(OPEN, Outbox.valid_until > after, Outbox.valid_until <= until),
        select(func.min(Batch.due_at)).where(Batch.state == "waiting", Batch.due_at > after, Batch.due_at <= until),
        _of_rounds(SurveyRound.next_reminder_at, after, until),
        _of_rounds(SurveyRound.closes_at, after, until),
    ]
    found = [moment for query in moments if (moment := await session.scalar(query)) is not None]
    return min(found, default=None)


def _of_rounds(
    moment: InstrumentedAttribute[datetime | None], after: datetime, until: datetime
) -> Select[datetime | None]:
    return select(func.min(moment)).where(SurveyRound.state == "open", moment > after, moment <= until)


async def anything_on_its_way(session: Session) -> bool:
    """Tell whether a message is being sent at this moment."""
    return await session.scalar(select(Outbox.id).where(Outbox.state == State.SENDING).limit(1)) is not None


async def shut_windows(session: Session, now: datetime, open_ones: Collection[Window]) -> list[Window]:
    """List the windows that are shut while messages that are due wait for them."""
    waiting = await session.scalars(select(Outbox.window).where(OPEN, Outbox.due_at <= now).distinct())
    return [window for window in map(Window, waiting) if window not in open_ones]
