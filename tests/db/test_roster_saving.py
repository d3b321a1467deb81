"""A roster meets the archive, on both databases: who is new, what changes, and what stays."""

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from db.engine import Database
from db.models import AuditEntry, Employee, EmployeeNumber, Unit
from db.remarks import Cell
from db.roster.planning import plan
from db.roster.saving import save
from tests.rostering import HEALTH, LATER, RINA, SOCIAL, everything, opened, planned, saved, who
from tests.rosters import PERSON, judged, person


async def test_a_dry_run_changes_nothing(database: Database) -> None:
    await saved(database, PERSON, person())
    before = await everything(database)
    found = await planned(database, PERSON | {"NAMA": "Rina Baru"}, person(), complete=[SOCIAL])
    assert (found.counts.new, found.counts.changed, found.counts.left) == (1, 1, 1)
    assert await everything(database) == before


async def test_people_come_in_with_their_units_and_numbers(database: Database) -> None:
    result = await saved(database, PERSON, person(UNOR_INDUK=HEALTH, UNOR_NAMA="Puskesmas Palaran"))
    assert (result.counts.accepted, result.counts.new, result.counts.units) == (2, 2, 4)
    rina = await who(database)
    assert (rina.full_name, rina.grade, rina.employment_type, rina.sex) == (
        "Rina Contoh", "III/d", "permanent_servant", "F"
    )  # fmt: skip
    async with database.reading() as session:
        unit, agency = await session.get(Unit, rina.unit_id), await session.get(Unit, rina.agency_id)
        assert unit is not None
        assert agency is not None
        assert (unit.name, agency.name) == ("Subbagian Umum", SOCIAL)
        assert unit.path == f"/{agency.id}/{unit.id}/"
        assert (agency.path, agency.parent_id) == (f"/{agency.id}/", None)
        numbers = (await session.execute(select(EmployeeNumber.nip, EmployeeNumber.until))).all()
        assert {tuple(row) for row in numbers} == {(RINA, None), (f"{(await _other(database)).nip}", None)}


async def _other(database: Database) -> Employee:
    async with database.reading() as session:
        found = await session.scalar(select(Employee).where(Employee.nip != RINA))
        assert found is not None
        return found


async def test_telephone_and_talent_are_sealed(database: Database) -> None:
    await saved(database, PERSON | {"PREDIKAT KINERJA 2025": "Baik", "HUKDIS AKTIF": "Ringan"})
    rina = await who(database)
    assert await opened(database, "phone", rina.phone_sealed) == "+6281100000001"
    assert await opened(database, "talent", rina.talent_sealed) == {"performance_2025": "good", "discipline": "light"}
    stored = repr(await everything(database))
    for secret in ("81100000001", "performance_2025", "light"):
        assert secret not in stored


async def test_a_unit_is_the_same_whatever_its_blanks_and_capitals(database: Database) -> None:
    await saved(database, PERSON)
    await saved(database, person(UNOR_INDUK=SOCIAL.upper().replace(" ", "  "), UNOR_NAMA="SUBBAGIAN umum"))
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Unit.id))) == 2


async def test_an_agency_named_as_its_own_unit_is_one_unit(database: Database) -> None:
    await saved(database, PERSON | {"UNOR NAMA": SOCIAL})
    rina = await who(database)
    assert rina.unit_id == rina.agency_id


async def test_the_same_file_again_changes_nobody(database: Database) -> None:
    rows = [PERSON | {"PREDIKAT KINERJA 2025": "Baik"}, person()]
    await saved(database, *rows)
    before = await everything(database)
    result = await saved(database, *rows, now=LATER)
    assert (result.counts.unchanged, result.counts.changed, result.counts.new, result.counts.units) == (2, 0, 0, 0)
    after = await everything(database)
    assert {name for name in after if after[name] != before[name]} == {"audit", "audit_head"}


async def test_a_new_cell_changes_its_person(database: Database) -> None:
    await saved(database, PERSON, person())
    result = await saved(database, PERSON | {"GOL RUANG": "IV/a", "NAMA": "Rina Contoh Sari"}, now=LATER)
    assert (result.counts.changed, result.counts.unchanged) == (1, 0)
    rina = await who(database)
    assert (rina.grade, rina.full_name, rina.updated_at) == ("IV/a", "Rina Contoh Sari", LATER)


