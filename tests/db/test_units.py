"""The tree of units: who works where, and what lies below what."""

from datetime import UTC, datetime

import pytest

from db import units
from db.engine import Database
from db.remarks import Unreadable
from tests import factories

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
async def city(database: Database) -> Database:
    async with database.transaction() as session:
        for name, agency, unit in [
            ("Rina", "Dinas Sosial", "Bidang A"),
            ("Andi", "Dinas Sosial", "Bidang B"),
            ("Siti", "Dinas Sosial", "Bidang B"),
            ("Budi", "Dinas Kesehatan", "Puskesmas"),
        ]:
            await factories.employee(session, name, agency=agency, unit_name=unit, at=NOW)
        gone = await factories.employee(session, "Eka", agency="Dinas Kesehatan", unit_name="Puskesmas", at=NOW)
        gone.left_at = NOW
        await factories.unit(session, "Badan Baru")
    return database


async def test_agencies_are_listed_by_name_with_who_works_there_now(city: Database) -> None:
    async with city.reading() as session:
        found = await units.agencies(session)
    assert [(one.name, one.people) for one in found] == [("Badan Baru", 0), ("Dinas Kesehatan", 1), ("Dinas Sosial", 3)]


async def test_the_units_below_an_agency_are_listed_alike(city: Database) -> None:
    async with city.reading() as session:
        social = (await units.agencies(session))[2]
        found = await units.children(session, social.id)
    assert [(one.name, one.people) for one in found] == [("Bidang A", 1), ("Bidang B", 2)]
    assert all(one.path == f"{social.path}{one.id}/" for one in found)


async def test_a_subtree_is_a_unit_and_all_below_it(city: Database) -> None:
    async with city.reading() as session:
        social = (await units.agencies(session))[2]
        below = [one.id for one in await units.children(session, social.id)]
        assert await units.subtree(session, social.id) == sorted([social.id, *below])
        assert await units.subtree(session, below[0]) == [below[0]]
        assert await units.subtree(session, 10**6) == []


async def test_a_unit_of_the_same_name_in_two_agencies_is_two_units(database: Database) -> None:
    social, health, general = (units.UnitName(name, units.name_key(name)) for name in ("Sosial", "Kesehatan", "Umum"))
    async with database.transaction() as session:
        ids = await units.grow(session, [(social, general), (health, general)])
        again = await units.grow(session, [(health, general), (social, social)])
    assert len(set(ids.values())) == 4
    assert again == ids


@pytest.mark.parametrize("cell", ["x" * 201, "ß" * 150])
def test_a_name_too_long_to_keep_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable) as caught:
        units.unit_name(cell)
    assert caught.value.remark.code == "too_long"
