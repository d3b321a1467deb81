"""A consent inside a survey taken back: what stands under it ends at once wherever it is kept, and the audit tells."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db import audit
from db.engine import Session
from db.models import SurveyBallot
from db.surveys import ballots
from db.surveys.asked import Participant, Round
from db.surveys.definition import AGREED, NO, Definition, Kind, Question, Secrecy
from db.surveys.values import Value
from db.surveys.visibility import Attributes, view

DELETED = "survey.answers_deleted"
"""The act by which the audit, and after a restore the journal, knows that answers were ended."""
SUBJECT = "survey_participant"
ALL = "all"
"""What was ended: everything, or what stands under the consent of this code."""


def inner(definition: Definition) -> list[Question]:
    """List the consents inside a survey: each can be withdrawn alone."""
    return [one for one in definition.questions if one.kind is Kind.CONSENT and not one.gates]


def taken_back(definition: Definition, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the consents inside that were given before and are not any more."""
    codes = [one.code for one in inner(definition)]
    return [code for code in codes if before.get(code) == AGREED and after.get(code) != AGREED]


def refused(
    definition: Definition, attributes: Attributes, answers: Mapping[str, Any], codes: Iterable[str]
) -> dict[str, Value]:
    """Give the answers that count once these consents are refused."""
    return dict(view(definition, attributes, {**answers, **dict.fromkeys(codes, NO)}).answers)


def resting(definition: Definition, attributes: Attributes, answers: Mapping[str, Any], code: str) -> set[str]:
    """Name the answers that count only while a consent is given."""
    agreed = view(definition, attributes, {**answers, code: AGREED}).answers
    return set(agreed) - set(refused(definition, attributes, answers, [code]))


async def rewrite(session: Session, round_: Round, participant: Participant, answers: Mapping[str, Value]) -> None:
    """Put what is left of the answers in the place of a participant's ballot, if there is one; nothing else changes."""
    ballot = await session.scalar(select(SurveyBallot).where(SurveyBallot.participant_id == participant.id))
    if ballot is not None and ballot.sent_at is not None:
        await ballots.write(
            session, round_, participant, answers, via=ballot.via or "chat", counted=ballot.counted,
            sent_at=ballot.sent_at,
        )  # fmt: skip


async def note(session: Session, round_: Round, participant: Participant, part: str, now: datetime) -> None:
    """Let the audit know what somebody ended of their own answers: `ALL`, or the code of a consent inside."""
    if round_.secrecy == Secrecy.ANONYMOUS:
        part = ALL  # the audit keeps for good what it is told, and that somebody had agreed inside is an answer
    await audit.write(
        session, DELETED, at=now, subject=SUBJECT, subject_id=participant.id, actor_id=participant.employee_id,
        part=part,
    )  # fmt: skip
