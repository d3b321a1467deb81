"""What came in: updates as committed rows, each dealt with once, in order within a chat (`db.queues`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from db.clock import database_later
from db.engine import Session, changed, dialect_of, directly, inserting, keys_of
from db.keys import Keyring
from db.models import ChatQueue, Update
from db.models.base import table
from db.models.traffic import DEALT_WITH, TO_DO
from db.sqlite import brief

ATTEMPTS = 3
"""Failures after which an update is parked and the admins are told."""


@dataclass(frozen=True)
class Arrival:
    """An update as it came: its id, the chat it belongs to (0: none), and its JSON."""

    update_id: int
    chat_id: int
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Work:
    """An open update of a chat that a worker holds; `answer` is set when only the answer is still to go out."""

    update_id: int
    chat_id: int
    payload: dict[str, Any]
    answer: list[dict[str, Any]] | None
    attempts: int


_updates, _queues = table(Update), table(ChatQueue)


async def receive(session: Session, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Keep arrivals as open rows; one that is already known changes nothing. Return how many are new."""
    seal = keys_of(session).seal("updates")
    rows = [
        {
            "update_id": one.update_id,
            "chat_id": one.chat_id,
            "state": "open",
            "payload_sealed": seal.close_json(one.payload),
            "attempts": 0,
            "received_at": now,
        }
        for one in arrivals
    ]
    if not rows:
        return 0
    keep, queue = _kept(dialect_of(session))
    fresh = (await directly(session, keep, rows)).all()
    # In order: two receivers must not wait for each other.
    await directly(session, queue, [{"of_chat": chat_id} for chat_id in sorted({one.chat_id for one in arrivals})])
    return len(fresh)


@cache
def _kept(dialect: str) -> tuple[Any, Any]:
    insert = inserting(dialect)
    keep = insert(_updates).on_conflict_do_nothing(index_elements=["update_id"]).returning(_updates.c.update_id)
    free = database_later(dialect, -1)
    queue = insert(_queues).values(chat_id=bindparam("of_chat"), lease_owner=None, lease_until=free)
    return keep, queue.on_conflict_do_nothing(index_elements=["chat_id"])


_own = _updates.c
_work = select(_own.update_id, _own.chat_id, _own.payload_sealed, _own.answer_sealed, _own.attempts)
_first = (
    select(func.min(_own.update_id))
    .where(_own.chat_id.in_(bindparam("of_chats", expanding=True)), TO_DO)
    .group_by(_own.chat_id)
)
_lowest_each = _work.where(_own.update_id.in_(_first.scalar_subquery()))


async def first_open(session: Session, chat_ids: Sequence[int]) -> dict[int, Any]:
    """Give the lowest open update of each of some chats as it is kept, by chat; `opened` makes work of it."""
    if not chat_ids:
        return {}
    rows = await directly(session, _lowest_each, {"of_chats": list(chat_ids)})
    return {row.chat_id: row for row in rows}


def opened(keys: Keyring, row: Any) -> Work:
    """Open an update as it is kept; raises `SealBroken` where that cannot be done."""
    answer = keys.seal("answers").open_json(row.answer_sealed) if row.answer_sealed else None
    payload = keys.seal("updates").open_json(row.payload_sealed) if row.payload_sealed else {}
    return Work(row.update_id, row.chat_id, payload, answer, row.attempts)


async def mark_effect(session: Session, update_id: int, answer: list[dict[str, Any]], now: datetime) -> bool:
    """Mark an update's effect in the transaction that holds it, keeping the answer until it is out.

    The payload is erased here. Return False when somebody else has marked it before: then roll back.
    """
    kept = keys_of(session).seal("answers").close_json(answer) if answer else None
    told = {"becomes": "answering" if answer else "done", "kept": kept, "done": None if answer else now}
    return changed(await directly(session, _effect_mark, {"of_update": update_id, **told})) == 1


_effect_mark = (
    brief(update(_updates))
    .where(_updates.c.update_id == bindparam("of_update"), _updates.c.state == "open")
    .values(state=bindparam("becomes"), payload_sealed=None, answer_sealed=bindparam("kept"), done_at=bindparam("done"))
)


async def mark_answered(session: Session, update_ids: Iterable[int], now: datetime) -> None:
    """Mark that the answers are out and erase them."""
    await directly(session, _answered, {"of_updates": list(update_ids), "done": now})


_answered = (
    brief(update(_updates))
    .where(_updates.c.update_id.in_(bindparam("of_updates", expanding=True)), _updates.c.state == "answering")
    .values(state="done", answer_sealed=None, done_at=bindparam("done"))
)


async def keep_answer(session: Session, update_id: int, rest: list[dict[str, Any]]) -> None:
    """Keep only what of an answer is not out yet."""
    await session.execute(
        update(Update)
        .where(Update.update_id == update_id, Update.state == "answering")
        .values(answer_sealed=keys_of(session).seal("answers").close_json(rest))
        .execution_options(synchronize_session=False)
    )


async def mark_failure(session: Session, update_id: int, fault: str, now: datetime) -> bool:
    """Count a failure; the third parks the update. Return whether it is parked now."""
    attempts = await session.scalar(select(Update.attempts).where(Update.update_id == update_id))
    parked = (attempts or 0) + 1 >= ATTEMPTS
    values: dict[str, Any] = {"attempts": (attempts or 0) + 1, "fault": fault[:200]}
    if parked:
        values |= {"state": "parked", "payload_sealed": None, "answer_sealed": None, "done_at": now}
    await session.execute(update(Update).where(Update.update_id == update_id, TO_DO).values(**values))
    return parked


async def counts(session: Session) -> dict[str, int]:
    """Count updates by state, for the health page."""
    rows = await session.execute(select(Update.state, func.count()).group_by(Update.state))
    return {str(state): number for state, number in rows}


async def close_all(session: Session, now: datetime) -> int:
    """Close every open update without dealing with it, and give how many: after a restore they are long answered."""
    closed = await session.execute(
        update(Update)
        .where(TO_DO)
        .values(state="done", payload_sealed=None, answer_sealed=None, fault="restored", done_at=now)
        .execution_options(synchronize_session=False)
    )
    return changed(closed)


async def forget_done(session: Session, before: datetime) -> int:
    """Delete the rows of updates dealt with before a moment; Telegram repeats none after 24 hours."""
    gone = await session.execute(delete(Update).where(Update.state.in_(DEALT_WITH), Update.done_at < before))
    return changed(gone)
