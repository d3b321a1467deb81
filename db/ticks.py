"""Health of the ticks: when each last ran, and how it ended."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from db.engine import Session, is_sqlite
from db.models import Tick


async def note(session: Session, name: str, at: datetime, fault: str | None = None) -> None:
    """Note that a tick ran; `fault` says in a word why it did not end well.

    One statement: two processes may note a new tick at the same moment.
    """
    insert = insert_sqlite if is_sqlite(session) else insert_postgresql
    said = {"last_at": at, "fault": fault} | ({"ok_at": at} if fault is None else {})
    fresh = insert(Tick).values(name=name, **said)
    await session.execute(fresh.on_conflict_do_update(index_elements=["name"], set_=said))


async def all_ticks(session: Session) -> list[Tick]:
    """List every tick by name."""
    return list(await session.scalars(select(Tick).order_by(Tick.name)))
