"""What an operator or officer does with links: list the new ones, confirm, reject, decide between two accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from db import audit, links
from db.engine import Session
from db.errors import NotFound
from db.links import BY_SLIP, LEVEL_OF, LinkFrozen
from db.models import Employee, Link, LinkClaim, Unit
from db.surveys import origins

KEPT, PASSED, SUPERSEDED = "kept", "passed", "superseded"

Scope = Sequence[str] | None
"""Paths of the subtrees somebody may see; None: everywhere."""


@dataclass(frozen=True)
class LinkCase:
    """A link with its person and unit, as an operator looks at it."""

    link: Link
    employee: Employee
    unit: Unit


@dataclass(frozen=True)
class ClaimCase:
    """A second account's claim, with the link it contests."""

    claim: LinkClaim
    employee: Employee
    unit: Unit
    link: Link | None


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Give the condition that a unit lies in one of these subtrees."""
    if scope is None:
        return Unit.id.is_not(None)
    return or_(false(), *(Unit.path.startswith(path) for path in scope))


def _new(scope: Scope) -> Select[Link, Employee, Unit]:
    return (
        select(Link, Employee, Unit)
        .join(Employee, Employee.id == Link.employee_id)
        .join(Unit, Unit.id == Employee.unit_id)
        .where(Link.closed_at.is_(None), Link.frozen_at.is_(None), Link.level < LEVEL_OF[BY_SLIP], in_scope(scope))
    )


def _contested(scope: Scope) -> Select[LinkClaim, Employee, Unit]:
    return (
        select(LinkClaim, Employee, Unit)
        .join(Employee, Employee.id == LinkClaim.employee_id)
        .join(Unit, Unit.id == Employee.unit_id)
        .where(LinkClaim.decided_at.is_(None), in_scope(scope))
    )


async def new_links(session: Session, scope: Scope) -> list[LinkCase]:
    """List links that wait for `Sahkan`, the longest waiting first."""
    return [LinkCase(*row) for row in await session.execute(_new(scope).order_by(Link.linked_at, Link.id))]


async def new_count(session: Session, scope: Scope) -> int:
    """Count the links that wait for `Sahkan`."""
    return await session.scalar(select(func.count()).select_from(_new(scope).subquery())) or 0


async def new_link(session: Session, link_id: int) -> LinkCase:
    """Give one waiting link, held; raises `NotFound` when it was dealt with, `LinkFrozen` when it is contested."""
    link = await session.get(Link, link_id, with_for_update=True, populate_existing=True)
    if link is None or link.closed_at is not None or link.level >= LEVEL_OF[BY_SLIP]:
        raise NotFound
    if link.frozen_at is not None:
        raise LinkFrozen
    employee = await session.get_one(Employee, link.employee_id)
    return LinkCase(link, employee, await links.unit_of(session, employee))


async def confirm(session: Session, link: Link, by: int, now: datetime) -> None:
    """Raise a waiting link to level 2 on somebody's word; what it answered before counts from now on."""
    link.level, link.confirmed_by, link.level_at = LEVEL_OF[BY_SLIP], by, now
    await origins.confirmed(session, link.employee_id, link.generation)
    await audit.write(
        session, "link.confirm", at=now, subject="employee", subject_id=link.employee_id, actor_id=by,
        generation=link.generation,
    )  # fmt: skip


async def claims(session: Session, scope: Scope) -> list[ClaimCase]:
    """List claims that wait for a decision, the oldest first."""
    rows = (await session.execute(_contested(scope).order_by(LinkClaim.id))).all()
    return [ClaimCase(*row, await links.open_link(session, row[1].id)) for row in rows]


async def claim_count(session: Session, scope: Scope) -> int:
    """Count the claims that wait for a decision."""
    return await session.scalar(select(func.count()).select_from(_contested(scope).subquery())) or 0


async def claim(session: Session, claim_id: int) -> ClaimCase:
    """Give one open claim, held; raises `NotFound` when it was decided."""
    found = await session.get(LinkClaim, claim_id, with_for_update=True, populate_existing=True)
    if found is None or found.decided_at is not None:
        raise NotFound
    employee = await session.get_one(Employee, found.employee_id)
    unit = await links.unit_of(session, employee)
    return ClaimCase(found, employee, unit, await links.open_link(session, employee.id))


async def keep_old(session: Session, case: ClaimCase, by: int, now: datetime) -> None:
    """Leave the employee with the account they had; it thaws when no other claim is open."""
    await _decide(session, case.claim, KEPT, by, now)
    others = await session.scalar(
        select(func.count()).select_from(
            select(LinkClaim.id)
            .where(LinkClaim.employee_id == case.employee.id, LinkClaim.decided_at.is_(None))
            .subquery()
        )
    )
    if case.link is not None and not others:
        case.link.frozen_at = None
        await session.flush()


async def pass_on(session: Session, case: ClaimCase, by: int, now: datetime) -> list[int]:
    """Give the employee to the claiming account at level 2, on the decider's word.

    The old link closes, every other claim with it; returns the chats of those other claimants, to be told.
    """
    await _decide(session, case.claim, PASSED, by, now)
    others = (
        await session.scalars(
            select(LinkClaim).where(LinkClaim.employee_id == case.employee.id, LinkClaim.decided_at.is_(None))
        )
    ).all()
    for other in others:
        await _decide(session, other, SUPERSEDED, by, now)
    if case.link is not None:
        await links.close(session, case.link, PASSED, by, now)
    elsewhere = await links.link_of_chat(session, case.claim.chat_id)
    if elsewhere is not None:
        if elsewhere.level >= LEVEL_OF[BY_SLIP]:
            raise links.AccountTaken
        await links.close(session, elsewhere, "other_person", by, now)
    await links.open_for(
        session, case.employee.id, case.claim.chat_id, way=case.claim.way, level=LEVEL_OF[BY_SLIP], now=now, by=by
    )
    return [other.chat_id for other in others]


async def _decide(session: Session, one: LinkClaim, decision: str, by: int, now: datetime) -> None:
    one.decided_by, one.decided_at, one.decision = by, now, decision
    await session.flush()
    await audit.write(session, f"claim.{decision}", at=now, subject="employee", subject_id=one.employee_id, actor_id=by)


async def not_joined(session: Session, unit_id: int) -> list[tuple[Employee, Unit]]:
    """List the people of a unit's subtree who have not joined, by unit and name, for their slips."""
    top = select(Unit.path).where(Unit.id == unit_id).scalar_subquery()
    linked = select(Link.employee_id).where(Link.closed_at.is_(None))
    rows = await session.execute(
        select(Employee, Unit)
        .join(Unit, Unit.id == Employee.unit_id)
        .where(Unit.path.startswith(top), Employee.left_at.is_(None), Employee.id.not_in(linked))
        .order_by(Unit.name_key, Employee.full_name, Employee.id)
    )
    return [(employee, unit) for employee, unit in rows]
