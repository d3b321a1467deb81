"""What else tells who answered when in an anonymous round: erased as it closes, and taken out of the files."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select, update

from db import dialogs, scrubbing
from db.clock import database_later
from db.engine import Database, Session, dialect_of
from db.models import Batch, Chat, ChatQueue, Dialog, Link, Outbox, Shown, SurveyParticipant, SurveyRound, Update
from db.models.traffic import DEALT_WITH, TO_DO
from db.outbox import State
from db.surveys import reminders

MARGIN = timedelta(seconds=5)
"""What came in so soon after the end may have found the round still open."""
NOBODY = 0
"""The chat of an update that belongs to none."""
STEP, PURPOSE = "survey", "survey:{}"
"""Where somebody's typed words are waited for, and the message in which a round is answered."""

AT_ONCE = 500
"""Chats named in one statement."""
REWRITTEN = ("survey_drafts", "updates", "dialogs")
"""Tables that held answers or presses: PostgreSQL writes them anew."""
VACUUMED = ("survey_participants", "shown_messages", "outbox", "chats", "chat_queues")


async def on_their_way(session: Session, closed_at: datetime) -> bool:
    """Tell whether an update from before the end is not dealt with yet."""
    early = select(Update.update_id).where(TO_DO, Update.received_at <= closed_at + MARGIN)
    return await session.scalar(early.limit(1)) is not None


async def erase(database: Database, round_id: int) -> None:
    """Erase the traces of a round that is closing; a transaction for each table, so that nobody waits crosswise."""
    for step in _STEPS:
        async with database.transaction() as session:
            round_ = await session.get(SurveyRound, round_id)
            assert round_ is not None
            await step(session, round_)


async def scrub(database: Database) -> bool:
    """Take what was erased out of the database's files; False: somebody still reads it, ask again."""
    return await scrubbing.scrub(database, REWRITTEN, VACUUMED)


def _chats(round_: SurveyRound) -> Select[int]:
    asked = select(SurveyParticipant.employee_id).where(SurveyParticipant.round_id == round_.id)
    return select(Link.chat_id).where(Link.employee_id.in_(asked))


async def _dialogs(session: Session, round_: SurveyRound) -> None:
    """Delete the dialogs about this round; what its people are asked in another one is none of it."""
    waiting = select(Dialog.chat_id, Dialog.values_sealed).where(
        Dialog.step == STEP, Dialog.chat_id.in_(_chats(round_))
    )
    rows = await session.execute(waiting.order_by(Dialog.chat_id).with_for_update())
    about = [row.chat_id for row in rows if _about(dialogs.said_in(session, row.values_sealed), round_)]
    for start in range(0, len(about), AT_ONCE):
        await session.execute(delete(Dialog).where(Dialog.chat_id.in_(about[start : start + AT_ONCE])))


def _about(said: Mapping[str, Any] | None, round_: SurveyRound) -> bool:
    """Tell whether a dialog may be about a round: one that cannot be read might be."""
    return said is None or said.get("subject", round_.id) == round_.id


async def _screens(session: Session, round_: SurveyRound) -> None:
    await session.execute(delete(Shown).where(Shown.purpose == PURPOSE.format(round_.id)))


async def _presses(session: Session, round_: SurveyRound) -> None:
    """Let updates tell neither whose they were nor when they came: only that, and their ids, keep repeats away.

    All chats' alike: another's between two of somebody's would tell how often that one pressed.
    """
    assert round_.closed_at is not None
    await session.execute(
        update(Update)
        .where(Update.state.in_(DEALT_WITH), Update.received_at >= round_.opened_at)
        .values(
            chat_id=NOBODY,
            received_at=round_.closed_at,
            done_at=round_.closed_at,
            attempts=0,
            payload_sealed=None,
            answer_sealed=None,
        )
        .execution_options(synchronize_session=False)
    )


async def _visits(session: Session, round_: SurveyRound) -> None:
    await session.execute(
        update(Chat)
        .where(Chat.chat_id.in_(_chats(round_)), Chat.last_seen >= round_.opened_at)
        .values(last_seen=round_.closed_at)
        .execution_options(synchronize_session=False)
    )


async def _turns(session: Session, round_: SurveyRound) -> None:
    await session.execute(
        update(ChatQueue)
        .where(ChatQueue.chat_id.in_(_chats(round_)), ChatQueue.lease_owner.is_(None))
        .values(lease_until=database_later(dialect_of(session), -1))
        .execution_options(synchronize_session=False)
    )


async def _messages(session: Session, round_: SurveyRound) -> None:
    """Delete whom the invitation and reminders were for: one taken back tells by which day somebody had answered.

    All of them: which are missing would tell the same.
    """
    batches = select(Batch.id).where(or_(*reminders.batches_of(round_.id), Batch.id == round_.invitation_id))
    await session.execute(delete(Outbox).where(Outbox.batch_id.in_(batches), Outbox.state != State.SENDING))


_STEPS: tuple[Callable[[Session, SurveyRound], Awaitable[None]], ...] = (
    _dialogs,
    _screens,
    _presses,
    _visits,
    _turns,
    _messages,
)
