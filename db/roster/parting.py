"""What ends when people leave the office or move within it: links, slips, roles, relations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.orm import aliased

from db.engine import Session, changed
from db.models import Employee, Link, RoleGrant, Slip, Superior, Unit
from db.roster.superiors import CHUNK

LEFT, MOVED = "left", "moved"


async def let_go(session: Session, people: Sequence[int], now: datetime) -> int:
    """Note that people have left: their links and slips close and their roles end; give the number of roles."""
    roles = 0
    for start in range(0, len(people), CHUNK):
        those = people[start : start + CHUNK]
        await session.execute(update(Employee).where(Employee.id.in_(those)).values(left_at=now, updated_at=now))
        for table in (Link, Slip):
            open_ones = update(table).where(table.employee_id.in_(those), table.closed_at.is_(None))
            await session.execute(open_ones.values(closed_at=now, closed_reason=LEFT))
        for side in (Superior.employee_id, Superior.superior_id):
            await session.execute(update(Superior).where(side.in_(those), Superior.until.is_(None)).values(until=now))
        open_roles = update(RoleGrant).where(RoleGrant.employee_id.in_(those), RoleGrant.ended_at.is_(None))
        roles += await _touched(session, open_roles.values(ended_at=now, end_reason=LEFT))
    return roles


async def lapse_moved(session: Session, moved: Sequence[int], elsewhere: Sequence[int], now: datetime) -> int:
    """End the roles of people who now work outside their role's subtree; give the number.

    `moved` are the people whose unit changed, `elsewhere` those among them whose agency did: a role without a unit
    belongs to the office its holder worked in, so it ends there.
    """
    holds, works = aliased(Unit), aliased(Unit)
    inside = (
        select(Employee.id)
        .join(works, works.id == Employee.unit_id)
        .join(holds, holds.id == RoleGrant.unit_id)
        .where(Employee.id == RoleGrant.employee_id, works.path.startswith(holds.path))
        .exists()
    )
    open_roles = update(RoleGrant).where(RoleGrant.ended_at.is_(None)).values(ended_at=now, end_reason=MOVED)
    roles = 0
    for start in range(0, len(moved), CHUNK):
        those = RoleGrant.employee_id.in_(moved[start : start + CHUNK])
        roles += await _touched(session, open_roles.where(those, RoleGrant.unit_id.is_not(None), ~inside))
    for start in range(0, len(elsewhere), CHUNK):
        those = RoleGrant.employee_id.in_(elsewhere[start : start + CHUNK])
        roles += await _touched(session, open_roles.where(those, RoleGrant.unit_id.is_(None)))
    return roles


async def _touched(session: Session, statement: Update) -> int:
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    return changed(result)
