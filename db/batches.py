"""Many messages with one text and one audience: opened, frozen, run, paused, cancelled, finished."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, and_, case, exists, insert, literal, select, update

from db.engine import Session, changed, keys_of
from db.errors import DomainError
from db.models import Batch, Chat, Link, Outbox
from db.models.traffic import OPEN, SENDING
from db.outbox.moves import Lane, Reason, State, Verb, check_move
from db.outbox.queueing import PURPOSE, note_left
from db.windows import Window

CANCEL_AT_ONCE = 20_000
"""Rows a cancellation ends in its own transaction; the tick ends the rest, so that nobody waits behind a million."""

BY_ERRORS = "errors"
BY_OFFICER = "officer"


class BatchPassed(DomainError):
    """The batch is not in a state in which this can be done (any more)."""


async def open_batch(
    session: Session,
    *,
    kind: str,
    message: str,
    values: Mapping[str, Any],
    content_hash: str,
    due_at: datetime,
    lane: Lane = Lane.ANNOUNCEMENTS,
    window: Window = Window.ANY,
    counted: bool = False,
    valid_until: datetime | None = None,
) -> int:
    """Make a batch that waits until `due_at`, with what all its recipients share, and give its id."""
    made = await session.scalars(
        insert(Batch).returning(Batch.id),
        {
            "kind": kind, "state": "waiting", "lane": lane, "window": window, "counted": counted, "message": message,
            "values_sealed": keys_of(session).seal(PURPOSE).close_json(dict(values)), "content_hash": content_hash,
            "due_at": due_at, "valid_until": valid_until, "total": 0,
        },
    )  # fmt: skip
    return made.one()


async def freeze(session: Session, batch_id: int, audience: Select[int]) -> int:
    """Make one row for every employee of the audience and give how many; one statement, however many they are.

    Who has no open link, or is known not to be reachable, gets an `unreachable` row with the reason at once.
    """
    for reason in (Reason.NOT_JOINED, Reason.BLOCKED, Reason.DEACTIVATED):
        check_move(None, State.UNREACHABLE, reason)
    batch = (await session.execute(select(Batch).where(Batch.id == batch_id))).scalar_one()
    people = audience.subquery("people")
    person = people.c[0]
    found = case((Link.id.is_(None), Reason.NOT_JOINED.value), else_=Chat.unreachable)
    state = case((found.is_(None), State.QUEUED.value), else_=State.UNREACHABLE.value)
    rows = (
        select(
            literal(batch_id, BigInteger), person, Link.generation, state, found, literal(Verb.SEND.value),
            literal(batch.lane), literal(batch.window), literal(batch.counted), literal(batch.due_at),
            literal(batch.valid_until), literal(0), literal(0),
        )
        .select_from(people)
        .outerjoin(Link, and_(Link.employee_id == person, Link.closed_at.is_(None)))
        .outerjoin(Chat, Chat.chat_id == Link.chat_id)
    )  # fmt: skip
    columns = ["batch_id", "employee_id", "link_generation", "state", "reason", "verb", "lane", "window", "counted",
               "due_at", "valid_until", "attempts", "uncertain"]  # fmt: skip
    made = await session.execute(insert(Outbox).from_select(columns, rows, include_defaults=False))
    batch.total = changed(made)
    await session.flush()
    return changed(made)


async def start_due(session: Session, now: datetime) -> list[int]:
    """Let waiting batches run whose time has come; give their ids."""
    due = update(Batch).where(Batch.state == "waiting", Batch.due_at <= now)
    started = await session.scalars(
        due.values(state="running", started_at=now).returning(Batch.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    found = list(started)
    if found:
        note_left(session)
    return found


async def pause(session: Session, batch_id: int, reason: str = BY_OFFICER) -> None:
    """Stop claiming from a batch; what is in flight still arrives. Raises BatchPassed unless it runs."""
    await _go(session, batch_id, ("running",), state="paused", paused_reason=reason)


async def resume(session: Session, batch_id: int) -> None:
    """Let a paused batch run on. Raises BatchPassed unless it is paused."""
    await _go(session, batch_id, ("paused",), state="running", paused_reason=None)
    note_left(session)


async def cancel(session: Session, batch_id: int, now: datetime) -> None:
    """End a batch: nothing more is claimed, what waits is cancelled. Raises BatchPassed when it has ended."""
    ends: dict[str, Any] = {"state": "cancelled", "paused_reason": None, "finished_at": now}
    await _go(session, batch_id, ("waiting", "running", "paused"), **ends)
    await sweep(session, batch_id)


async def sweep(session: Session, batch_id: int, limit: int = CANCEL_AT_ONCE) -> int:
    """Cancel up to `limit` waiting rows of a cancelled batch; give how many."""
    check_move(State.QUEUED, State.CANCELLED, Reason.OFFICER)
    waiting = select(Outbox.id).where(OPEN, Outbox.batch_id == batch_id).limit(limit)
    ended = await session.execute(
        update(Outbox).where(Outbox.id.in_(waiting), OPEN)
        .values(state=State.CANCELLED, reason=Reason.OFFICER)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return changed(ended)


async def _go(session: Session, batch_id: int, before: tuple[str, ...], **values: Any) -> None:
    gone = await session.execute(
        update(Batch).where(Batch.id == batch_id, Batch.state.in_(before)).values(**values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not changed(gone):
        raise BatchPassed(batch=batch_id)


async def finish(session: Session, now: datetime) -> list[int]:
    """Finish running batches without an open row, end what cancelled ones still hold; give the newly finished."""
    running = await session.scalars(select(Batch.id).where(Batch.state.in_(("running", "paused"))))
    over = [batch_id for batch_id in running.all() if not await has_open(session, batch_id)]
    finished = await session.scalars(  # another process may just have finished one: only the newly finished count
        update(Batch).where(Batch.id.in_(over), Batch.state.in_(("running", "paused")))
        .values(state="finished", finished_at=now).returning(Batch.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    ended = list(finished)
    cancelled = select(Batch.id).where(Batch.state == "cancelled", exists().where(OPEN, Outbox.batch_id == Batch.id))
    for batch_id in (await session.scalars(cancelled)).all():
        await sweep(session, batch_id)
    return ended


async def has_open(session: Session, batch_id: int) -> bool:
    """Tell whether any row of a batch is still on its way."""
    waiting = exists().where(OPEN, Outbox.batch_id == batch_id)
    sending = exists().where(SENDING, Outbox.batch_id == batch_id)
    return bool(await session.scalar(select(waiting)) or await session.scalar(select(sending)))


class Letter(NamedTuple):
    """What all messages of a batch share."""

    message: str
    values: dict[str, Any]


async def letter(session: Session, batch_id: int) -> Letter:
    """Give what a batch's messages share; it never changes after the batch is made."""
    row = (await session.execute(select(Batch.message, Batch.values_sealed).where(Batch.id == batch_id))).one()
    return Letter(row.message, keys_of(session).seal(PURPOSE).open_json(row.values_sealed))
