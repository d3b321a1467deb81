"""Who answers a request: officers and counsellors in turn, by how much each has open; and passing it on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from db import outbox
from db.engine import Session
from db.models import Employee, Request
from db.people import holders

ANSWERING = ("officer", "counsellor")
"""The roles that answer."""


async def possible(session: Session, asker_id: int) -> list[Employee]:
    """List who may own a request: those with an answering role, never the person who asks."""
    return [one for one in await holders(session, *ANSWERING) if one.id != asker_id]


async def assign(session: Session, request: Request, notice: str, now: datetime) -> None:
    """Give a request to whoever has the least open and was last given something longest ago, and tell them.

    With nobody who could own it, it stays unowned: whoever gets an answering role sees it, and a tick assigns it.
    """
    choice = await possible(session, request.employee_id)
    request.owner_id = await _next_in_turn(session, [one.id for one in choice]) if choice else None
    await session.flush()
    if request.owner_id is not None:
        await tell(session, request, request.owner_id, notice, now)


async def _next_in_turn(session: Session, choice: Sequence[int]) -> int:
    loads = await session.execute(
        select(Request.owner_id, func.count(), func.max(Request.id))
        .where(Request.owner_id.in_(choice), Request.state == "open")
        .group_by(Request.owner_id)
    )
    known = {owner: (count, newest) for owner, count, newest in loads}
    return min(choice, key=lambda one: (*known.get(one, (0, 0)), one))


async def tell(session: Session, request: Request, officer_id: int, notice: str, now: datetime) -> None:
    """Leave an officer a notice of a request: number and date, nothing of what it says."""
    await outbox.queue(
        session,
        notice,
        {"request": request.id, "number": request.number, "promised": request.promised_on.isoformat()},
        employee_id=officer_id,
        lane=outbox.Lane.REPLIES,
        due_at=now,
        unique_key=f"{notice}:{request.id}:{request.reopened}:{officer_id}:{now.timestamp():.0f}",
    )


async def pass_on(session: Session, employee_id: int, now: datetime) -> int:
    """Give the open requests of somebody who answers no more to others; their dates stand. Return how many.

    To be called when a role has ended or a lock was set, in the same transaction; who still answers keeps them. A tick
    finds what was missed.
    """
    if employee_id in {one.id for one in await holders(session, *ANSWERING)}:
        return 0
    mine = select(Request).where(Request.owner_id == employee_id, Request.state == "open").order_by(Request.promised_on)
    requests = list(await session.scalars(mine.with_for_update()))
    for request in requests:
        request.owner_id = None
    await session.flush()
    for request in requests:
        await assign(session, request, "follow_up/passed_on", now)
    return len(requests)


async def settle_owners(session: Session, now: datetime) -> int:
    """Give every open request an owner who can answer: those without one, and those whose owner cannot any more."""
    able = [one.id for one in await holders(session, *ANSWERING)]
    if not able:
        return 0
    open_ones = select(Request).where(Request.state == "open", Request.owner_id.is_(None) | ~Request.owner_id.in_(able))
    moved = 0
    for request in await session.scalars(open_ones.order_by(Request.promised_on, Request.id).with_for_update()):
        before = request.owner_id
        await assign(session, request, "follow_up/passed_on", now)
        moved += request.owner_id != before
    return moved
