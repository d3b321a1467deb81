"""What waits to be sent about a round: it says the new end where that is put off, and goes no more once it is over."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import or_, select, update

from db import batches
from db.engine import Session, keys_of
from db.models import Batch, Outbox, SurveyRound
from db.outbox import OPEN_STATES
from db.outbox.queueing import PURPOSE
from db.surveys import reminders


async def say_new_end(session: Session, round_: SurveyRound, now: datetime) -> None:
    """Let the invitation and reminders that have not left say when an open round ends now, and wait as long.

    Whoever calls holds the round. That today is the last day is said to nobody any more: the new last day has its own.
    """
    assert round_.closes_at is not None
    await reminders.stop(session, round_.id, now, Batch.message == reminders.LAST_DAY)
    waiting = select(Batch.id).where(or_(*reminders.batches_of(round_.id), Batch.id == round_.invitation_id))
    # A row's own values go before what its batch shares, and the batch's never change: senders keep them.
    own = keys_of(session).seal(PURPOSE).close_json({"closes_at": round_.closes_at.isoformat()})
    await session.execute(
        update(Outbox)
        .where(Outbox.batch_id.in_(waiting), Outbox.state.in_(OPEN_STATES))
        .values(valid_until=round_.closes_at, values_sealed=own)
        .execution_options(synchronize_session=False)
    )


async def end(session: Session, round_: SurveyRound, now: datetime) -> None:
    """Cancel the invitation and the reminders that have not left."""
    if round_.invitation_id is not None:
        with suppress(batches.BatchPassed):  # it has all gone
            await batches.cancel(session, round_.invitation_id, now)
    await reminders.stop(session, round_.id, now)