async def test_a_column_that_is_not_in_the_file_says_nothing(database: Database) -> None:
    await saved(database, PERSON | {"PREDIKAT KINERJA 2025": "Baik", "NILAI POTENSI": 60.0})
    short = {name: cell for name, cell in PERSON.items() if name not in {"NOMOR HP", "GELAR BELAKANG", "TMT JABATAN"}}
    result = await saved(database, short | {"NILAI POTENSI": 70.0}, now=LATER)
    assert result.counts.changed == 1
    rina = await who(database)
    assert (rina.title_suffix, rina.phone_digest is None, rina.position_date is None) == ("S.Sos., M.Si.", False, False)
    assert await opened(database, "talent", rina.talent_sealed) == {"performance_2025": "good", "potential": 70.0}


async def test_an_empty_cell_empties_what_was_known(database: Database) -> None:
    await saved(database, PERSON | {"NILAI POTENSI": 60.0})
    await saved(database, PERSON | {"NILAI POTENSI": "", "GELAR BELAKANG": "", "NOMOR HP": ""}, now=LATER)
    rina = await who(database)
    assert (rina.title_suffix, rina.phone_sealed, rina.phone_digest, rina.talent_sealed) == (None, None, None, None)


async def test_a_cell_that_cannot_be_read_leaves_what_was_known(database: Database) -> None:
    await saved(database, PERSON | {"NILAI POTENSI": 60.0})
    before = await who(database)
    bad = {"TMT JABATAN": "kapan-kapan", "NOMOR HP": "tidak ada nomor", "NILAI POTENSI": "bagus"}
    result = await saved(database, PERSON | bad, now=LATER)
    assert (result.counts.unchanged, result.counts.warned) == (1, 1)
    after = await who(database)
    assert (after.position_date, after.phone_digest) == (before.position_date, before.phone_digest)
    assert await opened(database, "talent", after.talent_sealed) == {"potential": 60.0}


async def test_the_person_of_a_refused_row_is_untouched(database: Database) -> None:
    await saved(database, PERSON, person(), person())
    before = await who(database)
    wrong = PERSON | {"NAMA": "Nama Lain", "GOL RUANG": "I/e"}
    mistyped = {**PERSON, "NIP": "19870412201001290"}
    for row in (wrong, mistyped):
        result = await saved(database, row, person(), complete=[SOCIAL], now=LATER, share=1.0)
        assert result.counts.refused == 1
        after = await who(database)
        assert (after.full_name, after.left_at, after.updated_at) == ("Rina Contoh", None, before.updated_at)


async def test_saving_is_audited_by_counts_alone(database: Database) -> None:
    await saved(database, PERSON)
    async with database.reading() as session:
        entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.act, entry.via, entry.details["new"]) == ("roster.save", "shell", 1)
    assert RINA not in repr(entry.details)
    assert "Rina" not in repr(entry.details)


async def test_a_unit_learns_where_it_lies(database: Database) -> None:
    await saved(database, PERSON | {"LOKASI KERJA": "Palaran"})
    async with database.reading() as session:
        places = {unit.name: unit.kecamatan for unit in await session.scalars(select(Unit))}
    assert places == {SOCIAL: None, "Subbagian Umum": "Palaran"}


async def test_hostile_names_are_only_names(database: Database) -> None:
    names = ["Robert'); DROP TABLE employees;--", "<b>Siti</b> & <script>", '=HYPERLINK("http://x")', "Ni\u0000no"]
    await saved(database, *(person(NAMA=name, UNOR_NAMA=name) for name in names))
    async with database.reading() as session:
        kept = set(await session.scalars(select(Employee.full_name)))
    assert kept == {*names[:3], "Nino"}


async def _save_twice(database: Database, *rows: Mapping[str, Cell]) -> None:
    async with database.transaction() as session:
        made = await plan(session, judged(*rows), leaving_share=1.0)
        await save(session, made, actor_id=None, via="shell", now=LATER)
        await save(session, made, actor_id=None, via="shell", now=LATER)


async def test_a_save_that_breaks_leaves_everything_as_it_was(database: Database) -> None:
    await saved(database, PERSON)
    before = await everything(database)
    with pytest.raises(IntegrityError):
        await _save_twice(database, person())
    assert await everything(database) == before
