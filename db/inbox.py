"""What came in: updates as committed rows, dealt with once, in order within a chat, under a lease on the chat."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import CursorResult

from db.clock import database_later, database_now
from db.engine import Session, dialect_of, is_sqlite, keys_of
from db.keys import Keyring
from db.models import ChatQueue, Update

OPEN = ("open", "answering")
ATTEMPTS = 3
"""Failures after which an update is parked and the admins are told."""


class LeaseLost(Exception):
    """The chat has passed to another worker; this one must change nothing and say nothing."""


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


def _insert(session: Session) -> Any:
    return insert_sqlite if is_sqlite(session) else insert_postgresql


async def receive(session: Session, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Keep arrivals as open rows; one that is already known changes nothing. Return how many are new."""
    seal = keys_of(session).seal("updates")
    rows = [
        {
            "update_id": one.update_id,
            "chat_id": one.chat_id,
            "state": "open",
            "payload_sealed": seal.close_json(one.payload),
            "received_at": now,
        }
        for one in arrivals
    ]
    if not rows:
        return 0
    known = _insert(session)(Update).on_conflict_do_nothing(index_elements=["update_id"])
    fresh = (await session.scalars(known.returning(Update.update_id), rows)).all()
    free = database_later(dialect_of(session), -1)
    queue = _insert(session)(ChatQueue).on_conflict_do_nothing(index_elements=["chat_id"])
    for chat_id in sorted({one.chat_id for one in arrivals}):  # in order: two receivers must not wait for each other
        await session.execute(queue.values(chat_id=chat_id, lease_owner=None, lease_until=free))
    return len(fresh)


