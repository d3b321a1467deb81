"""Taking messages to send: due, in an open window, under a lease, with all that rendering needs."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, cast, exists, func, literal, null, select, text, union_all, update
from sqlalchemy.orm import aliased

from db import facts
from db.clock import database_later
from db.engine import Session, dialect_of, is_sqlite
from db.keys import Keyring
from db.models import Batch, Chat, Employee, Fact, Link, Outbox, Unit
from db.models.traffic import OPEN
from db.outbox.judging import WEEK, Verdict, judge, judge_week
from db.outbox.moves import Lane, Reason, State, Verb
from db.outbox.queueing import PURPOSE, same_edit
from db.outbox.settling import put_back
from db.windows import Window

WEEKLY_LOCK = 7_100_001
"""PostgreSQL's advisory lock under which counted messages are claimed: two processes may not both count to two."""


class Source(NamedTuple):
    """Where to look: one lane's single messages (batch None), or one batch."""

    lane: int
    batch_id: int | None


class Claimed(NamedTuple):
    """A message in hand, with the person it is for."""

    id: int
    claim: str
    verb: str
    lane: int
    batch_id: int | None
    message: str | None
    values_sealed: bytes | None
    uncertain: int
    employee_id: int | None
    chat_id: int
    target: int | None
    language: str
    full_name: str | None
    title_prefix: str | None
    title_suffix: str | None
    sex: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms rows are taken: by whom, for how long (database seconds), which windows are open, and when."""

    owner: str
    lease: float
    windows: Collection[Window]
    now: datetime
    weekly_limit: int


@dataclass(frozen=True, slots=True)
class Claims:
    """What one claim took: ready to leave, and how many rows it looked at (the others moved elsewhere)."""

    ready: list[Claimed]
    looked: int


_numbers = itertools.count(1)
_target = aliased(Outbox)
_chat = func.coalesce(Outbox.chat_id, Link.chat_id)
_details = (
    select(
        Outbox.id, Outbox.lease_owner.label("claim"), Outbox.verb, Outbox.lane, Outbox.batch_id, Outbox.message,
        Outbox.values_sealed, Outbox.uncertain, Outbox.employee_id, _chat.label("chat"), Outbox.link_generation,
        Outbox.valid_until, Outbox.counted, Outbox.chat_id, Outbox.target_row, Outbox.target_message,
        Link.generation, Link.frozen_at, Chat.language,
        Chat.unreachable.label("chat_unreachable"), Employee.full_name, Employee.title_prefix,
        Employee.title_suffix, Employee.sex, Unit.name.label("unit"), _target.state.label("target_state"),
        func.coalesce(Outbox.target_message, _target.message_id).label("target"),
    )
    .select_from(Outbox)
    .outerjoin(Employee, Employee.id == Outbox.employee_id)
    .outerjoin(Unit, Unit.id == Employee.unit_id)
    .outerjoin(Link, and_(Link.employee_id == Outbox.employee_id, Link.closed_at.is_(None)))
    .outerjoin(Chat, Chat.chat_id == _chat)
    .outerjoin(_target, _target.id == Outbox.target_row)
)  # fmt: skip


def _due(source: Source, windows: Collection[Window], now: datetime) -> list[Any]:
    single = [Outbox.batch_id.is_(None), Outbox.lane == int(source.lane)]
    place = single if source.batch_id is None else [Outbox.batch_id == source.batch_id]
    return [OPEN, *place, *_when(windows, now)]


def _when(windows: Collection[Window], now: datetime) -> list[Any]:
    shut = [] if len(windows) == len(Window) else [Outbox.window.in_(sorted(windows))]
    return [Outbox.due_at <= now, *shut]


async def sources(session: Session, windows: Collection[Window], now: datetime) -> list[Source]:
    """Give where something is due, first things first: by lane, single messages before batches, older ones first.

    While the database is on hold there is nothing. One statement, since a claim asks it each time.
    """
    free = ~exists().where(Fact.name == facts.HOLD)
    singles = [
        select(literal(int(lane)), cast(null(), BigInteger)).where(
            free, exists().where(*_due(Source(lane, None), windows, now))
        )
        for lane in Lane
    ]
    mine = [OPEN, Outbox.batch_id == Batch.id, *_when(windows, now)]
    running = select(Batch.lane, Batch.id).where(free, Batch.state == "running", exists().where(*mine))
    found: Any = await session.execute(union_all(*singles, running))
    return sorted((Source(*row) for row in found), key=lambda source: (source.lane, source.batch_id or 0))


async def anything_due(session: Session, windows: Collection[Window], now: datetime) -> bool:
    """Tell, by reading only, whether a claim would find a row."""
    return bool(await sources(session, windows, now))


async def claim(session: Session, limit: int, terms: Terms) -> Claims:
    """Take up to `limit` messages under a lease.

    Nothing is taken while the database is on hold. Rows that may not leave (too late, link changed, blocked,
    weekly limit) move to where they belong in the same transaction and are not among the ready.
    """
    token, taken = f"{terms.owner}:{next(_numbers)}", list[int]()
    for source in await sources(session, terms.windows, terms.now):
        taken += await _take(session, source, token, limit - len(taken), terms)
        if len(taken) >= limit:
            break
    if not taken:
        return Claims([], 0)
    rows = (await session.execute(_details.where(Outbox.id.in_(taken)).order_by(Outbox.lane, Outbox.id))).all()
    ready, moved = await _sort(session, rows, terms)
    await put_back(session, moved)
    return Claims([_claimed(row) for row in ready], len(taken))


async def _take(session: Session, source: Source, token: str, limit: int, terms: Terms) -> Sequence[int]:
    picked = (
        select(Outbox.id).where(*_due(source, terms.windows, terms.now)).order_by(Outbox.due_at, Outbox.id)
        .limit(limit).with_for_update(skip_locked=True).cte("picked")
    )  # fmt: skip
    values = {
        "state": State.SENDING, "reason": Reason.CLAIMED, "lease_owner": token,
        "attempts": Outbox.attempts + 1, "lease_until": database_later(dialect_of(session), terms.lease),
    }  # fmt: skip
    taken = await session.scalars(
        update(Outbox).where(Outbox.id.in_(select(picked.c.id))).values(**values).returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return taken.all()


async def _sort(session: Session, rows: Sequence[Any], terms: Terms) -> tuple[list[Any], list[tuple[Any, Verdict]]]:
    weeks = await _weeks(session, rows, terms.now)
    ready, moved = [], []
    for row in rows:
        verdict = judge(row, terms.now) or await _superseded(session, row)
        if verdict is None and row.counted and row.employee_id is not None:
            verdict = judge_week(terms.weekly_limit, weeks[row.employee_id], terms.now)
            if verdict is None:
                weeks[row.employee_id].append(terms.now)
        if verdict is None:
            ready.append(row)
        else:
            moved.append((row, verdict))
    return ready, moved


async def _weeks(session: Session, rows: Iterable[Any], now: datetime) -> dict[int, list[datetime]]:
    """Give when each person of the counted rows got counted messages in the last seven days, these rows aside."""
    weeks: dict[int, list[datetime]] = defaultdict(list)
    mine = {row.id: row.employee_id for row in rows if row.counted and row.employee_id is not None}
    if not mine:
        return weeks
    if not is_sqlite(session):
        await session.execute(text(f"SELECT pg_advisory_xact_lock({WEEKLY_LOCK})"))
    on_the_way = Outbox.state.in_((State.SENDING, State.UNCERTAIN))
    found = await session.execute(
        select(Outbox.employee_id, Outbox.id, Outbox.sent_at).where(
            Outbox.employee_id.in_(set(mine.values())), Outbox.counted, (Outbox.sent_at > now - WEEK) | on_the_way
        )
    )
    for employee_id, row_id, sent_at in found:
        if row_id not in mine and employee_id is not None:
            weeks[employee_id].append(sent_at or now)
    return weeks


async def _superseded(session: Session, row: Any) -> Verdict | None:
    """Give the end of an edit that waits although a newer edit of the same message was made while it was out."""
    if row.verb != Verb.EDIT:
        return None
    newer = exists().where(*same_edit(row._mapping), Outbox.id > row.id)  # noqa: SLF001 - SQLAlchemy's public name
    return Verdict(State.CANCELLED, Reason.SUPERSEDED) if await session.scalar(select(newer)) else None


def _claimed(row: Any) -> Claimed:
    values = {name: getattr(row, name) for name in Claimed._fields if name not in ("chat_id", "language")}
    return Claimed(**values, chat_id=row.chat, language=row.language or "id")


def open_values(keys: Keyring, row: Claimed) -> dict[str, Any]:
    """Give a message's own values, with `person` (name, titles, sex, unit) when it is for an employee."""
    values: dict[str, Any] = keys.seal(PURPOSE).open_json(row.values_sealed) if row.values_sealed else {}
    if row.employee_id is None:
        return values
    names = ("full_name", "title_prefix", "title_suffix", "sex", "unit")
    return {"person": {name: getattr(row, name) for name in names}, **values}
