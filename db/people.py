"""Who is behind a chat: the open link, its level, and the roles that work right now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select, update

from db.engine import Session
from db.models import Chat, Employee, Link, OfficerLock, RoleGrant, Unit
from db.models.base import table
from db.sqlite import brief

CONFIRMED = 2
"""The level of identity at which roles work: a slip, or the unit operator's word."""

SEEN = timedelta(minutes=1)
"""How exactly it is noted when somebody was here: not at every tap."""

LANGUAGE = "id"
"""What a chat speaks until somebody says otherwise."""

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
class Known:
    """What the counter knows of an employee without asking: who they are, and how they are addressed."""

    id: int
    full_name: str
    sex: str | None = None
    employment_type: str = ""
    position_kind: str | None = None
    has_phone: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody in a private chat: a stranger (level 0), linked by phone (1), or confirmed (2)."""

    chat_id: int
    language: str = "id"
    employee: Known | None = None
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


_chats, _links, _employees = table(Chat).c, table(Link).c, table(Employee).c
_grants, _units, _locks = table(RoleGrant).c, table(Unit).c, table(OfficerLock).c


def with_person(asked: Select[Any], chat: ColumnElement[int]) -> Select[Any]:
    """Let a statement tell who is behind a chat, too: a row for each role held, or one; `person_of` reads them.

    Of the chats' own table nothing is joined: whoever asks has it in the statement.
    """
    held = and_(
        _grants.employee_id == _employees.id,
        _grants.ended_at.is_(None),
        _links.level >= CONFIRMED,
        _links.frozen_at.is_(None),
        ~exists().where(_locks.employee_id == _grants.employee_id, _locks.unlocked_at.is_(None)),
    )
    return (
        asked.add_columns(
            _chats.chat_id.label("known_chat"),
            _chats.language,
            _chats.last_seen,
            _chats.unreachable,
            _links.level,
            _links.generation,
            _links.frozen_at,
            _links.linked_at,
            _employees.id.label("employee_id"),
            _employees.full_name,
            _employees.sex,
            _employees.employment_type,
            _employees.position_kind,
            _employees.phone_sealed.is_not(None).label("has_phone"),
            _grants.role,
            _grants.unit_id,
            _units.path,
        )
        .outerjoin(table(Link), and_(_links.chat_id == chat, _links.closed_at.is_(None)))
        .outerjoin(table(Employee), and_(_employees.id == _links.employee_id, _employees.left_at.is_(None)))
        .outerjoin(table(RoleGrant), held)
        .outerjoin(table(Unit), _units.id == _grants.unit_id)
        .order_by(_grants.id)
    )


_behind = with_person(select(), _chats.chat_id).where(_chats.chat_id == bindparam("of_chat"))
"""Made once: making a statement takes longer than running it."""


def person_of(chat_id: int, rows: Sequence[Any]) -> Person:
    """Give the person behind a chat from the rows of a statement made by `with_person`."""
    row = rows[0]
    language = row.language or LANGUAGE
    if row.employee_id is None:
        return Person(chat_id, language)
    who = Known(
        row.employee_id, row.full_name, row.sex, row.employment_type, row.position_kind, has_phone=row.has_phone
    )  # fmt: skip
    roles = tuple(HeldRole(one.role, one.unit_id, one.path) for one in rows if one.role is not None)
    return Person(chat_id, language, who, row.level, row.generation, row.frozen_at is not None, roles, row.linked_at)


async def identify(session: Session, chat_id: int, now: datetime) -> Person:
    """Find out who is behind a chat, and note that they were here."""
    rows = (await session.execute(_behind, {"of_chat": chat_id})).all()
    if not rows:
        await note_here(session, chat_id, None, now)
        rows = (await session.execute(_behind, {"of_chat": chat_id})).all()
    await note_here(session, chat_id, rows[0], now)
    return person_of(chat_id, rows)


async def note_here(session: Session, chat_id: int, row: Any, now: datetime) -> None:
    """Note that somebody was here; `row` is of a statement made by `with_person`, None at the very first time.

    Whoever writes to us can be written to.
    """
    if row is None or row.known_chat is None:
        session.add(Chat(chat_id=chat_id, language=LANGUAGE, first_seen=now, last_seen=now))
        await session.flush()
    elif row.unreachable is not None or not timedelta() <= now - row.last_seen < SEEN:
        await session.execute(_seen, {"of_chat": chat_id, "seen": now})


_seen = (
    brief(update(table(Chat)))
    .where(_chats.chat_id == bindparam("of_chat"))
    .values(unreachable=None, last_seen=bindparam("seen"))
)


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
        session.add(
            Chat(chat_id=chat_id, language=LANGUAGE, first_seen=now, last_seen=now, unreachable=unreachable)
        )  # fmt: skip
    else:
        chat.unreachable = unreachable