async def claim_chats(session: Session, owner: str, limit: int, seconds: float) -> list[int]:
    """Take up to `limit` free chats that have open updates, under a lease of `seconds`."""
    dialect = dialect_of(session)
    waiting = select(Update.chat_id).where(Update.state.in_(OPEN))
    free = (
        select(ChatQueue.chat_id)
        .where(ChatQueue.chat_id.in_(waiting), ChatQueue.lease_until <= database_now(dialect))
        .order_by(ChatQueue.lease_until, ChatQueue.chat_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = await session.scalars(
        update(ChatQueue)
        .where(ChatQueue.chat_id.in_(free.scalar_subquery()))
        .values(lease_owner=owner, lease_until=database_later(dialect, seconds))
        .returning(ChatQueue.chat_id)
        .execution_options(synchronize_session=False)
    )
    return list(taken)


async def hold_chat(session: Session, chat_id: int, owner: str, seconds: float) -> bool:
    """Prolong the lease on a chat; False when it has passed to somebody else: then nothing may be changed.

    The row stays locked until the transaction ends, so whoever claims the chat meanwhile waits for its outcome.
    """
    held = await session.execute(_prolonged(dialect_of(session), seconds), {"of_chat": chat_id, "by": owner})
    return _rows(held) == 1


@cache
def _prolonged(dialect: str, seconds: float) -> Any:
    # Made once: making a statement takes as long as running it, and these run several times an answer.
    return _mine.values(lease_until=database_later(dialect, seconds))


_mine = (
    update(ChatQueue)
    .where(ChatQueue.chat_id == bindparam("of_chat"), ChatQueue.lease_owner == bindparam("by"))
    .execution_options(synchronize_session=False)
)
_open_in_chat = select(Update.update_id).where(Update.chat_id == bindparam("of_chat"), Update.state.in_(OPEN)).limit(1)


async def release_chat(session: Session, chat_id: int, owner: str) -> bool:
    """Give a chat back, free for anybody at once; tell whether something is open in it.

    Its row stays: whoever deleted it could not see an update that another transaction is just adding.
    """
    await rest_chat(session, chat_id, owner, -1)
    return await session.scalar(_open_in_chat, {"of_chat": chat_id}) is not None


async def rest_chat(session: Session, chat_id: int, owner: str, seconds: float) -> bool:
    """Give a chat back, free for anybody only after `seconds`; False when it was somebody else's already."""
    rested = await session.execute(_rested(dialect_of(session), seconds), {"of_chat": chat_id, "by": owner})
    return _rows(rested) == 1


@lru_cache(maxsize=64)
def _rested(dialect: str, seconds: float) -> Any:
    return _mine.values(lease_owner=None, lease_until=database_later(dialect, seconds))


async def free_others(session: Session, owner: str) -> None:
    """Free every chat that a process now known to be dead held, so that nobody waits for its leases to end."""
    await session.execute(
        update(ChatQueue)
        .where(ChatQueue.lease_owner.is_not(None), ChatQueue.lease_owner != owner)
        .values(lease_owner=None, lease_until=database_later(dialect_of(session), -1))
        .execution_options(synchronize_session=False)
    )


_work = select(
    Update.update_id, Update.chat_id, Update.payload_sealed, Update.answer_sealed, Update.attempts
)  # fmt: skip
_lowest = (
    _work.where(Update.chat_id == bindparam("of_chat"), Update.state.in_(OPEN)).order_by(Update.update_id).limit(1)
)
_first = (
    select(func.min(Update.update_id))
    .where(Update.chat_id.in_(bindparam("of_chats", expanding=True)), Update.state.in_(OPEN))
    .group_by(Update.chat_id)
)
_lowest_each = _work.where(Update.update_id.in_(_first.scalar_subquery()))


async def next_open(session: Session, chat_id: int) -> Work | None:
    """Give the lowest open update of a chat."""
    row = (await session.execute(_lowest, {"of_chat": chat_id})).first()
    return opened(keys_of(session), row) if row is not None else None


async def first_open(session: Session, chat_ids: Sequence[int]) -> dict[int, Any]:
    """Give the lowest open update of each of some chats as it is kept, by chat; `opened` makes work of it."""
    if not chat_ids:
        return {}
    rows = await session.execute(_lowest_each, {"of_chats": list(chat_ids)})
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
    return _rows(await session.execute(_effect_mark, {"of_update": update_id, **told})) == 1


_effect_mark = (
    update(Update)
    .where(Update.update_id == bindparam("of_update"), Update.state == "open")
    .values(
        state=bindparam("becomes"), payload_sealed=None, answer_sealed=bindparam("kept"), done_at=bindparam("done")
    )
    .execution_options(synchronize_session=False)
)  # fmt: skip


async def mark_answered(session: Session, update_ids: Iterable[int], now: datetime) -> None:
    """Mark that the answers are out and erase them."""
    await session.execute(
        update(Update)
        .where(Update.update_id.in_(list(update_ids)), Update.state == "answering")
        .values(state="done", answer_sealed=None, done_at=now)
        .execution_options(synchronize_session=False)
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
    await session.execute(update(Update).where(Update.update_id == update_id, Update.state.in_(OPEN)).values(**values))
    return parked


async def counts(session: Session) -> dict[str, int]:
    """Count updates by state, for the health page."""
    rows = await session.execute(select(Update.state, func.count()).group_by(Update.state))
    return {str(state): number for state, number in rows}


async def close_all(session: Session, now: datetime) -> int:
    """Close every open update without dealing with it, and give how many: after a restore they are long answered."""
    closed = await session.execute(
        update(Update)
        .where(Update.state.in_(OPEN))
        .values(state="done", payload_sealed=None, answer_sealed=None, fault="restored", done_at=now)
        .execution_options(synchronize_session=False)
    )
    return _rows(closed)


async def forget_done(session: Session, before: datetime) -> int:
    """Delete the rows of updates dealt with before a moment; Telegram repeats none after 24 hours."""
    gone = await session.execute(delete(Update).where(Update.state.in_(("done", "parked")), Update.done_at < before))
    return _rows(gone)


def _rows(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
