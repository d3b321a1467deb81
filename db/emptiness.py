"""Whether a database holds anything but what making it left there."""

from sqlalchemy import func, select

from db.engine import Session
from db.errors import DomainError
from db.models import Base

OWN = frozenset({"facts", "audit_head", "ticks", "leases", "budgets", "office_rules_used"})
"""Tables in which a process that has served nobody yet writes."""


class DatabaseNotEmpty(DomainError):
    """The database already holds something; the act is only for an empty one."""


async def refuse_filled(session: Session) -> None:
    """Raise `DatabaseNotEmpty` naming the first table that holds rows."""
    for table in Base.metadata.sorted_tables:
        if table.name in OWN:
            continue
        rows = await session.scalar(select(func.count()).select_from(table))
        if rows:
            raise DatabaseNotEmpty(table=table.name, rows=rows)
