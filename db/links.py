"""Links between employees and Telegram accounts: made, raised, confirmed, contested, passed on, closed.

An import never moves a link. Somebody who got another's old number meets the unit question; a link by phone whose
number the roster has changed since stays at level 1, and whoever confirms it is told so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from db import audit
from db.approvals import REPHONED
from db.engine import Session, keys_of
from db.errors import DomainError, NotFound
from db.models import AuditEntry, Employee, Link, LinkClaim, Unit
from db.surveys import origins

BY_PHONE, BY_SLIP = "contact", "slip"
LEVEL_OF = {BY_PHONE: 1, BY_SLIP: 2}
UNIT_TRIES = 2
"""Wrong units that close the way by phone for a person: the five stay the same, so more tries would give it away."""
UNIT_TRIES_KEPT = timedelta(days=30)
WRONG_UNIT = "join.wrong_unit"


class AccountTaken(DomainError):
    """This Telegram account is confirmed as somebody else's."""


class LinkFrozen(DomainError):
    """Two accounts say they are this person; an operator has to decide first."""


class Joined(StrEnum):
    """What came of somebody's `Ya, ini saya`."""

    LINKED = "linked"
    RAISED = "raised"
    ALREADY = "already"
    CLAIMED = "claimed"


@dataclass(frozen=True)
class Outcome:
    """What came of it, and the chat that had the employee before (a contested or closed link)."""

    joined: Joined
    former_chat: int | None = None


async def by_phone(session: Session, number: str) -> Employee | None:
    """Find whose number this is, as Telegram writes it; None when it is nobody's, or more than one person's."""
    digits = "".join(sign for sign in number if sign.isdigit())
    digest = keys_of(session).seal("phone").digest(f"+{digits}")
    found = (
        await session.scalars(select(Employee).where(Employee.phone_digest == digest, Employee.left_at.is_(None)))
    ).all()
    return found[0] if len(found) == 1 else None


async def unit_of(session: Session, employee: Employee) -> Unit:
    """Give the unit somebody works in."""
    unit = await session.get(Unit, employee.unit_id)
    assert unit is not None
    return unit


async def unit_choices(session: Session, employee: Employee, count: int) -> list[tuple[int, str]]:
    """Give `count` units, the person's own among them, as (id, name): the same for a person at every try.

    Fresh ones each time would give the own unit away to whoever asks twice: only that one would come again.
    """
    own = await unit_of(session, employee)
    seal = keys_of(session).seal("unit_choices")

    def place(unit_id: int, what: str) -> str:
        return seal.digest(f"{what}:{employee.id}:{unit_id}")

    staffed = select(Employee.unit_id).where(Employee.left_at.is_(None))
    rows = await session.execute(select(Unit.id, Unit.name, Unit.name_key).where(Unit.id.in_(staffed)))
    others = sorted((row for row in rows if row.name_key != own.name_key), key=lambda row: place(row.id, "picked"))
    by_name = {row.name_key: (row.id, row.name) for row in reversed(others)}
    kept = [by_name.pop(row.name_key) for row in others if row.name_key in by_name][: count - 1]
    return sorted([*kept, (own.id, own.name)], key=lambda unit: place(unit[0], "laid"))


async def wrong_unit(session: Session, employee: Employee, now: datetime) -> None:
    """Note that somebody with this person's number named another unit."""
    await audit.write(session, WRONG_UNIT, at=now, subject="employee", subject_id=employee.id)


async def phone_way_open(session: Session, employee: Employee, now: datetime) -> bool:
    """Tell whether this person may still be joined by phone, or too many wrong units were named lately."""
    wrong = await session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.act == WRONG_UNIT,
            AuditEntry.subject == "employee",
            AuditEntry.subject_id == employee.id,
            AuditEntry.at > now - UNIT_TRIES_KEPT,
        )
    )
    return (wrong or 0) < UNIT_TRIES


async def rephoned_since(session: Session, employee_id: int, since: datetime) -> bool:
    """Tell whether an import has changed a person's number since a moment."""
    found = await session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.act == REPHONED,
            AuditEntry.subject == "employee",
            AuditEntry.subject_id == employee_id,
            AuditEntry.at >= since,
        )
        .limit(1)
    )
    return found is not None


async def open_link(session: Session, employee_id: int) -> Link | None:
    """Give an employee's open link, held until the transaction ends."""
    found: Link | None = await session.scalar(
        select(Link).where(Link.employee_id == employee_id, Link.closed_at.is_(None)).with_for_update()
    )
    return found


