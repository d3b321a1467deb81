"""Facts about this database: whether it is a demo, its clock, whether it is on hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete

from db.engine import Session
from db.errors import DomainError
from db.models import Fact

DEMO = "demo"
HOLD = "hold"
CLOCK = "clock"


class NotADemo(DomainError):
    """The database is not marked as a demo: its clock stands where the world's stands."""


async def get(session: Session, name: str) -> dict[str, Any] | None:
    """Give a fact's value; None when nothing is known of it."""
    fact = await session.get(Fact, name, populate_existing=True)
    return dict(fact.value) if fact else None


async def put(session: Session, name: str, value: dict[str, Any]) -> None:
    """Say a fact, in place of what was said before."""
    fact = await session.get(Fact, name)
    if fact is None:
        session.add(Fact(name=name, value=value))
    else:
        fact.value = value
    await session.flush()


async def drop(session: Session, name: str) -> None:
    """Take a fact back."""
    await session.execute(delete(Fact).where(Fact.name == name))


async def is_demo(session: Session) -> bool:
    """Tell whether this database is marked as a demo."""
    return await get(session, DEMO) is not None


async def clock_offset(session: Session) -> timedelta:
    """Give how far this database's civil clock is ahead of the machine's; zero outside a demo."""
    known = await get(session, CLOCK)
    return timedelta(seconds=known["offset"]) if known else timedelta()


async def aim_clock(session: Session, target: datetime, machine_now: datetime) -> None:
    """Ask the civil clock of a demo to go forward to `target`; the ticks take it there step by step.

    Raises `NotADemo` on any other database.
    """
    if not await is_demo(session):
        raise NotADemo
    known = await get(session, CLOCK) or {"offset": 0.0}
    await put(session, CLOCK, known | {"target": target.astimezone(UTC).isoformat(), "asked": machine_now.isoformat()})


async def clock_target(session: Session) -> datetime | None:
    """Give the moment a demo's clock is on its way to; None when it has arrived."""
    known = await get(session, CLOCK)
    return datetime.fromisoformat(known["target"]) if known and known.get("target") else None


async def step_clock(session: Session, to: datetime, machine_now: datetime, *, arrived: bool) -> None:
    """Set the civil clock to `to`; when `arrived`, the target is forgotten."""
    known = await get(session, CLOCK) or {}
    known["offset"] = (to - machine_now).total_seconds()
    if arrived:
        known.pop("target", None)
    await put(session, CLOCK, known)
