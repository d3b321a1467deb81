"""A roster between its dry run and its end, and how many people there are."""

import pytest
from sqlalchemy import select

from db import employees
from db.employees import Standing
from db.engine import Database
from db.errors import StaleButton
from db.models import Employee, RosterImport
from db.remarks import Cell
from db.roster import imports
from db.roster.imports import StagedFile
from db.roster.planning import Plan, plan
from tests import factories
from tests.rostering import HEALTH, LATER, NOW, SOCIAL, saved
from tests.rosters import PERSON, judged, person

FILE = StagedFile("pegawai.xlsx", b"PK rahasia 081100000001", ("Dinas Kesehatan",))


async def staged(database: Database) -> int:
    await saved(database, PERSON)
    async with database.transaction() as session:
        made = await plan(session, judged(PERSON), complete=[SOCIAL], leaving_share=0.01)
        rina = (await session.scalars(select(Employee))).one()
        return (await imports.stage(session, made, FILE, actor_id=rina.id, now=NOW)).id


async def test_a_file_is_kept_sealed_until_it_is_saved(database: Database) -> None:
    import_id = await staged(database)
    async with database.reading() as session:
        row = await session.get(RosterImport, import_id)
        assert row is not None
        assert (row.state, row.counts["accepted"], row.saved_at) == ("staged", 1, None)
        assert b"rahasia" not in (row.staged_sealed or b"")
    async with database.transaction() as session:
        row, file = await imports.held(session, import_id)
        assert file == FILE
        imports.end(row, "saved", LATER)
    async with database.reading() as session:
        row = await session.get(RosterImport, import_id)
        assert row is not None
        assert (row.state, row.staged_sealed, row.saved_at) == ("saved", None, LATER)


async def test_a_dropped_file_is_erased(database: Database) -> None:
    import_id = await staged(database)
    async with database.transaction() as session:
        imports.end((await imports.held(session, import_id))[0], "dropped", LATER)
    async with database.reading() as session:
        row = await session.get(RosterImport, import_id)
        assert row is not None
        assert (row.state, row.staged_sealed, row.saved_at) == ("dropped", None, None)


async def test_a_file_that_is_over_or_waits_for_another_cannot_be_saved_again(database: Database) -> None:
    import_id = await staged(database)
    async with database.transaction() as session:
        imports.await_second((await imports.held(session, import_id))[0])
    async with database.transaction() as session:
        with pytest.raises(StaleButton):
            await imports.held(session, import_id)
        row, file = await imports.held(session, import_id, "awaiting")
        assert file.complete == FILE.complete
        imports.end(row, "saved", LATER)
    async with database.transaction() as session:
        for states in ((), ("awaiting",), ("saved",)):
            with pytest.raises(StaleButton):
                await imports.held(session, import_id, *states)
        with pytest.raises(StaleButton):
            await imports.held(session, 10**6)


async def test_a_second_officer_agrees_to_this_file_and_these_people(database: Database) -> None:
    stays, goes, other = person(), person(), person()
    await saved(database, stays, goes, other)
    first = await _leaving(database, stays, other)
    assert imports.approval_digest(FILE, first) == imports.approval_digest(FILE, await _leaving(database, stays, other))
    assert imports.approval_digest(FILE, first) != imports.approval_digest(FILE, await _leaving(database, stays, goes))
    assert imports.approval_digest(FILE, first) != imports.approval_digest(StagedFile("pegawai.xlsx", b"PK"), first)


async def _leaving(database: Database, *rows: dict[str, Cell]) -> Plan:
    async with database.reading() as session:
        return await plan(session, judged(*rows), complete=[SOCIAL], leaving_share=1.0)


async def test_people_are_counted_by_how_far_they_have_joined(database: Database) -> None:
    async with database.transaction() as session:
        for place, (level, phone) in enumerate([(2, "+628111"), (1, "+628112"), (0, None), (0, "+628114")]):
            agency = HEALTH if place == 3 else SOCIAL
            who = await factories.employee(session, agency=agency, phone=phone, at=NOW)
            if level:
                await factories.link(session, who, 700 + place, at=NOW, level=level)
        gone = await factories.employee(session, agency=SOCIAL, at=NOW)
        gone.left_at = NOW
        closed = await factories.link(session, who, 800, at=NOW)
        closed.closed_at = NOW
        social = await factories.unit(session, SOCIAL)
    async with database.reading() as session:
        assert await employees.standing(session, None) == Standing(people=4, joined=2, confirmed=1, without_phone=1)
        assert await employees.standing(session, [social.path]) == Standing(3, 2, 1, 1)
        assert await employees.standing(session, []) == Standing(0, 0, 0, 0)