async def link_of_chat(session: Session, chat_id: int) -> Link | None:
    """Give a chat's open link, held until the transaction ends."""
    found: Link | None = await session.scalar(
        select(Link).where(Link.chat_id == chat_id, Link.closed_at.is_(None)).with_for_update()
    )
    return found


async def join(session: Session, employee: Employee, chat_id: int, way: str, now: datetime) -> Outcome:
    """Link a chat to an employee who said `Ya, ini saya`, raise its level, or freeze what another account has.

    Raises `AccountTaken` when the chat is confirmed as somebody else, `LinkFrozen` while a claim is open on it.
    """
    theirs, mine = await open_link(session, employee.id), await link_of_chat(session, chat_id)
    if theirs is not None and theirs.chat_id == chat_id:
        return await _raise(session, theirs, way, now)
    if mine is not None and (mine.level >= LEVEL_OF[BY_SLIP] or mine.frozen_at is not None):
        raise AccountTaken
    if theirs is not None:
        await _claim(session, theirs, chat_id, way, now)
        return Outcome(Joined.CLAIMED, theirs.chat_id)
    if mine is not None:  # a number that was somebody else's before: the wrong link goes
        await close(session, mine, "other_person", None, now)
    await open_for(session, employee.id, chat_id, way=way, level=LEVEL_OF[way], now=now)
    return Outcome(Joined.LINKED, await former_chat(session, employee.id, chat_id))


async def _raise(session: Session, link: Link, way: str, now: datetime) -> Outcome:
    if link.frozen_at is not None:
        raise LinkFrozen
    if link.level >= LEVEL_OF[way]:
        return Outcome(Joined.ALREADY)
    link.level, link.way, link.level_at = LEVEL_OF[way], way, now
    await origins.confirmed(session, link.employee_id, link.generation)
    await _note(session, "link.raise", link, None, now)
    return Outcome(Joined.RAISED)


async def _claim(session: Session, link: Link, chat_id: int, way: str, now: datetime) -> None:
    if link.frozen_at is None:
        link.frozen_at = now
    same = select(LinkClaim.id).where(
        LinkClaim.employee_id == link.employee_id, LinkClaim.chat_id == chat_id, LinkClaim.decided_at.is_(None)
    )
    if await session.scalar(same) is None:
        session.add(LinkClaim(employee_id=link.employee_id, chat_id=chat_id, way=way, at=now))
        await _note(session, "link.claim", link, None, now)


async def open_for(
    session: Session, employee_id: int, chat_id: int, *, way: str, level: int, now: datetime, by: int | None = None
) -> Link:
    """Open a new generation of an employee's link; nothing queued for an older one reaches the new account."""
    last = await session.scalar(select(func.max(Link.generation)).where(Link.employee_id == employee_id))
    link = Link(
        employee_id=employee_id,
        chat_id=chat_id,
        generation=(last or 0) + 1,
        level=level,
        way=way,
        confirmed_by=by,
        linked_at=now,
        level_at=now,
    )
    session.add(link)
    await session.flush()
    await _note(session, "link.open", link, by, now)
    return link


async def close(session: Session, link: Link, reason: str, by: int | None, now: datetime) -> None:
    """Close a link: `rejected`, `passed`, `other_person`; what it answered unconfirmed goes with it."""
    link.closed_at, link.closed_reason = now, reason
    await origins.closed(session, link, now)
    await session.flush()
    await _note(session, f"link.{reason}", link, by, now)


async def _note(session: Session, act: str, link: Link, by: int | None, now: datetime) -> None:
    await audit.write(
        session,
        act,
        at=now,
        subject="employee",
        subject_id=link.employee_id,
        actor_id=by,
        generation=link.generation,
        level=link.level,
        way=link.way,
    )


async def somebody(session: Session, employee_id: int) -> Employee:
    """Give an employee who is at work; raises `NotFound` for one who left."""
    found = await session.get(Employee, employee_id)
    if found is None or found.left_at is not None:
        raise NotFound
    return found


async def former_chat(session: Session, employee_id: int, now_in: int) -> int | None:
    """Give the chat that had this employee before the present link, if it was another one."""
    chat: int | None = await session.scalar(
        select(Link.chat_id)
        .where(Link.employee_id == employee_id, Link.closed_at.is_not(None))
        .order_by(Link.generation.desc())
        .limit(1)
    )
    return None if chat == now_in else chat
