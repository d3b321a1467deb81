"""Results published: once for each round, as tables that are kept; nothing of it is ever counted anew."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from db import audit
from db.engine import Session
from db.errors import NotFound, StaleButton
from db.models import SurveyAnswer, SurveyBallot, SurveyPublication, SurveyRound
from db.surveys import definitions, looks, places, tally
from db.surveys.census import Answer, Census, census
from db.surveys.definition import Definition, Picks, Secrecy
from db.surveys.disclosure import Tables, publishable, tables_of
from db.surveys.rounds import CLOSED, SUBJECT, RoundChanged

LISTED = 20
"""Rounds whose results can be looked at from the list."""


@dataclass(frozen=True)
class Prepared:
    """Tables as they may be published, and of which ballots they were made."""

    ballots: int
    tables: Tables
    made_of: str
    """Names those ballots as they were then: any that came, went or lost answers since gives another name."""


async def of_round(session: Session, round_id: int) -> Tables | None:
    """Give what was published of a round."""
    kept = await session.scalar(select(SurveyPublication).where(SurveyPublication.round_id == round_id))
    return tables_of(kept.tables) if kept is not None else None


async def prepare(session: Session, round_: SurveyRound, fillers: Collection[str]) -> Prepared:
    """Make the tables of a closed round, in a session that only reads: this takes seconds where thousands answered."""
    definition = await definitions.of_version(session, round_.version_id)
    made_of = await _named(session, round_.id)
    taken = await _census(session, round_)
    found = await asyncio.to_thread(publishable, definition, taken)
    if found.people:
        found = replace(found, words=await tally.words(session, round_, definition, fillers))
    return Prepared(taken.size, found, made_of)


async def _named(session: Session, round_id: int) -> str:
    """Name the ballots that count with how much each says (SHA-256, hex)."""
    said = select(SurveyAnswer.ballot_id, func.count()).where(SurveyAnswer.round_id == round_id)
    many = {row[0]: row[1] for row in await session.execute(said.group_by(SurveyAnswer.ballot_id))}
    mine = select(SurveyBallot.id).where(SurveyBallot.round_id == round_id, SurveyBallot.counted)
    told = [(ballot, many.get(ballot, 0)) for ballot in await session.scalars(mine.order_by(SurveyBallot.id))]
    return sha256(repr(told).encode()).hexdigest()


async def _census(session: Session, round_: SurveyRound) -> Census:
    names = [f"{cut}_id" if cut == "agency" else cut for cut in round_.cuts]
    mine = (SurveyBallot.round_id == round_.id, SurveyBallot.counted)
    columns = [getattr(SurveyBallot, name) for name in names]
    rows = (await session.execute(select(SurveyBallot.id, *columns).where(*mine).order_by(SurveyBallot.id))).all()
    places = {row[0]: place for place, row in enumerate(rows)}
    answers = [answer async for answer in _answers(session, round_.id, places)]
    return await asyncio.to_thread(census, list(round_.cuts), [tuple(row[1:]) for row in rows], answers)


async def _answers(session: Session, round_id: int, places: dict[int, int]) -> AsyncIterator[Answer]:
    told = SurveyAnswer
    rows = select(told.ballot_id, told.question, told.place, told.value, told.number).where(told.round_id == round_id)
    async for ballot, question, place, value, number in await session.stream(rows):
        if ballot in places:
            yield places[ballot], question, place, value, number


async def publish(session: Session, round_: SurveyRound, prepared: Prepared, by: int, now: datetime) -> Tables:
    """Publish the tables; what was published before stays, and is given.

    Raises `StaleButton` unless the round is closed, `RoundChanged` where ballots came, went or lost answers since.
    """
    if round_.state != CLOSED:
        raise StaleButton
    known = await of_round(session, round_.id)
    if known is not None:
        return known
    if await _named(session, round_.id) != prepared.made_of:
        raise RoundChanged
    plain = prepared.tables.plain()
    digest = digest_of(plain)
    session.add(
        SurveyPublication(round_id=round_.id, author_id=by, tables=plain, digest=digest, published_at=now)
    )  # fmt: skip
    await session.flush()
    await audit.write(
        session, "survey.publish", at=now, subject=SUBJECT, subject_id=round_.id, actor_id=by, digest=digest,
        people=prepared.tables.people, tables=len(prepared.tables.questions), layouts=len(prepared.tables.layouts),
    )  # fmt: skip
    return prepared.tables


def digest_of(plain: dict[str, Any]) -> str:
    """Name these very tables (SHA-256, hex)."""
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Results:
    """What may be seen of a round now; `tables` None: nothing yet, as of an anonymous one before it is published."""

    round: SurveyRound
    definition: Definition
    tables: Tables | None
    published: bool
    names: Mapping[str, str]
    """Of agencies and other places, by their references."""


async def seen(session: Session, round_id: int) -> SurveyRound:
    """Give a round that was opened, without holding it; raises `NotFound`."""
    round_ = await session.get(SurveyRound, round_id)
    if round_ is None or round_.opened_at is None:
        raise NotFound
    return round_


async def results(session: Session, round_id: int, *, anew: bool = False) -> Results:
    """Give the results of a round that was opened: as published, else totals held back; raises `NotFound`.

    The totals as they were last kept; `anew`: counted again where enough have answered since.
    """
    round_ = await seen(session, round_id)
    definition = await definitions.of_version(session, round_.version_id)
    tables = await of_round(session, round_id)
    published = tables is not None
    if tables is None and round_.secrecy != Secrecy.ANONYMOUS:
        if anew:
            await looks.renew(session, round_, definition)
        tables = await looks.of_round(session, round_id)
    names = await _names(session, definition, tables) if tables is not None else {}
    return Results(round_, definition, tables, published, names)


async def _names(session: Session, definition: Definition, tables: Tables) -> dict[str, str]:
    wanted: dict[Picks, set[str]] = {}
    for table in tables.questions:
        picks = definition.by_code[table.question].picks
        if picks is not None:
            wanted.setdefault(picks, set()).update(code for line in table.lines for code in line.codes)
    if "agency" in tables.cuts:
        place = tables.cuts.index("agency")
        agencies = {f"#{group[place]}" for layout in tables.layouts for group in layout.groups}
        wanted.setdefault(Picks.AGENCY, set()).update(agencies)
    found: dict[str, str] = {}
    for picks, references in wanted.items():
        found |= await places.named(session, picks, {one for one in references if one.startswith("#")})
    return found


async def open_to_look(session: Session) -> list[tuple[SurveyRound, Definition]]:
    """List the rounds that were opened, the newest first."""
    seen = select(SurveyRound).where(SurveyRound.opened_at.is_not(None)).order_by(SurveyRound.id.desc()).limit(LISTED)
    return [(one, await definitions.of_version(session, one.version_id)) for one in await session.scalars(seen)]
