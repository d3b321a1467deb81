"""Health of the ticks: when each last ran, and how it ended."""

from datetime import datetime

from sqlalchemy import select

from db.engine import Session
from db.models import Tick


async def note(session: Session, name: str, at: datetime, fault: str | None = None) -> None:
    """Note that a tick ran; `fault` says in a word why it did not end well."""
    row = await session.get(Tick, name)
    if row is None:
        row = Tick(name=name, last_at=at)
        session.add(row)
    row.last_at, row.fault = at, fault
    if fault is None:
        row.ok_at = at


async def all_ticks(session: Session) -> list[Tick]:
    """List every tick by name."""
    return list(await session.scalars(select(Tick).order_by(Tick.name)))
