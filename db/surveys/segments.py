"""A survey's respondents as people to write to: which rounds, and by which answers if by any."""

from typing import Any, NamedTuple

from sqlalchemy import select

from db.engine import Session
from db.errors import NotAllowed, NotFound, StaleButton
from db.models import SurveyRound, SurveyVersion
from db.surveys import definitions
from db.surveys.definition import Definition, Kind, Option, Question, Secrecy, Text

STATES = ("open", "closing", "closed")
NEWEST = 40
"""Rounds offered; what is older nobody writes to its respondents about."""
BY_CHOICE = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.RANKED, Kind.YES_NO, Kind.SCALE, Kind.NPS})
"""Kinds whose answers make groups; a consent never does."""
NEVER_MEANING = frozenset({"readiness", "readiness_reason", "circumstances", "remark"})
"""What is never a reason to be written to, whatever an office's own file leaves out (Q1, Q2, Q14, Q18)."""


class Asked(NamedTuple):
    """A round and what its survey is called."""

    round: SurveyRound
    title: Any
    """The words by language, as a definition's JSON holds them."""


async def rounds(session: Session) -> list[Asked]:
    """List the rounds that were opened, the newest first."""
    rows = await session.execute(
        select(SurveyRound, SurveyVersion.definition)
        .join(SurveyVersion, SurveyVersion.id == SurveyRound.version_id)
        .where(SurveyRound.state.in_(STATES))
        .order_by(SurveyRound.id.desc())
        .limit(NEWEST)
    )
    return [Asked(one, definition["title"]) for one, definition in rows]


async def opened(session: Session, round_id: int) -> tuple[SurveyRound, Definition]:
    """Give a round that was opened, with its definition; raises `NotFound`."""
    found = await session.get(SurveyRound, round_id)
    if found is None or found.state not in STATES:
        raise NotFound
    return found, await definitions.of_version(session, found.version_id)


def answers_may_choose(round_: SurveyRound) -> bool:
    """Tell whether officers, who may read the answers of named rounds alone, may choose people by them."""
    return round_.secrecy == Secrecy.NAMED


def questions(definition: Definition) -> list[Question]:
    """List the questions by whose answers people may be chosen."""
    return [one for one in definition.questions if _may_choose(one)]


def _may_choose(question: Question) -> bool:
    barred = question.special or question.never_segment or question.means in NEVER_MEANING
    return question.kind in BY_CHOICE and not barred


def choices(question: Question) -> list[Option]:
    """List the answers of such a question; a point is called by its number."""
    if question.options:
        return list(question.options)
    return [Option(code, Text(code)) for code in question.codes]


async def question_of(session: Session, round_id: int, code: str) -> Question:
    """Give a question by whose answers people may be chosen; raises `NotAllowed` and `StaleButton`."""
    round_, definition = await opened(session, round_id)
    if not answers_may_choose(round_):
        raise NotAllowed
    found = definition.by_code.get(code)
    if found is None or not _may_choose(found):
        raise StaleButton
    return found
