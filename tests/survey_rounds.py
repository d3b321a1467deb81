"""A survey that is already being asked, for the tests: a published version, an open round, its participants."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from db.engine import Session
from db.models import Employee, SurveyParticipant, SurveyRound, SurveyVersion
from db.surveys import attributes, reading, sealing
from db.surveys.definition import Definition, Secrecy
from db.surveys.writing import plain


async def version(session: Session, definition: Definition | dict[str, Any], *, at: datetime) -> SurveyVersion:
    """Publish a definition, or find it published already."""
    typed = definition if isinstance(definition, Definition) else reading.read(definition)
    known = await session.scalar(
        select(SurveyVersion).where(SurveyVersion.code == typed.code, SurveyVersion.version == typed.version)
    )
    if known is not None:
        return known
    made = SurveyVersion(
        code=typed.code,
        version=typed.version,
        state="published",
        origin="file",
        definition=plain(typed),
        fingerprint=reading.fingerprint(typed),
        made_at=at,
        published_at=at,
    )
    session.add(made)
    await session.flush()
    return made


async def opened(
    session: Session,
    definition: Definition | dict[str, Any],
    people: Sequence[Employee],
    *,
    at: datetime,
    author: Employee,
    secrecy: Secrecy = Secrecy.NAMED,
    cuts: Sequence[str] = (),
    days: float = 14,
) -> SurveyRound:
    """Open a round of a definition for some people, until some days later."""
    made = SurveyRound(
        version_id=(await version(session, definition, at=at)).id,
        state="open",
        secrecy=secrecy,
        audience={"everyone": True},
        cuts=list(cuts),
        author_id=author.id,
        people=len(people),
        made_at=at,
        opened_at=at,
        closes_at=at + timedelta(days=days),
    )
    session.add(made)
    await session.flush()
    await sealing.begin_key(session, made)
    for who in people:
        known = attributes.of_roster(who.employment_type, who.position_kind)
        session.add(
            SurveyParticipant(
                round_id=made.id,
                employee_id=who.id,
                unit_id=who.unit_id,
                agency_id=who.agency_id,
                employment_type=known.get("employment_type"),
                position_kind=known.get("position_kind"),
                state="invited",
            )
        )
    await session.flush()
    return made
