"""Roles: who holds which, where; granted by an admin, never to oneself nor to somebody unconfirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, or_, select

from db import audit
from db.engine import Session
from db.errors import DomainError, NotAllowed, NotFound
from db.models import Employee, Link, OfficerLock, RoleGrant, Unit
from db.nip import DIGITS
from db.people import ROLES, holders

CONFIRMED_LEVEL = 2
FOUND_AT_MOST = 10
OPERATOR = "unit_operator"

RANKS = {"admin": 3, "officer": 2, "analyst": 2, "counsellor": 2, "leader": 2, OPERATOR: 1}
"""Nobody touches the link, slip or role of somebody above them: a new account would take the role over."""


class RoleUnknown(DomainError):
    """There is no such role (`role`); `roles` are those there are."""


class RoleHeldAlready(DomainError):
    """The person holds this role there already."""


class GrantToSelf(DomainError):
    """Nobody grants to, confirms or decides about themselves."""


class AboveOwnLevel(DomainError):
    """The person holds a role above that of who acts."""


class HolderNotConfirmed(DomainError):
    """A role needs a confirmed link (level 2), and this person has none."""


class UnitNeeded(DomainError):
    """A unit operator's role holds for a unit, and none was named."""


class LastAdmin(DomainError):
    """Without this one nobody could grant any more."""


@dataclass(frozen=True)
class Officer:
    """Somebody with roles: the grants that have not ended, with their units, and whether a lock stands."""

    employee: Employee
    grants: tuple[tuple[RoleGrant, Unit | None], ...]
    locked: bool


async def rank_of(session: Session, employee_id: int) -> int:
    """Give the highest rank of the roles granted to somebody, also of those that do not work yet; 0 without any."""
    granted = await session.scalars(
        select(RoleGrant.role).where(RoleGrant.employee_id == employee_id, RoleGrant.ended_at.is_(None))
    )
    return max((RANKS.get(role, 0) for role in granted), default=0)


async def above(session: Session, rank: int) -> set[int]:
    """Name everybody who was granted a role above a rank."""
    higher = [role for role, place in RANKS.items() if place > rank]
    rows = await session.scalars(
        select(RoleGrant.employee_id).where(RoleGrant.ended_at.is_(None), RoleGrant.role.in_(higher))
    )
    return set(rows)


async def refuse_above(session: Session, by: int, employee_id: int) -> None:
    """Refuse an act on somebody's link: raises `GrantToSelf` on oneself, `AboveOwnLevel` on somebody above."""
    if by == employee_id:
        raise GrantToSelf
    if await rank_of(session, employee_id) > await rank_of(session, by):
        raise AboveOwnLevel


async def judge_grant(session: Session, employee_id: int, role: str, unit_id: int | None, by: int | None) -> None:
    """Refuse a grant that breaks a rule; `by` None is the shell, where the role may wait for the person to join.

    Raises `RoleUnknown`, `UnitNeeded`, `RoleHeldAlready`; for officers also `NotAllowed` (no admin), `GrantToSelf` and
    `HolderNotConfirmed`.
    """
    if role not in ROLES:
        raise RoleUnknown(role=role, roles=list(ROLES))
    if (role == OPERATOR) != (unit_id is not None):
        raise UnitNeeded
    if by is not None:
        if by not in {one.id for one in await holders(session, "admin")}:
            raise NotAllowed
        if by == employee_id:
            raise GrantToSelf
        if not await session.scalar(select(exists().where(_confirmed(employee_id)))):
            raise HolderNotConfirmed
    same_unit = RoleGrant.unit_id.is_(None) if unit_id is None else RoleGrant.unit_id == unit_id
    held = exists().where(
        RoleGrant.employee_id == employee_id, RoleGrant.role == role, same_unit, RoleGrant.ended_at.is_(None)
    )
    if await session.scalar(select(held)):
        raise RoleHeldAlready


def _confirmed(employee_id: int) -> ColumnElement[bool]:
    return (
        (Link.employee_id == employee_id)
        & Link.closed_at.is_(None)
        & Link.frozen_at.is_(None)
        & (Link.level >= CONFIRMED_LEVEL)
    )


async def grant(
    session: Session,
    employee_id: int,
    role: str,
    *,
    unit_id: int | None = None,
    by: int | None,
    now: datetime,
    via: audit.Via = "chat",
) -> RoleGrant:
    """Grant a role; raises what `judge_grant` raises. An admin's grant comes here only after a second admin's word."""
    await judge_grant(session, employee_id, role, unit_id, by)
    made = RoleGrant(employee_id=employee_id, role=role, unit_id=unit_id, granted_by=by, granted_at=now)
    session.add(made)
    await session.flush()
    await audit.write(
        session, "role.grant", at=now, subject="employee", subject_id=employee_id, actor_id=by, via=via, role=role,
        unit=unit_id,
    )  # fmt: skip
    return made


