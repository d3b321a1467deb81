"""The token's budget: when the next unasked request may leave, for all processes together, by the database's clock."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Float, extract, func, literal_column, select, update

from db.engine import Session, dialect_of, inserting, is_sqlite
from db.models import Budget

HORIZON = 1.0
"""Seconds ahead up to which slots are handed out; beyond (a silence) nothing is taken and the caller asks again."""


class Slots(NamedTuple):
    """Evenly spaced moments to send at, in seconds of the database's clock; `number` 0: nothing before `start`."""

    now: float
    start: float
    number: int


def _seconds(session: Session) -> ColumnElement[float]:
    """Give the database's clock as seconds since 1970."""
    if is_sqlite(session):
        return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Float(53))
    return extract("epoch", func.clock_timestamp()).cast(Float(53))


async def _row(session: Session, token: str) -> tuple[float, float, float]:
    budget = select(_seconds(session), Budget.next_at, Budget.silent_until).where(Budget.token == token)
    found = (await session.execute(budget.with_for_update())).first()
    if found is None:
        insert = inserting(dialect_of(session))
        fresh = insert(Budget).values(token=token, next_at=0.0, silent_until=0.0)
        await session.execute(fresh.on_conflict_do_nothing(index_elements=["token"]))
        found = (await session.execute(budget.with_for_update())).one()
    return found[0], found[1], found[2]


async def take(session: Session, token: str, count: int, rate: float) -> Slots:
    """Take `count` slots at `rate` a second after everybody else's; time that passed unused is no credit."""
    now, next_at, silent_until = await _row(session, token)
    start = max(now, next_at, silent_until)
    if start - now > HORIZON:
        return Slots(now, start, 0)
    await session.execute(update(Budget).where(Budget.token == token).values(next_at=start + count / rate))
    return Slots(now, start, count)


async def silence(session: Session, token: str, seconds: float) -> None:
    """Let nobody send for `seconds`, as Telegram asked; a shorter silence never ends a longer one."""
    now, _, silent_until = await _row(session, token)
    until = max(silent_until, now + seconds)
    await session.execute(update(Budget).where(Budget.token == token).values(silent_until=until))
