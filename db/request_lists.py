"""Lists of requests: a person's own, and the office's with what is late first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select

from db.engine import Session
from db.models import Employee, Request, Unit


async def of_person(session: Session, employee_id: int, since: datetime | None = None) -> list[Request]:
    """List a person's requests: those that wait first, then the newest; with `since`, none from before."""
    waiting = case((Request.state == "open", 0), else_=1)
    found = select(Request).where(Request.employee_id == employee_id).order_by(waiting, Request.id.desc())
    return list(await session.scalars(found.where(Request.opened_at >= since) if since else found))


@dataclass(frozen=True)
class Counts:
    """How many requests wait: all, an officer's own, nobody's, and those past their date."""

    everything: int
    mine: int
    unowned: int
    late: int


async def counts(session: Session, officer_id: int, today: date) -> Counts:
    """Count what waits, as an officer sees it; the officer's own questions are left out."""
    mine, nobodys = Request.owner_id == officer_id, Request.owner_id.is_(None)
    late = Request.promised_on < today
    row = (
        await session.execute(
            select(
                func.count(),
                func.count(case((mine, 1))),
                func.count(case((nobodys, 1))),
                func.count(case((late, 1))),
            ).where(Request.state == "open", Request.employee_id != officer_id)
        )
    ).one()
    everything, own, unowned, past = row
    return Counts(everything, own, unowned, past)


async def waiting(session: Session, officer_id: int, which: str, today: date) -> list[Request]:
    """List what waits, late ones first, the officer's own before others: `mine`, `unowned`, or everything."""
    chosen: dict[str, list[Any]] = {"mine": [Request.owner_id == officer_id], "unowned": [Request.owner_id.is_(None)]}
    late = case((Request.promised_on < today, 0), else_=1)
    mine = case((Request.owner_id == officer_id, 0), else_=1)
    found = (
        select(Request)
        .where(Request.state == "open", Request.employee_id != officer_id, *chosen.get(which, []))
        .order_by(late, mine, Request.promised_on, Request.id)
    )
    return list(await session.scalars(found))


@dataclass(frozen=True)
class Asker:
    """Who asked, as the office may see it: the name and the unit."""

    name: str
    sex: str | None
    unit: str
    phone_sealed: bytes | None


async def asker(session: Session, request: Request) -> Asker:
    """Tell who asked; a read of somebody's data, which the caller audits."""
    found = select(Employee, Unit.name).join(Unit, Unit.id == Employee.unit_id)
    who, unit = (await session.execute(found.where(Employee.id == request.employee_id))).one()
    return Asker(who.full_name, who.sex, unit, who.phone_sealed)


async def late_by_owner(session: Session, today: date) -> dict[int | None, int]:
    """Count what is past its date, by owner."""
    rows = await session.execute(
        select(Request.owner_id, func.count())
        .where(Request.state == "open", Request.promised_on < today)
        .group_by(Request.owner_id)
    )
    return {owner: int(late) for owner, late in rows}
