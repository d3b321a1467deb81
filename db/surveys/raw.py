"""Answers one by one, for the few who may read them: rows, typed words with nobody's name, special data counted."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select

from db.engine import Session, keys_of
from db.models import Employee, SurveyAnswer, SurveyBallot, SurveyParticipant, SurveyRound, Unit
from db.surveys import ballots, branches, tally
from db.surveys.counting import Row, counted
from db.surveys.definition import SEVERAL, Definition, Kind, Secrecy
from db.surveys.disclosure import FREE
from db.surveys.overall import Overall, overall

PSEUDONYM = 10
"""Signs of a pseudonym: enough for a city, and no name."""
_chance = random.SystemRandom()


@dataclass(frozen=True)
class RawRow:
    """One ballot: who (name and unit, or a pseudonym), and the codes or numbers of each question."""

    who: tuple[str, ...]
    answers: Mapping[str, str | float]


def may_read_rows(secrecy: str, roles: frozenset[str]) -> bool:
    """Tell whether somebody of these roles may read answers one by one: never those of an anonymous round."""
    return {Secrecy.NAMED: "officer", Secrecy.CONFIDENTIAL: "analyst"}.get(Secrecy(secrecy), "") in roles


def may_read_texts(secrecy: str, roles: frozenset[str]) -> bool:
    """Tell whether somebody may read what people wrote."""
    if secrecy == Secrecy.NAMED:
        return "officer" in roles
    return bool(roles & {"analyst", "counsellor"})


def asked_of_each(definition: Definition) -> list[str]:
    """Name the questions whose answers are given one by one: nothing typed, no special data, no consent to it."""
    guarding = branches.guarding(definition)
    return [
        one.code
        for one in definition.questions
        if one.kind is not Kind.PAGE and one.kind not in FREE and not one.special and one.code not in guarding
    ]


async def rows(session: Session, round_: SurveyRound, definition: Definition) -> list[RawRow]:
    """Give every ballot that counts, by name in a named round, else under pseudonyms in random order.

    Each answers only `asked_of_each`: who allowed special data would tell of it.
    """
    named = round_.secrecy == Secrecy.NAMED
    people: dict[int, tuple[str, ...]] = {}
    for ballot, participant, name, unit in await session.execute(_people(round_.id)):
        people[ballot] = (name, unit) if named else (_pseudonym(session, round_.id, participant),)
    found: dict[int, dict[str, Any]] = {ballot: {} for ballot in people}
    told = SurveyAnswer
    answers = select(told.ballot_id, told.question, told.value, told.number).where(
        told.round_id == round_.id, told.sealed.is_(None), told.question.in_(asked_of_each(definition))
    )
    async for ballot, question, value, number in await session.stream(answers.order_by(told.place)):
        if ballot in found:
            known = found[ballot].get(question)
            said = value if number is None else number
            found[ballot][question] = said if known is None else f"{known} {said}"
    made = [RawRow(who, found[ballot]) for ballot, who in people.items()]
    if named:
        return sorted(made, key=lambda row: row.who)
    _chance.shuffle(made)
    return made


def _people(round_id: int) -> Select[int, int, str, str]:
    person = SurveyParticipant
    return (
        select(SurveyBallot.id, person.id, Employee.full_name, Unit.name)
        .join(person, person.id == SurveyBallot.participant_id)
        .join(Employee, Employee.id == person.employee_id)
        .join(Unit, Unit.id == person.unit_id)
        .where(SurveyBallot.round_id == round_id, SurveyBallot.counted)
    )  # fmt: skip


def _pseudonym(session: Session, round_id: int, participant_id: int) -> str:
    return keys_of(session).seal("survey_pseudonym").digest(f"{round_id}:{participant_id}")[:PSEUDONYM].upper()


async def texts(session: Session, round_: SurveyRound, definition: Definition) -> dict[str, list[str]]:
    """Give what people typed, question by question, in random order and with nothing about them."""
    seals = ballots.seals_of(session)
    typed = [one.code for one in definition.questions if one.kind in FREE and not one.special]
    found: dict[str, list[str]] = {code: [] for code in typed}
    for code, sealed in await session.execute(tally.sealed(round_.id, typed)):
        found[code].append(str(seals.words.open_json(sealed)))
    for said in found.values():
        said.sort()
        _chance.shuffle(said)
    return found


async def special(session: Session, round_: SurveyRound, definition: Definition) -> list[Overall]:
    """Count special data, for counsellors: as guarded as any other question, overall alone."""
    seals = ballots.seals_of(session)
    people = await tally.ballots_of(session, round_.id)
    asked = [one for one in definition.questions if one.special and one.kind not in FREE]
    found: dict[str, Counter[tuple[str, int]]] = {one.code: Counter() for one in asked}
    for code, sealed in await session.execute(tally.sealed(round_.id, list(found))):
        value = seals.special.open_json(sealed)
        picks = value if definition.by_code[code].kind in SEVERAL else [value]
        found[code].update((str(pick), place) for place, pick in enumerate(picks))
    tables = []
    for one in asked:
        told: list[Row] = [(value, None, place, many) for (value, place), many in found[one.code].items()]
        open_ = replace(one, special=False, show_if=None)
        tables.append(overall(open_, counted(open_, told, people)))
    return tables
