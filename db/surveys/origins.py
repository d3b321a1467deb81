"""From which account answers came: they count once its link is confirmed, and are nobody else's to see."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update

from db.engine import Session
from db.models import (
    Consent,
    Link,
    SurveyAnswer,
    SurveyBallot,
    SurveyDraft,
    SurveyParticipant,
    SurveyRound,
)
from db.people import CONFIRMED, Person
from db.surveys.asked import Participant


def may_see(participant: Participant, person: Person) -> bool:
    """Tell whether an account may see what was answered: its own, and all of it once its link is confirmed."""
    if participant.state == "invited" or person.level >= CONFIRMED:
        return True
    return participant.link_generation == person.generation


async def disown(session: Session, participant: Participant, person: Person) -> bool:
    """Discard what came from another account that was never confirmed; tell whether there was any."""
    under = participant.link_generation
    if under is None or under == person.generation:
        return False
    confirmed = await session.scalar(
        select(Link.id).where(
            Link.employee_id == participant.employee_id, Link.generation == under, Link.level >= CONFIRMED
        )
    )
    if confirmed is not None:
        return False
    await _discard(session, [participant.id])
    return True


async def confirmed(session: Session, employee_id: int, generation: int) -> None:
    """Count what came under a link that is confirmed now."""
    mine = select(SurveyParticipant.id).where(
        SurveyParticipant.employee_id == employee_id, SurveyParticipant.link_generation == generation
    )
    await session.execute(
        update(SurveyBallot)
        .where(SurveyBallot.participant_id.in_(mine), SurveyBallot.counted.is_(False))
        .values(counted=True)
        .execution_options(synchronize_session=False)
    )


async def closed(session: Session, link: Link, now: datetime) -> None:
    """Discard what came under a link that ended without ever being confirmed, and its consents."""
    if link.level >= CONFIRMED:
        return
    mine = select(SurveyParticipant.id).where(
        SurveyParticipant.employee_id == link.employee_id, SurveyParticipant.link_generation == link.generation
    )
    await _discard(session, list(await session.scalars(mine)))
    await session.execute(
        update(Consent)
        .where(
            Consent.employee_id == link.employee_id,
            Consent.purpose.startswith("survey:"),
            Consent.given_at >= link.linked_at,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )


async def _discard(session: Session, participants: list[int]) -> None:
    theirs = select(SurveyBallot.id).where(SurveyBallot.participant_id.in_(participants))
    await session.execute(delete(SurveyAnswer).where(SurveyAnswer.ballot_id.in_(theirs)))
    await session.execute(delete(SurveyBallot).where(SurveyBallot.participant_id.in_(participants)))
    await session.execute(delete(SurveyDraft).where(SurveyDraft.participant_id.in_(participants)))
    # Of a round that is over it stays known who took part.
    going = exists().where(SurveyRound.id == SurveyParticipant.round_id, SurveyRound.state == "open")
    await session.execute(
        update(SurveyParticipant)
        .where(SurveyParticipant.id.in_(participants), going)
        .values(state="invited", link_generation=None)
    )
