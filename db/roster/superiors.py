"""Who is whose superior, as the roster's NIP ATASAN tells: a relation with dates, kept when it ends."""

from datetime import datetime

from sqlalchemy import insert, select, update

from db.engine import Session
from db.models import Employee, Superior
from db.roster.planning import Plan

CHUNK = 10_000
"""Ids in one statement; PostgreSQL takes 32,767 parameters."""


async def relate(session: Session, plan: Plan, now: datetime) -> None:
    """End relations that the file tells otherwise and begin the new ones. A file without the column says nothing."""
    if "superior" not in plan.judged.present:
        return
    ids = {row.nip: row.id for row in await session.execute(select(Employee.nip, Employee.id))}
    wanted = {
        ids[change.entry.nip.digits]: ids.get(change.entry.superior or "")
        for change in plan.changes
        if "superior" not in change.entry.unread
    }
    open_rows = await session.execute(
        select(Superior.id, Superior.employee_id, Superior.superior_id).where(Superior.until.is_(None))
    )
    ended = []
    for row in open_rows:
        if row.employee_id not in wanted:
            continue
        if wanted[row.employee_id] == row.superior_id:
            del wanted[row.employee_id]
        else:
            ended.append(row.id)
    for start in range(0, len(ended), CHUNK):
        those = ended[start : start + CHUNK]
        await session.execute(update(Superior).where(Superior.id.in_(those)).values(until=now))
    begun = [
        {"employee_id": employee, "superior_id": superior, "since": now}
        for employee, superior in wanted.items()
        if superior is not None and superior != employee
    ]
    if begun:
        await session.execute(insert(Superior), begun)
