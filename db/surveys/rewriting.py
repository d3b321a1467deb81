"""An anonymous round rewritten: ballots in random order under random ids take the place of everybody's drafts."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Select, and_, case, delete, insert, or_, select, update

from db.engine import Session
from db.keys import SealBroken
from db.models import Link, SurveyAnswer, SurveyBallot, SurveyDraft, SurveyParticipant, SurveyRound
from db.models.base import table
from db.people import CONFIRMED
from db.round_keys import RoundKeyMissing
from db.surveys import answering, attributes, ballots, branches, conditions, definitions
from db.surveys.coarsening import LEAST, Combination, coarsen
from db.surveys.conditions import Attribute
from db.surveys.definition import Definition
from db.surveys.sealing import DraftSeal, draft_seal
from db.surveys.values import Value

BALLOTS, ANSWERS = table(SurveyBallot), table(SurveyAnswer)
"""Tables and not classes: into those SQLAlchemy writes anew wherever a row with a value follows one without."""
AT_ONCE, ROWS_AT_ONCE = 100, 2_000
"""Ballots laid out, and rows written, between which others may have their turn."""
UNTIL_LOST = timedelta(days=7)
"""How long a round whose key is missing waits for it to be put back, before its answers are given up."""


@dataclass(frozen=True)
class Sent:
    """One person's answers as last sent, and what the roster said; of that only what is coarse enough goes on."""

    participant: SurveyParticipant
    answers: Mapping[str, Value]


@dataclass(frozen=True)
class Prepared:
    """The rows that will take the place of some participants' drafts."""

    participants: tuple[int, ...]
    ballots: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    lost: int
    """How many people's answers no key opened any more."""


async def prepare(session: Session, round_: SurveyRound, now: datetime, chance: Random) -> Prepared:
    """Turn what was sent into ballots in random order under random ids; for a city this takes a second or two.

    What came under a link that was never confirmed is dropped, for nobody could confirm it later. Fewer than five
    ballots are none. Raises `RoundKeyMissing` while the key of answers that were sent may still be put back.
    """
    query = _counting(round_).add_columns(SurveyParticipant, SurveyDraft.sent_sealed)
    rows = await session.stream(query.execution_options(yield_per=AT_ONCE))
    opener: _Opener | None = None
    counting: list[int] = []
    sent: list[Sent] = []
    async for number, participant, sealed in rows:
        opener = opener or _Opener(session, round_, now)  # not needed, and its key gone, once nothing is left
        counting.append(number)
        one = opener.sent(participant, sealed)
        sent += [one] if one else []
    whole = await _laid_out(session, round_, sent, chance) if len(sent) >= LEAST else ([], [])
    return Prepared(tuple(counting), *whole, lost=len(counting) - len(sent))


async def rewrite(session: Session, round_: SurveyRound, prepared: Prepared) -> bool:
    """Put ballots in the place of a closing round's drafts, in one transaction; False when those have changed since.

    Once is enough: where no draft is left, nothing is prepared and nothing written.
    """
    if tuple(await session.scalars(_counting(round_))) != prepared.participants:
        return False
    await _insert(session, prepared)
    await session.execute(delete(SurveyDraft).where(SurveyDraft.round_id == round_.id))
    done = case((SurveyParticipant.state == "finished", "finished"), else_="invited")
    await session.execute(
        update(SurveyParticipant)
        .where(SurveyParticipant.round_id == round_.id)
        .values(state=done, link_generation=None)
        .execution_options(synchronize_session=False)
    )
    return True


def _counting(round_: SurveyRound) -> Select[int]:
    """Give the query for the participants whose answers count, in their order."""
    theirs = and_(
        Link.employee_id == SurveyParticipant.employee_id, Link.generation == SurveyParticipant.link_generation
    )
    confirmed = or_(SurveyParticipant.link_generation.is_(None), Link.level >= CONFIRMED)
    return (
        select(SurveyParticipant.id)
        .join(SurveyDraft, SurveyDraft.participant_id == SurveyParticipant.id)
        .outerjoin(Link, theirs)
        .where(SurveyParticipant.round_id == round_.id, SurveyDraft.sent_sealed.is_not(None), confirmed)
        .order_by(SurveyParticipant.id)
    )


