"""A survey's respondents as people to write to: which rounds, and by which answers if by any."""

from collections.abc import Container
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select

from db.engine import Session
from db.errors import DomainError, NotAllowed, NotFound, StaleButton
from db.models import SurveyRound, SurveyVersion
from db.surveys import definitions
from db.surveys.conditions import Attribute, Condition, leaves
from db.surveys.definition import Definition, Kind, Option, Question, Secrecy, Text

STATES = ("open", "closing", "closed")
NEWEST = 40
"""Rounds offered; what is older nobody writes to its respondents about."""
BY_CHOICE = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.RANKED, Kind.YES_NO, Kind.SCALE, Kind.NPS})
"""Kinds whose answers make groups; a consent never does."""
NEVER_MEANING = frozenset({"readiness", "readiness_reason", "circumstances", "remark"})
"""What is never a reason to be written to, whatever an office's own file leaves out (Q1, Q2, Q14, Q18)."""


class RespondentsHidden(DomainError):
    """An anonymous round goes on: whom one writes to, and when, would stay as a note of who answered by which day."""


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


async def addressed(session: Session, round_id: int) -> tuple[SurveyRound, Definition]:
    """Give a round to whose respondents one may write; raises `NotFound` and `RespondentsHidden`."""
    found, definition = await opened(session, round_id)
    if found.secrecy == Secrecy.ANONYMOUS and found.state != "closed":
        raise RespondentsHidden
    return found, definition


def answers_may_choose(round_: SurveyRound) -> bool:
    """Tell whether officers, who may read the answers of named rounds alone, may choose people by them."""
    return round_.secrecy == Secrecy.NAMED


def questions(definition: Definition) -> list[Question]:
    """List the questions by whose answers people may be chosen, each with the options that may choose them."""
    barred = _barred(definition)
    return [
        replace(one, options=tuple(option for option in one.options if not _tells(option.show_if, barred)))
        for one in definition.questions
        if one.kind in BY_CHOICE and one.code not in barred
    ]


def _barred(definition: Definition) -> frozenset[str]:
    """Name the questions that choose nobody: those that may not, and those asked only of who answered them so."""
    barred: set[str] = set()
    for one in definition.questions:  # conditions look back, so that one walk finds them all
        itself = one.special or one.never_segment or one.means in NEVER_MEANING
        agreed = one.kind is Kind.CONSENT and not one.gates  # that somebody allowed special data tells of it
        if itself or agreed or one.options_from in barred or _tells(one.show_if, barred):
            barred.add(one.code)
    return frozenset(barred)


def _tells(condition: Condition | None, barred: Container[str]) -> bool:
    """Tell whether being shown says something of an answer that is barred."""
    asked = [] if condition is None else [leaf for leaf in leaves(condition) if not isinstance(leaf, Attribute)]
    return any(leaf.question in barred for leaf in asked)


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
    found = next((one for one in questions(definition) if one.code == code), None)
    if found is None:
        raise StaleButton
    return found
