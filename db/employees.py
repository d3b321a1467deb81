"""How many people the roster holds, and how many of them have joined."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, false, func, or_, select

from db.engine import Session
from db.models import Employee, Link, Unit

CONFIRMED = 2
"""The level from which letters and own data open."""


@dataclass(frozen=True)
class Standing:
    """People at work; those among them who joined, whose link is confirmed, and of whom no number is known."""

    people: int
    joined: int
    confirmed: int
    without_phone: int


async def standing(session: Session, scope: Sequence[str] | None) -> Standing:
    """Count the people in these subtrees (paths; None: everywhere)."""
    linked = and_(Link.employee_id == Employee.id, Link.closed_at.is_(None))
    where = [] if scope is None else [or_(false(), *(Unit.path.startswith(path) for path in scope))]
    row = (
        await session.execute(
            select(
                func.count(),
                func.count(Link.id),
                func.count(case((Link.level >= CONFIRMED, 1))),
                func.count(case((Employee.phone_digest.is_(None), 1))),
            )
            .select_from(Employee)
            .join(Unit, Unit.id == Employee.unit_id)
            .outerjoin(Link, linked)
            .where(Employee.left_at.is_(None), *where)
        )
    ).one()
    return Standing(*row)


@dataclass(frozen=True)
class AgencyStanding:
    """An agency, the people at work in it, and how many of them have joined."""

    id: int
    name: str
    people: int
    joined: int


async def standing_by_agency(session: Session) -> list[AgencyStanding]:
    """Count the people of every agency that has some, by name."""
    linked = and_(Link.employee_id == Employee.id, Link.closed_at.is_(None))
    rows = await session.execute(
        select(Unit.id, Unit.name, func.count(Employee.id), func.count(Link.id))
        .join(Employee, and_(Employee.agency_id == Unit.id, Employee.left_at.is_(None)))
        .outerjoin(Link, linked)
        .group_by(Unit.id)
        .order_by(Unit.name_key)
    )
    return [AgencyStanding(*row) for row in rows]


@dataclass(frozen=True)
class Placed:
    """Somebody at work and where."""

    id: int
    full_name: str
    nip: str
    unit: str


async def placed(session: Session, agencies: Sequence[int]) -> list[Placed]:
    """List the people at work in these agencies, by unit and name."""
    rows = await session.execute(
        select(Employee.id, Employee.full_name, Employee.nip, Unit.name)
        .join(Unit, Unit.id == Employee.unit_id)
        .where(Employee.agency_id.in_(agencies), Employee.left_at.is_(None))
        .order_by(Unit.name_key, Employee.full_name, Employee.id)
    )
    return [Placed(*row) for row in rows]