class _Opener:
    """Opens what people sent; what does not open is waited for, and after a week given up."""

    def __init__(self, session: Session, round_: SurveyRound, now: datetime) -> None:
        self._round = round_
        self._lost = round_.closed_at is not None and now >= round_.closed_at + UNTIL_LOST
        try:
            self._seal: DraftSeal | None = draft_seal(session, round_)
        except RoundKeyMissing:
            self._refuse()
            self._seal = None

    def _refuse(self) -> None:
        if not self._lost:
            raise RoundKeyMissing(round=self._round.id)

    def sent(self, participant: SurveyParticipant, sealed: bytes | None) -> Sent | None:
        """Open one person's answers; raises `RoundKeyMissing` where another key sealed them, too."""
        if self._seal is None or sealed is None:
            return None
        try:
            answers = self._seal.open(sealed)
        except SealBroken:
            self._refuse()
            return None
        values = {code: tuple(one) if isinstance(one, list) else one for code, one in answers.items()}
        return Sent(participant, values)


def coarse_enough(
    definition: Definition, cuts: Sequence[str], sent: Sequence[Sent]
) -> list[tuple[Combination, dict[str, Value]]]:
    """Give everybody's cuts and answers, in the order given, so that five or more cannot be told apart by attributes.

    Answers to questions that only some were asked are an attribute, too: they are kept before the cuts are, and where
    too few were asked (or not asked), all these questions are left out for all of them.
    """
    asked = branches.telling(definition)
    rows = [(*_branch(asked, one.participant), *_cuts(cuts, one.participant)) for one in sent]
    made = []
    for one, coarse in zip(sent, coarsen(rows), strict=True):
        hidden = {code for codes, holds in zip(asked.values(), coarse, strict=False) if holds is None for code in codes}
        answers = {code: value for code, value in one.answers.items() if code not in hidden}
        made.append((coarse[len(asked) :], answers))
    return made


def _branch(asked: Iterable[Attribute], participant: SurveyParticipant) -> Combination:
    about = answering.attributes_of(participant)
    return tuple(conditions.holds(leaf, {}, about) for leaf in asked)


def _cuts(cuts: Sequence[str], participant: SurveyParticipant) -> Combination:
    return tuple(getattr(participant, attributes.column(cut)) for cut in cuts)


async def _laid_out(
    session: Session, round_: SurveyRound, sent: list[Sent], chance: Random
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    definition, seals = await definitions.of_version(session, round_.version_id), ballots.seals_of(session)
    whole = coarse_enough(definition, round_.cuts, sent)
    chance.shuffle(whole)
    columns = [attributes.column(cut) for cut in round_.cuts]
    made: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for number, (cuts, answers) in enumerate(whole):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
        ballot = {"id": chance.randrange(ballots.IDS), "round_id": round_.id}
        made.append(ballot | {"counted": True} | dict(zip(columns, cuts, strict=True)))
        values += [
            {"ballot_id": ballot["id"], "round_id": round_.id, **row._asdict()}
            for row in ballots.rows_of(definition, answers, seals)
        ]
    return made, values


async def _insert(session: Session, prepared: Prepared) -> None:
    """Write rows in the order of their random ids: the order of writing may stay on the disk."""
    order = {
        BALLOTS: sorted(prepared.ballots, key=lambda row: row["id"]),
        ANSWERS: sorted(prepared.answers, key=lambda row: (row["ballot_id"], row["question"], row["place"])),
    }
    for kept, rows in order.items():
        for start in range(0, len(rows), ROWS_AT_ONCE):
            await session.execute(insert(kept), rows[start : start + ROWS_AT_ONCE])
