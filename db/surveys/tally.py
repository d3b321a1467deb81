"""Answers counted in the database: one statement however many there are, and typed words opened and counted here."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import LargeBinary, Select, func, or_, select, type_coerce

from db.engine import Session
from db.models import SurveyAnswer, SurveyBallot, SurveyRound
from db.surveys import ballots
from db.surveys.coarsening import LEAST
from db.surveys.counting import Counted, Row, counted
from db.surveys.definition import Definition
from db.surveys.disclosure import FREE, Tables, conditions_of, shown_questions
from db.surveys.overall import LATER, WORDS, Overall, overall

FIRST_LOOK = 2 * LEAST
"""Ballots of the first live totals."""
MOST_WORDS = 30
"""Words listed of one question."""
_WORD = re.compile(r"[^\W\d_]{3,}")


def counts(round_id: int, first: int | None = None) -> Select[str, str | None, float | None, int, int]:
    """Give the statement that counts a round's answers by question, value, number and place.

    `first`: only of so many ballots, in the order sent.
    """
    mine = [SurveyBallot.round_id == round_id, SurveyBallot.counted]
    told = or_(SurveyAnswer.value.is_not(None), SurveyAnswer.number.is_not(None))
    keys = (SurveyAnswer.question, SurveyAnswer.value, SurveyAnswer.number, SurveyAnswer.place)
    found = select(*keys, func.count()).where(SurveyAnswer.round_id == round_id, told).group_by(*keys)
    if first is None:
        return found.join(SurveyBallot, SurveyBallot.id == SurveyAnswer.ballot_id).where(*mine)
    order = select(SurveyBallot.id).where(*mine).order_by(SurveyBallot.sent_at, SurveyBallot.id).limit(first)
    return found.where(SurveyAnswer.ballot_id.in_(order))


async def ballots_of(session: Session, round_id: int) -> int:
    """Count the ballots that count."""
    mine = select(func.count()).select_from(SurveyBallot)
    return await session.scalar(mine.where(SurveyBallot.round_id == round_id, SurveyBallot.counted)) or 0


async def tally(
    session: Session, round_id: int, definition: Definition, first: int | None = None
) -> dict[str, Counted]:
    """Count the answers of a round by question."""
    people = await ballots_of(session, round_id) if first is None else first
    rows: dict[str, list[Row]] = {}
    for code, value, number, place, many in await session.execute(counts(round_id, first)):
        rows.setdefault(code, []).append((value, number, place, many))
    return {one.code: counted(one, rows.get(one.code, ()), people) for one in shown_questions(definition)}


def held_back(ballots_: int) -> int:
    """Give how many ballots are told while a round is open: ten, twenty, forty, … and always five behind.

    So between two looks, and until the end, many came; a step of one would tell that one's answers. What is told is
    counted once for each step (`db.surveys.looks`): those first ten are others when one of them answers anew.
    """
    shown = FIRST_LOOK
    while shown * 2 <= ballots_ - LEAST:
        shown *= 2
    return shown if shown <= ballots_ - LEAST else 0


async def live(session: Session, round_: SurveyRound, definition: Definition, shown: int) -> Tables:
    """Count what may be told of the first `shown` ballots before publication: totals alone, without typed words."""
    found = await tally(session, round_.id, definition, shown)
    tables = []
    for question in shown_questions(definition):
        if conditions_of(question) or question.kind in FREE:
            tables.append(Overall(question.code, WORDS if question.kind in FREE else "parts", shown, hidden=LATER))
        else:
            tables.append(overall(question, found[question.code]))
    return Tables(shown, (), tuple(tables))


async def words(
    session: Session, round_: SurveyRound, definition: Definition, fillers: Collection[str]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Count, for each typed question, how many people used a word; none that fewer than five used, or did not.

    `fillers` are words that say nothing by themselves.
    """
    seals = ballots.seals_of(session)
    typed = [one for one in definition.questions if one.kind in FREE and not one.special]
    found: dict[str, Counter[str]] = {one.code: Counter() for one in typed}
    people: Counter[str] = Counter()
    async for code, closed in await session.stream(sealed(round_.id, list(found))):
        people[code] += 1
        said = str(seals.words.open_json(closed)).casefold()
        found[code].update(set(_WORD.findall(said)).difference(fillers))
    return {code: _told(counts_, people[code]) for code, counts_ in found.items()}


def sealed(round_id: int, questions: Sequence[str]) -> Select[str, bytes]:
    """Give the statement for what is kept sealed of some questions."""
    told = SurveyAnswer
    return (
        select(told.question, type_coerce(told.sealed, LargeBinary))
        .join(SurveyBallot, SurveyBallot.id == told.ballot_id)
        .where(told.round_id == round_id, SurveyBallot.counted, told.question.in_(questions), told.sealed.is_not(None))
    )


def _told(counts_: Counter[str], people: int) -> tuple[tuple[str, int], ...]:
    usual = [(word, many) for word, many in counts_.items() if LEAST <= many <= people - LEAST]
    return tuple(sorted(usual, key=lambda one: (-one[1], one[0]))[:MOST_WORDS])
