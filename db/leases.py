"""Parts that only one process may play at a time, held by a lease of the database's clock."""

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from db.clock import database_later, database_now
from db.engine import Session, dialect_of, is_sqlite
from db.models import Lease


async def take(session: Session, name: str, owner: str, seconds: float) -> bool:
    """Take a part, or keep it; False while somebody else's lease on it still runs."""
    dialect = dialect_of(session)
    insert = insert_sqlite if is_sqlite(session) else insert_postgresql
    until = database_later(dialect, seconds)
    mine = insert(Lease).values(name=name, owner=owner, until=until)
    free = or_(Lease.owner == owner, Lease.until <= database_now(dialect))
    taken = mine.on_conflict_do_update(
        index_elements=["name"], set_={"owner": owner, "until": until}, where=free
    ).returning(Lease.owner)
    return await session.scalar(taken) == owner


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
