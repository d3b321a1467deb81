"""Ballots: one person's answers as sent, a row per value; written, replaced, removed, read back."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from db.engine import Session, keys_of
from db.keys import Seal
from db.models import SurveyAnswer, SurveyBallot, SurveyParticipant, SurveyRound
from db.surveys import attributes, definitions
from db.surveys.asked import Participant, Round
from db.surveys.definition import POINTS, SEVERAL, Definition, Kind, Question
from db.surveys.values import Value

PURPOSE, SPECIAL = "survey_answers", "survey_special"
"""Under which keys free text, and special data, are sealed."""
IDS = 2**53
"""Ids are random below this: what a spreadsheet or a script still holds exactly."""
FREE = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT})


class Kept(NamedTuple):
    """One value as a row of `survey_answers` holds it."""

    question: str
    place: int
    value: str | None
    number: float | None
    sealed: bytes | None


class Seals(NamedTuple):
    """The keys of words and of special data."""

    words: Seal
    special: Seal

    def of(self, question: Question) -> Seal:
        """Give the key under which a question's answer is sealed."""
        return self.special if question.special else self.words


def seals_of(session: Session) -> Seals:
    """Give the keys of answers."""
    keys = keys_of(session)
    return Seals(keys.seal(PURPOSE), keys.seal(SPECIAL))


def rows_of(definition: Definition, answers: Mapping[str, Value], seals: Seals) -> Iterator[Kept]:
    """Lay answers out as rows: choices, points and days by code, numbers as such, words and special data sealed."""
    for code, value in answers.items():
        question = definition.by_code[code]
        if question.special or question.kind in FREE:
            yield Kept(code, 0, None, None, seals.of(question).close_json(value))
        elif question.kind is Kind.NUMBER:
            assert isinstance(value, int | float)
            yield Kept(code, 0, None, float(value), None)
        else:
            picks = value if isinstance(value, tuple) else (value,)
            yield from (Kept(code, place, str(pick), None, None) for place, pick in enumerate(picks))


def values_of(definition: Definition, rows: Sequence[Any], seals: Seals) -> dict[str, Value]:
    """Put rows together again, in the order of the questions; `rows` are `Kept` or `SurveyAnswer`."""
    found: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.place):
        found.setdefault(row.question, []).append(row)
    known = [question for question in definition.questions if question.code in found]
    return {question.code: _value(question, found[question.code], seals) for question in known}


def _value(question: Question, rows: Sequence[Any], seals: Seals) -> Value:
    first = rows[0]
    if first.sealed is not None:
        opened: Any = seals.of(question).open_json(first.sealed)
        return tuple(opened) if isinstance(opened, list) else opened
    if question.kind is Kind.NUMBER:
        return int(first.number) if float(first.number).is_integer() else float(first.number)
    if question.kind in SEVERAL:
        return tuple(row.value for row in rows)
    return int(first.value) if question.kind in POINTS else str(first.value)


async def write(
    session: Session,
    round_: Round,
    participant: Participant,
    answers: Mapping[str, Value],
    *,
    via: str,
    counted: bool,
    sent_at: datetime,
) -> int:
    """Write a participant's ballot, in place of an earlier one; give its id.

    `via`: `chat` or `paper`. `counted`: whether the link under which it came is confirmed.
    """
    # Held, so that a sheet's entry and the own sending wait for each other.
    mine = select(SurveyParticipant.id).where(SurveyParticipant.id == participant.id).with_for_update()
    await session.execute(mine)
    known = await session.scalar(select(SurveyBallot.id).where(SurveyBallot.participant_id == participant.id))
    told = {"counted": counted, "via": via, "sent_at": sent_at}
    if known is None:
        known = secrets.randbelow(IDS)
        told |= {"id": known, "round_id": round_.id, "participant_id": participant.id}
        told |= {f"{cut}_id" if cut == "agency" else cut: _cut(participant, cut) for cut in attributes.CUTS
                 if cut in round_.cuts}  # fmt: skip
        await session.execute(insert(SurveyBallot).values(**told))
    else:
        await session.execute(update(SurveyBallot).where(SurveyBallot.id == known).values(**told))
        await session.execute(delete(SurveyAnswer).where(SurveyAnswer.ballot_id == known))
    definition = await definitions.of_version(session, round_.version_id)
    rows = [
        {"ballot_id": known, "round_id": round_.id, **row._asdict()}
        for row in rows_of(definition, answers, seals_of(session))
    ]
    if rows:
        await session.execute(insert(SurveyAnswer), rows)
    return known


def _cut(participant: Participant, cut: str) -> Any:
    return getattr(participant, f"{cut}_id" if cut == "agency" else cut)


async def remove(session: Session, participant_id: int) -> bool:
    """Remove a participant's ballot with its answers; tell whether there was one."""
    mine = select(SurveyBallot.id).where(SurveyBallot.participant_id == participant_id)
    await session.execute(delete(SurveyAnswer).where(SurveyAnswer.ballot_id.in_(mine.scalar_subquery())))
    gone = await session.execute(
        delete(SurveyBallot).where(SurveyBallot.participant_id == participant_id).returning(SurveyBallot.id)
    )
    return gone.first() is not None


async def of_participant(session: Session, participant_id: int) -> int | None:
    """Give the id of a participant's ballot; None where nothing was sent, and in an anonymous round."""
    found: int | None = await session.scalar(
        select(SurveyBallot.id).where(SurveyBallot.participant_id == participant_id)
    )
    return found


async def answers_of(session: Session, ballot_id: int) -> dict[str, Value]:
    """Give a ballot's answers by question, in the order asked; empty where there is no such ballot."""
    version = await session.scalar(
        select(SurveyRound.version_id)
        .join(SurveyBallot, SurveyBallot.round_id == SurveyRound.id)
        .where(SurveyBallot.id == ballot_id)
    )
    if version is None:
        return {}
    rows = (await session.scalars(select(SurveyAnswer).where(SurveyAnswer.ballot_id == ballot_id))).all()
    return values_of(await definitions.of_version(session, version), rows, seals_of(session))
