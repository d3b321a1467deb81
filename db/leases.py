"""Parts that only one process may play at a time, held by a lease of the database's clock."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, or_, select

from db.clock import database_later, database_now
from db.engine import Session, dialect_of, directly, inserting
from db.models import Lease
from db.models.base import table

_leases = table(Lease)


async def take(session: Session, name: str, owner: str, seconds: float) -> bool:
    """Take a part, or keep it; False while somebody else's lease on it still runs."""
    taken = await directly(session, _taken(dialect_of(session), seconds), {"part": name, "by": owner})
    return taken.scalar() == owner


@cache
def _taken(dialect: str, seconds: float) -> Any:
    # Made once: the poller keeps its part with every poll.
    insert = inserting(dialect)
    until = database_later(dialect, seconds)
    mine = insert(_leases).values(name=bindparam("part"), owner=bindparam("by"), until=until)
    free = or_(_leases.c.owner == bindparam("by"), _leases.c.until <= database_now(dialect))
    return mine.on_conflict_do_update(
        index_elements=["name"], set_={"owner": bindparam("by"), "until": until}, where=free
    ).returning(_leases.c.owner)


async def give_up(session: Session, name: str, owner: str) -> None:
    """Give a part back, so that another process need not wait for the lease to end."""
    await session.execute(delete(Lease).where(Lease.name == name, Lease.owner == owner))


async def free_others(session: Session, owner: str) -> None:
    """Free every part that a process now known to be dead held."""
    await session.execute(delete(Lease).where(Lease.owner != owner))


async def held(session: Session) -> bool:
    """Tell whether any part is being played: some process is at work on this database."""
    at_work = select(Lease.name).where(Lease.until > database_now(dialect_of(session))).limit(1)
    return await session.scalar(at_work) is not None
