"""Answers on paper: who may still hand a form in, and entering what an operator typed of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, false, func, or_, select

from db import audit, outbox
from db.engine import Session
from db.errors import DomainError, NotFound, StaleButton
from db.models import Employee, SurveyDraft, SurveyParticipant, SurveyRound, SurveyVersion, Unit
from db.surveys import ballots, consents, definitions, places, reminders
from db.surveys.answering import attributes_of
from db.surveys.definition import Definition, Kind, Secrecy
from db.surveys.paper_rows import Places
from db.surveys.values import Value
from db.surveys.visibility import Attributes
from db.units import name_key

MESSAGE = "survey_paper/entered"
"""The message to whoever's answers were entered."""
WAITING = ("invited", "started")
Scope = Sequence[str] | None
"""The paths of the subtrees somebody looks after; None: all of them."""
_AT_ONCE = 500
_ALL = 10_000


class PaperNotOffered(DomainError):
    """Whoever enters a form reads it: there are none for an anonymous round."""


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    here: list[ColumnElement[bool]] = [Employee.left_at.is_(None)]
    return here if scope is None else [*here, or_(false(), *(Unit.path.startswith(path) for path in scope))]


def _people(scope: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(SurveyParticipant)
        .join(Employee, Employee.id == SurveyParticipant.employee_id)
        .join(Unit, Unit.id == Employee.unit_id)
        .where(*_within(scope))
    )


async def open_rounds(session: Session, scope: Scope, now: datetime) -> list[tuple[int, Any]]:
    """List the open rounds, but for anonymous ones, in which people of these subtrees may still answer.

    Each with its title as the definition's JSON holds it.
    """
    waiting = (
        _people(scope, SurveyParticipant.id)
        .where(SurveyParticipant.round_id == SurveyRound.id, SurveyParticipant.state.in_(WAITING))
        .correlate(SurveyRound)
        .exists()
    )
    rows = await session.execute(
        select(SurveyRound.id, SurveyVersion.definition)
        .join(SurveyVersion, SurveyVersion.id == SurveyRound.version_id)
        .where(_open(now), SurveyRound.secrecy != Secrecy.ANONYMOUS, waiting)
        .order_by(SurveyRound.closes_at, SurveyRound.id)
    )
    return [(round_id, definition["title"]) for round_id, definition in rows]


def _open(now: datetime) -> ColumnElement[bool]:
    return (SurveyRound.state == "open") & or_(SurveyRound.closes_at.is_(None), SurveyRound.closes_at > now)


async def opened(session: Session, round_id: int, now: datetime) -> SurveyRound:
    """Give an open round, held open until the transaction ends; raises `NotFound` and `PaperNotOffered`."""
    asked = select(SurveyRound).where(SurveyRound.id == round_id, _open(now))
    found: SurveyRound | None = await session.scalar(asked.with_for_update(read=True))
    if found is None:
        raise NotFound
    if found.secrecy == Secrecy.ANONYMOUS:
        raise PaperNotOffered
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who was asked and has not finished."""

    nip: str
    name: str
    unit: str


async def waiting(session: Session, round_id: int, scope: Scope) -> list[Waiting]:
    """List who was asked in a round and has not finished, by unit and name."""
    rows = await session.execute(
        _people(scope, Employee.nip, Employee.full_name, Unit.name)
        .where(SurveyParticipant.round_id == round_id, SurveyParticipant.state.in_(WAITING))
        .order_by(Unit.name_key, Employee.full_name, Employee.id)
    )
    return [Waiting(*row) for row in rows]


async def count(session: Session, round_id: int, scope: Scope) -> int:
    """Count them."""
    mine = _people(scope, func.count()).where(
        SurveyParticipant.round_id == round_id, SurveyParticipant.state.in_(WAITING)
    )
    return await session.scalar(mine) or 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody of a sheet who is asked in the round."""

    participant_id: int
    state: str
    attributes: Attributes


