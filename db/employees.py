"""How many people the roster holds, and how many of them have joined."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, false, func, or_, select

from db.engine import Session
from db.models import Employee, Link, Unit

CONFIRMED = 2
"""The level from which letters and own data open (DESIGN §4)."""


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
