"""What the archive knows of people when a roster comes in, fetched in four queries whatever the roster's size."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from db import units
from db.engine import Session
from db.models import Employee, EmployeeNumber, Link
from db.roster.judging import FACTS


class KnownPerson(NamedTuple):
    """An employee as the archive knows them, those who left among them."""

    id: int
    nip: str
    unit_id: int
    agency_id: int
    phone_sealed: bytes | None
    phone_digest: str | None
    talent_sealed: bytes | None
    left_at: datetime | None
    facts: tuple[Any, ...]


@dataclass(frozen=True)
class Known:
    """Everybody by number, whose a number once was, who is linked, and the units by key."""

    people: dict[str, KnownPerson]
    former: dict[str, int]
    linked: frozenset[int]
    units: dict[units.UnitKey, int]


async def load(session: Session) -> Known:
    """Load what a roster is compared with."""
    plain = [getattr(Employee, name) for name in KnownPerson._fields[:-1]]
    rows = await session.execute(select(*plain, *(getattr(Employee, name) for name in FACTS)))
    people = (KnownPerson._make((*row[: len(plain)], tuple(row[len(plain) :]))) for row in rows)
    once = await session.execute(
        select(EmployeeNumber.nip, EmployeeNumber.employee_id).where(EmployeeNumber.until.is_not(None))
    )
    linked = await session.scalars(select(Link.employee_id).where(Link.closed_at.is_(None)))
    return Known(
        people={person.nip: person for person in people},
        former={row.nip: row.employee_id for row in once},
        linked=frozenset(linked),
        units=await units.known(session),
    )
