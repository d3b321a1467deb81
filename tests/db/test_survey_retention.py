"""Answers are deleted when the time is over for which people agreed to their being kept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from content.charts.fillers import FILLERS
from db.engine import Database
from db.models import AuditEntry, SurveyAnswer, SurveyBallot, SurveyParticipant, SurveyRound
from db.surveys import publications, retention
from db.surveys.definition import Secrecy
from tests.city import MORNING
from tests.survey_answers import answered, staff


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ("2028-11-24", 24, "2026-11-24"), ("2028-02-29", 24, "2026-02-28"), ("2027-03-31", 1, "2027-02-28"),
        ("2027-01-15", 1, "2026-12-15"), ("2027-12-31", 13, "2026-11-30"), ("2027-12-01", 12, "2026-12-01"),
    ],
)  # fmt: skip
def test_months_before(now: str, months: int, then: str) -> None:
    moment = datetime.fromisoformat(f"{now}T01:00").replace(tzinfo=UTC)
    assert retention.months_before(moment, months).isoformat()[:16] == f"{then}T01:00"


async def kept(database: Database) -> dict[int, tuple[int, int]]:
    """Give how many ballots and answers there are of each round."""
    async with database.reading() as session:
        found = {}
        for round_id in await session.scalars(select(SurveyRound.id).order_by(SurveyRound.id)):
            counts = [
                await session.scalar(select(func.count()).select_from(table).where(table.round_id == round_id))
                for table in (SurveyBallot, SurveyAnswer)
            ]
            found[round_id] = (counts[0] or 0, counts[1] or 0)
        return found


async def test_answers_end_after_their_time_and_what_was_published_stays(database: Database) -> None:
    async with database.transaction() as session:
        people = await staff(session)
        old = await answered(session, people)
        hidden = await answered(session, people, secrecy=Secrecy.ANONYMOUS)
        young = await answered(session, people)
        for one, days in ((old, 1), (hidden, 1), (young, -1)):
            one.opened_at = retention.months_before(MORNING, 24) - timedelta(days=days)
    async with database.reading() as session:
        prepared = await publications.prepare(session, old, FILLERS)
    async with database.transaction() as session:
        held = await session.get(SurveyRound, old.id)
        assert held is not None
        tables = await publications.publish(session, held, prepared, held.author_id, MORNING)
    before = await kept(database)
    for many in (74, 0):
        async with database.transaction() as session:
            assert await retention.purge(session, 24, MORNING) == many
    assert await kept(database) == {old.id: (0, 0), hidden.id: (0, 0), young.id: before[young.id]}
    async with database.reading() as session:
        assert await publications.of_round(session, old.id) == tables
        finished = select(func.count()).where(SurveyParticipant.round_id == old.id)
        assert await session.scalar(finished.where(SurveyParticipant.state == "finished")) == 37
        told = await session.scalars(select(AuditEntry).where(AuditEntry.act == retention.EXPIRED))
        assert {entry.subject_id for entry in told} == {old.id, hidden.id}


async def test_a_round_that_is_open_loses_nothing(database: Database) -> None:
    async with database.transaction() as session:
        one = await answered(session, await staff(session), state="open")
        one.opened_at = MORNING - timedelta(days=1000)
    before = await kept(database)
    async with database.transaction() as session:
        assert await retention.purge(session, 24, MORNING) == 0
    assert await kept(database) == before
