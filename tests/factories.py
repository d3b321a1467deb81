"""What a test needs to find already there: units, employees, links, roles; valid by default, all invented."""

from datetime import date, datetime
from itertools import count

from sqlalchemy import select

from db.engine import Session, keys_of
from db.models import Chat, Employee, EmployeeNumber, Link, RoleGrant, Unit

SERIAL = count(1)


def key_of(name: str) -> str:
    """Give the key under which a unit's name is known."""
    return " ".join(name.casefold().split())


async def unit(session: Session, agency: str = "Dinas Contoh", name: str | None = None) -> Unit:
    """Find or make an agency, or a unit below it."""
    above = await session.scalar(select(Unit).where(Unit.parent_id.is_(None), Unit.name_key == key_of(agency)))
    if above is None:
        above = Unit(name=agency, name_key=key_of(agency), path="")
        session.add(above)
        await session.flush()
        above.path = f"/{above.id}/"
    if name is None:
        return above
    found = await session.scalar(select(Unit).where(Unit.parent_id == above.id, Unit.name_key == key_of(name)))
    if found is None:
        found = Unit(name=name, name_key=key_of(name), parent_id=above.id, path="")
        session.add(found)
        await session.flush()
        found.path = f"{above.path}{found.id}/"
        await session.flush()
    return found


def a_nip(serial: int) -> str:
    """Give an invented NIP: serials from 900 on are DATA FIKTIF, the day and month make room for many."""
    extra, last = divmod(serial, 100)
    return f"1980{1 + extra // 28 % 12:02d}{1 + extra % 28:02d}2005012{900 + last:03d}"


async def employee(
    session: Session,
    name: str = "Rina Contoh",
    *,
    agency: str = "Dinas Contoh",
    unit_name: str = "Bidang Pelayanan",
    phone: str | None = None,
    sex: str = "F",
    at: datetime,
) -> Employee:
    """Make an employee of a unit; `phone` in the form +628…."""
    below = await unit(session, agency, unit_name)
    seal = keys_of(session).seal("phone")
    nip = a_nip(next(SERIAL))
    made = Employee(
        nip=nip,
        full_name=name,
        sex=sex,
        employment_type="permanent_servant",
        grade="III/a",
        position_kind="pelaksana",
        position_name="Penelaah Teknis Kebijakan",
        position_date=date(2022, 1, 1),
        unit_id=below.id,
        agency_id=below.parent_id or below.id,
        phone_sealed=seal.close(phone) if phone else None,
        phone_digest=seal.digest(phone) if phone else None,
        updated_at=at,
    )
    session.add(made)
    await session.flush()
    session.add(EmployeeNumber(nip=nip, employee_id=made.id, since=at))
    await session.flush()
    return made


async def link(
    session: Session, who: Employee, chat_id: int, *, at: datetime, level: int = 2, generation: int = 1
) -> Link:
    """Link an employee to a chat that has already written to us."""
    if await session.get(Chat, chat_id) is None:
        session.add(Chat(chat_id=chat_id, language="id", first_seen=at, last_seen=at))
    made = Link(
        employee_id=who.id,
        chat_id=chat_id,
        generation=generation,
        level=level,
        way="slip" if level > 1 else "contact",
        linked_at=at,
        level_at=at,
    )
    session.add(made)
    await session.flush()
    return made


async def relink(session: Session, who: Employee, chat_id: int, *, at: datetime) -> Link:
    """Give an employee another account, as after a claim that was passed on."""
    old = await session.scalar(select(Link).where(Link.employee_id == who.id, Link.closed_at.is_(None)))
    assert old is not None
    old.closed_at, old.closed_reason = at, "passed"
    await session.flush()
    return await link(session, who, chat_id, at=at, generation=old.generation + 1)


async def rephone(session: Session, who: Employee, phone: str) -> None:
    """Give an employee another number in the roster, as an import does."""
    known, seal = await session.get(Employee, who.id), keys_of(session).seal("phone")
    assert known is not None
    known.phone_sealed, known.phone_digest = seal.close(phone), seal.digest(phone)


async def role(session: Session, who: Employee, name: str, *, at: datetime, over: Unit | None = None) -> RoleGrant:
    """Give an employee a role, long ago and by the shell."""
    made = RoleGrant(employee_id=who.id, role=name, unit_id=over.id if over else None, granted_at=at)
    session.add(made)
    await session.flush()
    return made
