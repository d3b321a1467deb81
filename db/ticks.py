"""Health of the ticks: when each last ran, and how it ended."""

from datetime import datetime

from sqlalchemy import select

from db.engine import Session, dialect_of, inserting
from db.models import Tick


async def note(session: Session, name: str, at: datetime, fault: str | None = None) -> None:
    """Note that a tick ran; `fault` says in a word why it did not end well.

    One statement: two processes may note a new tick at the same moment.
    """
    insert = inserting(dialect_of(session))
    said = {"last_at": at, "fault": fault} | ({"ok_at": at} if fault is None else {})
    fresh = insert(Tick).values(name=name, **said)
    await session.execute(fresh.on_conflict_do_update(index_elements=["name"], set_=said))


async def all_ticks(session: Session) -> list[Tick]:
    """List every tick by name."""
    return list(await session.scalars(select(Tick).order_by(Tick.name)))