async def asked(session: Session, round_id: int, scope: Scope, nips: Sequence[str]) -> dict[str, Asked]:
    """Find by their numbers who of these is asked in a round and in these subtrees; others are left out."""
    found: dict[str, Asked] = {}
    for start in range(0, len(nips), _AT_ONCE):
        some = nips[start : start + _AT_ONCE]
        rows = await session.execute(
            _people(scope, Employee.nip, SurveyParticipant).where(
                SurveyParticipant.round_id == round_id, Employee.nip.in_(some)
            )
        )
        found |= {nip: Asked(one.id, one.state, attributes_of(one)) for nip, one in rows}
    return found


async def places_of(session: Session, definition: Definition) -> Places:
    """Give the places each picker question knows, by their names; a name that means two of them is left out."""
    known: dict[str, Mapping[str, str]] = {}
    for question in definition.questions:
        if question.kind is Kind.UNIT and question.picks is not None:
            found, _ = await places.found(session, question.picks, "", count=_ALL)
            names = [name_key(place.name) for place in found]
            own = {name_key(place.whole): place.reference for place in found}
            once = {key: place.reference for key, place in zip(names, found, strict=True) if names.count(key) == 1}
            known[question.code] = {**own, **once}
    return known


@dataclass(frozen=True, slots=True)
class Ready:
    """A good row: whose it is, and the answers to be taken."""

    participant_id: int
    answers: Mapping[str, Value]


async def save(session: Session, round_: SurveyRound, rows: Sequence[Ready], by: int, now: datetime) -> int:
    """Enter good rows as ballots `via` paper and tell their people; give how many.

    Who has finished or declined since the sheet was tried is left alone. Raises `StaleButton` where nothing is left.
    """
    definition = await definitions.of_version(session, round_.version_id)
    still = (
        select(SurveyParticipant)
        .where(
            SurveyParticipant.round_id == round_.id,
            SurveyParticipant.id.in_([row.participant_id for row in rows]),
            SurveyParticipant.state.in_(WAITING),
        )
        .order_by(SurveyParticipant.id)  # two operators' sheets take the same people in the same order
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    free = {one.id: one for one in await session.scalars(still)}
    taken = [(free[row.participant_id], row.answers) for row in rows if row.participant_id in free]
    if not taken:
        raise StaleButton
    here = _Entering(round_, definition, now)
    for participant, answers in taken:
        await _enter(session, here, participant, answers)
        await audit.write(
            session, "survey.paper", at=now, subject="survey_participant", subject_id=participant.id, actor_id=by,
            round=round_.id,
        )  # fmt: skip
        await _tell(session, here, participant)
    return len(taken)


@dataclass(frozen=True, slots=True)
class _Entering:
    round: SurveyRound
    definition: Definition
    now: datetime


async def _enter(
    session: Session, here: _Entering, participant: SurveyParticipant, answers: Mapping[str, Value]
) -> None:
    # A signed form is more than what was begun on a phone.
    await session.execute(delete(SurveyDraft).where(SurveyDraft.participant_id == participant.id))
    await ballots.write(session, here.round, participant, answers, via="paper", counted=True, sent_at=here.now)
    changed: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, answers)
    who = participant.employee_id
    await consents.note(session, here.definition, who, changed, secrecy=here.round.secrecy, now=here.now)
    participant.state, participant.link_generation = "finished", None
    await reminders.forget(session, here.round.id, who)


async def _tell(session: Session, here: _Entering, participant: SurveyParticipant) -> None:
    title = {"id": here.definition.title.id, "en": here.definition.title.said("en")}
    at = here.now.isoformat()
    await outbox.queue(
        session, MESSAGE, {"round": here.round.id, "title": title, "at": at}, employee_id=participant.employee_id,
        lane=outbox.Lane.REPLIES, due_at=here.now, unique_key=f"survey-paper:{participant.id}:{at}",
    )  # fmt: skip
