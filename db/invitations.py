"""An invitation from the shell: a slip and, where asked, roles that work once the person has joined by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db import audit, roles, slips
from db.engine import Session
from db.errors import DomainError
from db.models import Employee, EmployeeNumber, Unit
from db.slips import Codes
from db.units import name_key


class NumberUnknown(DomainError):
    """Nobody at work has this number (NIP); it is not repeated, it must not reach a log."""


class UnitUnknown(DomainError):
    """No unit has this name (`name`)."""


class UnitAmbiguous(DomainError):
    """Several units have this name (`name`), in the agencies listed (`agencies`)."""


@dataclass(frozen=True)
class Invitation:
    """Whom to invite: the number as typed, roles, and for an operator the unit's name (default: the own agency)."""

    nip: str
    roles: Collection[str] = ()
    unit: str | None = None


async def invite(session: Session, wanted: Invitation, now: datetime, *, days: int) -> Codes:
    """Make a slip good for `days` days and grant the roles; a shell invite counts as nobody's.

    Raises `NumberUnknown`, `UnitUnknown`, `UnitAmbiguous`, `RoleUnknown`, `UnitNeeded`. A role held already stays.
    """
    employee = await _by_number(session, wanted.nip)
    if wanted.unit is not None and roles.OPERATOR not in wanted.roles:
        raise roles.UnitNeeded
    for role in dict.fromkeys(wanted.roles):
        over = await _over(session, employee, wanted.unit) if role == roles.OPERATOR else None
        try:
            await roles.grant(session, employee.id, role, unit_id=over, by=None, now=now, via="shell")
        except roles.RoleHeldAlready:
            continue
    codes = (await slips.make(session, [employee.id], None, now, days=days))[employee.id]
    await audit.write(session, "slips.invite", at=now, subject="employee", subject_id=employee.id, via="shell")
    return codes


async def _by_number(session: Session, typed: str) -> Employee:
    digits = "".join(sign for sign in typed if sign.isdigit())
    holder = select(EmployeeNumber.employee_id).where(EmployeeNumber.nip == digits)
    found: Employee | None = await session.scalar(
        select(Employee).where(Employee.id.in_(holder), Employee.left_at.is_(None))
    )
    if found is None:
        raise NumberUnknown
    return found


async def _over(session: Session, employee: Employee, name: str | None) -> int:
    if name is None:
        return employee.agency_id
    found = (await session.scalars(select(Unit).where(Unit.name_key == name_key(name)).order_by(Unit.id))).all()
    if not found:
        raise UnitUnknown(name=name)
    # An agency goes before units of the same name, the own agency's unit before others'.
    agencies = [unit for unit in found if unit.parent_id is None]
    own = [unit for unit in found if unit.path.startswith(f"/{employee.agency_id}/")]
    for likely in (agencies, own, found):
        if len(likely) == 1:
            return likely[0].id
    above = await session.scalars(
        select(Unit.name).where(Unit.id.in_({int(unit.path.split("/")[1]) for unit in found})).order_by(Unit.name_key)
    )
    raise UnitAmbiguous(name=name, agencies=list(above))
