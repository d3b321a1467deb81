"""Consents given inside a survey: a row for each purpose, with the text that was agreed to."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update

from db.engine import Session
from db.models import Consent
from db.surveys.definition import AGREED, Definition, Kind, Question, Secrecy

LONGEST = 40
"""Characters of the column; the end of a longer purpose gives way to its digest."""
_DIGEST = 8


def purpose_of(definition: Definition, question: Question) -> str:
    """Name what is consented to: `survey:CODE` for answering at all, `survey:CODE:purpose` for what is inside."""
    whole = f"survey:{definition.code}" if question.gates else f"survey:{definition.code}:{question.purpose}"
    if len(whole) <= LONGEST:
        return whole
    return whole[: LONGEST - _DIGEST] + sha256(whole.encode()).hexdigest()[:_DIGEST]


def text_hash(question: Question) -> str:
    """Name the very text somebody agreed to, in both languages; a changed one asks again."""
    return sha256(f"{question.text.id}\0{question.text.en or ''}".encode()).hexdigest()


async def note(
    session: Session,
    definition: Definition,
    employee_id: int,
    changed: tuple[Mapping[str, Any], Mapping[str, Any]],
    *,
    secrecy: str,
    now: datetime,
) -> None:
    """Keep what answers changed about consents: a row for a new yes, its end for what is no yes any more.

    `changed`: the answers before and after. Of an anonymous survey only the yes to answering at all is kept.
    """
    before, after = changed
    for question in definition.questions:
        if question.kind is not Kind.CONSENT or before.get(question.code) == after.get(question.code):
            continue
        if secrecy == Secrecy.ANONYMOUS and not question.gates:
            continue
        await withdraw(session, employee_id, purpose_of(definition, question), now)
        if after.get(question.code) == AGREED:
            session.add(
                Consent(
                    employee_id=employee_id,
                    purpose=purpose_of(definition, question),
                    text_hash=text_hash(question),
                    given_at=now,
                )
            )


async def withdraw(session: Session, employee_id: int, purpose: str, now: datetime) -> bool:
    """End an open consent; tell whether there was one."""
    ended = await session.execute(
        update(Consent)
        .where(Consent.employee_id == employee_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .returning(Consent.id)
    )
    return ended.first() is not None


async def open_of(session: Session, employee_id: int, purpose: str) -> Consent | None:
    """Give the consent that holds now, if any."""
    found: Consent | None = await session.scalar(
        select(Consent).where(
            Consent.employee_id == employee_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
        )
    )
    return found
