"""Who is behind a chat: the open link, its level, and the roles that work right now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select

from db.engine import Session
from db.models import Chat, Employee, Link, OfficerLock, RoleGrant, Unit

CONFIRMED = 2
"""The level of identity at which roles work: a slip, or the unit operator's word."""

SEEN = timedelta(minutes=1)
"""How exactly it is noted when somebody was here: not at every tap."""

ROLES = ("admin", "officer", "analyst", "counsellor", "unit_operator", "leader")


@dataclass(frozen=True)
class HeldRole:
    """A role and where it holds; `unit_path` None means everywhere."""

    name: str
    unit_id: int | None = None
    unit_path: str | None = None

    def covers(self, path: str) -> bool:
        """Tell whether a unit's path lies in the subtree of this role."""
        return self.unit_path is None or path.startswith(self.unit_path)


@dataclass(frozen=True)
class Person:
    """Somebody in a private chat: a stranger (level 0), linked by phone (1), or confirmed (2)."""

    chat_id: int
    language: str = "id"
    employee: Employee | None = None
    level: int = 0
    generation: int = 0
    frozen: bool = False
    roles: tuple[HeldRole, ...] = ()
    linked_at: datetime | None = None

    @property
    def own_since(self) -> datetime | None:
        """From when on what is the employee's is certainly this account's, too; None: all of it."""
        return None if self.level >= CONFIRMED else self.linked_at

    @property
    def employee_id(self) -> int:
        """Give the employee's id; only asked behind a right that needs a link."""
        assert self.employee is not None
        return self.employee.id

    def has(self, *names: str) -> bool:
        """Tell whether one of the named roles is held."""
        return any(role.name in names for role in self.roles)

    def covers(self, path: str, *names: str) -> bool:
        """Tell whether one of the named roles is held over a unit's path."""
        return any(role.name in names and role.covers(path) for role in self.roles)


_behind = (
    select(Link, Employee)
    .join(Employee, Employee.id == Link.employee_id)
    .where(Link.chat_id == bindparam("of_chat"), Link.closed_at.is_(None), Employee.left_at.is_(None))
)
_locked = exists().where(OfficerLock.employee_id == RoleGrant.employee_id, OfficerLock.unlocked_at.is_(None))
_held = (
    select(RoleGrant.role, RoleGrant.unit_id, Unit.path)
    .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
    .where(RoleGrant.employee_id == bindparam("of_employee"), RoleGrant.ended_at.is_(None), ~_locked)
    .order_by(RoleGrant.id)
)
"""Made once: they run with every update, and making one takes as long as running it."""


async def identify(session: Session, chat_id: int, now: datetime) -> Person:
    """Find out who is behind a chat, and note that they were here."""
    chat = await session.get(Chat, chat_id)
    if chat is None:
        chat = Chat(chat_id=chat_id, language="id", first_seen=now, last_seen=now)
        session.add(chat)
    if not timedelta() <= now - chat.last_seen < SEEN:
        chat.last_seen = now
    chat.unreachable = None  # whoever writes to us can be written to
    row = (await session.execute(_behind, {"of_chat": chat_id})).first()
    if row is None:
        return Person(chat_id, chat.language)
    link, employee = row
    frozen = link.frozen_at is not None
    roles = await roles_of(session, employee.id) if link.level >= CONFIRMED and not frozen else ()
    return Person(chat_id, chat.language, employee, link.level, link.generation, frozen, roles, link.linked_at)


async def roles_of(session: Session, employee_id: int) -> tuple[HeldRole, ...]:
    """List the roles somebody holds; none while an admin's lock stands."""
    rows = await session.execute(_held, {"of_employee": employee_id})
    return tuple(HeldRole(role, unit_id, path) for role, unit_id, path in rows)


async def holders(session: Session, *roles: str) -> list[Employee]:
    """List who holds one of the roles over an open, confirmed, unfrozen link, in order of employee id."""
    locked = exists().where(OfficerLock.employee_id == Employee.id, OfficerLock.unlocked_at.is_(None))
    granted = exists().where(
        RoleGrant.employee_id == Employee.id, RoleGrant.ended_at.is_(None), RoleGrant.role.in_(roles)
    )
    linked = exists().where(
        Link.employee_id == Employee.id,
        Link.closed_at.is_(None),
        Link.level >= CONFIRMED,
        Link.frozen_at.is_(None),
    )
    found = await session.scalars(
        select(Employee).where(granted, linked, ~locked, Employee.left_at.is_(None)).order_by(Employee.id)
    )
    return list(found)


async def invited(session: Session, role: str) -> int:
    """Count who is at work, was granted a role, and has no open link yet."""
    granted = exists().where(RoleGrant.employee_id == Employee.id, RoleGrant.ended_at.is_(None), RoleGrant.role == role)
    linked = exists().where(Link.employee_id == Employee.id, Link.closed_at.is_(None))
    found = select(func.count()).select_from(Employee).where(granted, ~linked, Employee.left_at.is_(None))
    return await session.scalar(found) or 0


async def set_language(session: Session, chat_id: int, language: str) -> None:
    """Set the language of a chat."""
    chat = await session.get(Chat, chat_id)
    assert chat is not None
    chat.language = language


async def note_reach(session: Session, chat_id: int, unreachable: str | None, now: datetime) -> None:
    """Note that a chat was blocked (`blocked`, `deactivated`, `never_started`) or is open again (None)."""
    chat = await session.get(Chat, chat_id)
    if chat is None:
        session.add(Chat(chat_id=chat_id, language="id", first_seen=now, last_seen=now, unreachable=unreachable))
    else:
        chat.unreachable = unreachable
