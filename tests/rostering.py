"""A roster brought to the archive, as a door brings it, and what stands there afterwards."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from db.engine import Database, keys_of
from db.models import Employee
from db.remarks import Cell
from db.roster.planning import Plan, plan
from db.roster.saving import Saved, save
from tests.rosters import PERSON, RULES, judged

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
SOCIAL = "Dinas Sosial dan Pemberdayaan Masyarakat"
HEALTH = "Dinas Kesehatan"
RINA = str(PERSON["NIP"])


async def planned(database: Database, *rows: Mapping[str, Cell], complete: Sequence[str] = ()) -> Plan:
    """Try rows out."""
    async with database.reading() as session:
        return await plan(session, judged(*rows), complete=complete, leaving_share=RULES.leaving_share)


async def saved(
    database: Database,
    *rows: Mapping[str, Cell],
    complete: Sequence[str] = (),
    now: datetime = NOW,
    approved: bool = False,
    share: float = 1.0,
) -> Saved:
    """Save rows; above `share` leaving only when `approved`."""
    async with database.transaction() as session:
        made = await plan(session, judged(*rows), complete=complete, leaving_share=share)
        return await save(session, made, actor_id=None, via="shell", now=now, approved=approved)


async def who(database: Database, nip: str = RINA) -> Employee:
    """Find an employee by number."""
    async with database.reading() as session:
        found = await session.scalar(select(Employee).where(Employee.nip == nip))
        assert found is not None
        return found


async def everything(database: Database) -> dict[str, list[Any]]:
    """Give every row of every table."""
    async with database.reading() as session:
        return {
            table.name: [tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key))]
            for table in Employee.metadata.sorted_tables
        }


async def opened(database: Database, purpose: str, sealed: bytes | None) -> Any:
    """Open what is sealed."""
    async with database.reading() as session:
        assert sealed is not None
        seal = keys_of(session).seal(purpose)
        return seal.open_json(sealed) if purpose == "talent" else seal.open(sealed)
