"""Rounds at the archive: opened in few statements however many are asked, bound to what was seen, closed once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select

from db.audiences import Audience
from db.engine import Database, Session
from db.errors import NotFound, StaleButton
from db.models import Employee, Outbox, SurveyParticipant, SurveyRound, SurveyVersion
from db.surveys import deadlines, definitions, response, rounds, versions
from db.surveys.definition import Secrecy, Text
from db.surveys.problems import DefinitionInvalid
from tests import factories
from tests.city import MORNING
from tests.sending import CALENDAR, RULES
from tests.surveying import defined, question, single

ZONE = ZoneInfo("Asia/Makassar")
SOON = MORNING + timedelta(days=7)
LATEST = MORNING + timedelta(days=366)
SMALL = defined(single("Q1"), code="KECIL", secrecy="confidential")


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def published(session: Session) -> SurveyVersion:
    await versions.install(session, [SMALL], MORNING)
    return (await versions.listed(session))[0]


async def ready(session: Session, author: Employee, audience: Audience | None = None) -> SurveyRound:
    """A round that has everything but its opening."""
    made = await rounds.prepare(session, await published(session), author.id, SOON, MORNING)
    rounds.aim(made, audience or Audience(everyone=True))
    return made


async def opens(session: Session, one: SurveyRound, by: Employee) -> int:
    seen = rounds.digest(one)[:16]
    invitation = {"round": one.id}
    return await rounds.open_(session, one, seen=seen, invitation=invitation, now=MORNING, by=by.id)


async def staff(session: Session, count: int) -> Employee:
    first = await factories.employee(session, at=MORNING)
    for number in range(1, count):
        who = await factories.employee(session, f"Pegawai {number}", agency=f"Dinas {number % 7}", at=MORNING)
        who.employment_type = ("contract_servant", "unheard_of")[number % 2]
    return first


async def count(session: Session, table: type) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_three_hundred_are_frozen_and_invited_in_as_many_statements_as_three(database: Database) -> None:
    async with database.transaction() as session:
        author = await staff(session, 3)
        few = await ready(session, author)
    needed = []
    for people in (3, 300):
        if people > 3:
            async with database.transaction() as session:
                await staff(session, people - 3)
                few = await ready(session, author)
        async with database.transaction() as session:
            one = await rounds.get(session, few.id)
            with statements(database) as seen:
                assert await opens(session, one, author) == people
            needed.append(len(seen))
            assert sum("INSERT INTO survey_participants" in statement for statement in seen) == 1
            assert sum("INSERT INTO outbox" in statement for statement in seen) == 1
    assert needed[1] <= needed[0] < 20  # the audit's first entry takes one more
    async with database.reading() as session:
        mine = SurveyParticipant.round_id == one.id
        kinds = await session.execute(
            select(SurveyParticipant.employment_type, func.count()).where(mine).group_by("employment_type")
        )
        assert {row[0]: row[1] for row in kinds} == {"PNS": 2, "PPPK": 149, None: 149}
        assert set(await session.scalars(select(SurveyParticipant.position_kind).where(mine))) == {"PELAKSANA"}
        assert await session.scalar(select(func.count()).select_from(Outbox)) == 303
        found = await response.response(session, one.id)
        assert found == response.Response(asked=300, joined=0, started=0, finished=0, declined=0)
        assert sum(rate.asked for rate in await response.rates(session, one.id)) == 300


async def test_it_opens_only_as_it_was_seen_for_somebody_and_before_its_end(database: Database) -> None:
    async with database.transaction() as session:
        author = await staff(session, 2)
        empty = await factories.unit(session, "Dinas Kosong")
        one = await ready(session, author)
        before = rounds.digest(one)
        rounds.set_kind(one, Secrecy.NAMED)
        for seen in (before[:16], ""):
            with pytest.raises(rounds.RoundChanged):
                await rounds.open_(session, one, seen=seen, invitation={}, now=MORNING, by=author.id)
        for nobody in (Audience(), Audience(units=(empty.id,))):
            rounds.aim(one, nobody)
            with pytest.raises(rounds.NobodyAsked):
                await opens(session, one, author)
        rounds.aim(one, Audience(everyone=True))
        one.closes_at = MORNING
        with pytest.raises(rounds.DeadlinePassed):
            await opens(session, one, author)
        assert await count(session, SurveyParticipant) == 0
        one.closes_at = SOON
        await opens(session, one, author)
        for again in (opens(session, one, author), rounds.preparing(session, one.id)):
            with pytest.raises(StaleButton):
                await again
        with pytest.raises(StaleButton):
            rounds.drop(one)
        with pytest.raises(NotFound):
            await rounds.get(session, one.id + 1)


async def test_a_deadline_lies_ahead_and_of_an_open_round_is_only_put_off(database: Database) -> None:
    async with database.transaction() as session:
        author = await staff(session, 1)
        one = await ready(session, author)
        for wrong in (MORNING, LATEST + timedelta(days=1)):
            with pytest.raises(rounds.DeadlinePassed):
                rounds.set_deadline(one, wrong, MORNING, LATEST)
        rounds.set_deadline(one, MORNING + timedelta(days=3), MORNING, LATEST)
        await opens(session, one, author)
        with pytest.raises(rounds.DeadlinePassed):
            rounds.set_deadline(one, MORNING + timedelta(days=2), MORNING, LATEST)
        rounds.set_deadline(one, SOON, MORNING, LATEST)
        assert await rounds.due(session, SOON - timedelta(seconds=1)) == []
        assert await rounds.due(session, SOON) == [one]
        await rounds.close(session, one, SOON, None)
        with pytest.raises(StaleButton):
            await rounds.close(session, one, SOON, None)
        with pytest.raises(StaleButton):
            rounds.set_deadline(one, LATEST, SOON, LATEST)
        assert await rounds.due(session, LATEST) == []


async def test_what_is_being_prepared_is_taken_up_again_by_its_author_alone(database: Database) -> None:
    async with database.transaction() as session:
        author = await staff(session, 2)
        other = await factories.employee(session, "Budi", at=MORNING)
        one = await ready(session, author)
        one.closes_at = MORNING + timedelta(days=2)
        version = await versions.get(session, one.version_id)
        assert (await rounds.prepare(session, version, author.id, SOON, MORNING)).closes_at != SOON
        later = MORNING + timedelta(days=3)
        assert (await rounds.prepare(session, version, author.id, SOON, later)).closes_at == SOON
        theirs = await rounds.prepare(session, version, other.id, SOON, MORNING)
        assert theirs.id != one.id
        assert (theirs.secrecy, theirs.cuts) == ("confidential", ["agency"])
        assert [found.id for found, _ in await rounds.listed(session, author.id)] == [one.id]
        rounds.toggle_cut(one, "position_kind")
        rounds.toggle_cut(one, "agency")
        rounds.toggle_cut(one, "employment_type")
        assert one.cuts == ["employment_type", "position_kind"]
        with pytest.raises(NotFound):
            rounds.toggle_cut(one, "sex")


async def test_packaged_versions_come_once_and_a_newer_file_takes_their_place(database: Database) -> None:
    second = defined(single("Q1"), single("Q2"), code="KECIL", version=2)
    async with database.transaction() as session:
        for packaged in ([SMALL], [SMALL], [SMALL, second], [second]):
            await versions.install(session, packaged, MORNING)
        kept = await versions.listed(session)
        assert [(one.code, one.version, one.origin) for one in kept] == [("KECIL", 2, "packaged")]
        assert await count(session, SurveyVersion) == 2


async def test_of_two_drafts_the_one_published_last_is_the_newest(database: Database) -> None:
    async with database.transaction() as session:
        author, other = await staff(session, 1), await factories.employee(session, "Budi", at=MORNING)
        early, late = [
            await versions.keep(session, defined(single(code), code="DUA"), who.id, MORNING)
            for code, who in (("Q1", author), ("Q2", other))
        ]
        for one in (late, early):
            await versions.publish(session, one, one.author_id or 0, MORNING)
        assert (late.version, early.version) == (2, 3)
        listed = await versions.listed(session)
        assert [(one.id, one.version) for one in listed] == [(early.id, 3)]
        assert (definitions.of(early).version, definitions.of(early).questions[0].code) == (3, "Q1")


async def test_drafts_count_up_belong_to_their_author_and_copies_find_a_free_code(database: Database) -> None:
    recalling = defined(single("Q1"), question("Q2", "short_text", text={"id": "{{ answer.Q1 }}?"}), code="KECIL")
    async with database.transaction() as session:
        author, other = await staff(session, 1), await factories.employee(session, "Budi", at=MORNING)
        first = await published(session)
        with pytest.raises(DefinitionInvalid):
            await versions.keep(session, recalling, author.id, MORNING)
        one = await versions.keep(session, SMALL, author.id, MORNING)
        again = await versions.keep(session, SMALL, author.id, MORNING)
        theirs = await versions.keep(session, SMALL, other.id, MORNING)
        assert (first.version, one.version, again.id, theirs.version) == (1, 2, one.id, 3)
        copies = [await versions.clone(session, first, Text("Salinan"), author.id, MORNING) for _ in range(2)]
        assert [copy.code for copy in copies] == ["KECIL_2", "KECIL_3"]
        long = await versions.keep(session, defined(single("Q1"), code="A" * 20), author.id, MORNING)
        assert (await versions.clone(session, long, Text("X"), author.id, MORNING)).code == "A" * 18 + "_2"
        for refused in (versions.publish(session, first, author.id, MORNING), versions.throw_away(session, first)):
            with pytest.raises(StaleButton):
                await refused
        with pytest.raises(StaleButton):
            await rounds.prepare(session, one, author.id, SOON, MORNING)


def test_the_end_is_at_the_end_of_office_hours_on_a_working_day() -> None:
    tuesday = date(2026, 11, 24)
    ends = [deadlines.after(tuesday, days, ZONE, CALENDAR, RULES) for days in (7, 4, 30)]
    assert [end.astimezone(ZONE).isoformat() for end in ends] == [
        "2026-12-01T17:00:00+08:00",
        "2026-11-30T17:00:00+08:00",
        "2026-12-28T17:00:00+08:00",
    ]
    assert {end.tzinfo for end in ends} == {UTC}