async def end(session: Session, grant_id: int, by: int, now: datetime) -> RoleGrant:
    """End a role; raises `NotFound` when it has ended, `LastAdmin` when nobody could grant any more."""
    held = await session.get(RoleGrant, grant_id, with_for_update=True, populate_existing=True)
    if held is None or held.ended_at is not None:
        raise NotFound
    if held.role == "admin":
        await _keep_an_admin(session, held.employee_id)
    held.ended_at, held.end_reason = now, "ended"
    await audit.write(
        session, "role.end", at=now, subject="employee", subject_id=held.employee_id, actor_id=by, role=held.role
    )
    return held


async def lock(session: Session, employee_id: int, by: int, now: datetime) -> None:
    """Let no role of somebody work until an admin unlocks; raises `LastAdmin`. Locked already: nothing changes."""
    await _keep_an_admin(session, employee_id)
    if not await is_locked(session, employee_id):
        session.add(OfficerLock(employee_id=employee_id, locked_by=by, locked_at=now))
        await audit.write(session, "role.lock", at=now, subject="employee", subject_id=employee_id, actor_id=by)


async def unlock(session: Session, employee_id: int, by: int, now: datetime) -> None:
    """Let somebody's roles work again; raises `GrantToSelf` on oneself, `NotFound` when no lock stands."""
    if by == employee_id:
        raise GrantToSelf
    standing = (await session.scalars(select(OfficerLock).where(_lock_on(employee_id)))).all()
    if not standing:
        raise NotFound
    for one in standing:
        one.unlocked_at = now
    await audit.write(session, "role.unlock", at=now, subject="employee", subject_id=employee_id, actor_id=by)


async def is_locked(session: Session, employee_id: int) -> bool:
    """Tell whether an admin's lock stands on somebody."""
    return bool(await session.scalar(select(exists().where(_lock_on(employee_id)))))


def _lock_on(employee_id: int) -> ColumnElement[bool]:
    return (OfficerLock.employee_id == employee_id) & OfficerLock.unlocked_at.is_(None)


async def _keep_an_admin(session: Session, employee_id: int) -> None:
    admins = {one.id for one in await holders(session, "admin")}
    if admins == {employee_id}:
        raise LastAdmin


async def officers(session: Session) -> list[Officer]:
    """List everybody with a role that has not ended, by name."""
    found = await session.scalars(
        select(Employee)
        .where(exists().where(RoleGrant.employee_id == Employee.id, RoleGrant.ended_at.is_(None)))
        .order_by(Employee.full_name, Employee.id)
    )
    return [await officer(session, one.id) for one in found]


async def officer(session: Session, employee_id: int) -> Officer:
    """Give somebody with the roles they hold; raises `NotFound` when there is no such person at work."""
    employee = await session.get(Employee, employee_id)
    if employee is None or employee.left_at is not None:
        raise NotFound
    rows = await session.execute(
        select(RoleGrant, Unit)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.employee_id == employee_id, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    )
    grants = tuple((held, unit) for held, unit in rows)
    return Officer(employee, grants, await is_locked(session, employee_id))


async def search(session: Session, words: str, scope: Sequence[str] | None = None) -> list[Employee]:
    """Find people at work by a part of the name, or by the whole number; at most ten, by name.

    `scope`: paths of the subtrees they are looked for in; None: everywhere.
    """
    digits = "".join(words.split())
    by_number = len(digits) == DIGITS and digits.isdigit()
    named = func.lower(Employee.full_name).contains(words.strip().lower(), autoescape=True)
    where = [] if scope is None else [or_(false(), *(Unit.path.startswith(path) for path in scope))]
    found = await session.scalars(
        select(Employee)
        .join(Unit, Unit.id == Employee.unit_id)
        .where(Employee.left_at.is_(None), Employee.nip == digits if by_number else named, *where)
        .order_by(Employee.full_name, Employee.id)
        .limit(FOUND_AT_MOST)
    )
    return list(found)


async def keepers(session: Session, path: str, *, without: int | None = None) -> list[int]:
    """Name who looks after the people of a unit: its unit operators who can be reached, else all officers."""
    over = select(RoleGrant.employee_id).join(Unit, Unit.id == RoleGrant.unit_id).where(
        RoleGrant.role == OPERATOR, RoleGrant.ended_at.is_(None),
        or_(*(Unit.path == above_it for above_it in _line(path))),
    )  # fmt: skip
    named = set(await session.scalars(over))
    ids = [one.id for one in await holders(session, OPERATOR) if one.id in named and one.id != without]
    return ids or [one.id for one in await holders(session, "officer") if one.id != without]


def _line(path: str) -> list[str]:
    """List the paths from the agency down to a unit: `/1/7/` gives `/1/` and `/1/7/`."""
    steps = path.strip("/").split("/")
    return ["/" + "/".join(steps[: count + 1]) + "/" for count in range(len(steps))]
