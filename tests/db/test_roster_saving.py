"""A roster meets the archive, on both databases: new, changed, moved, left, and what never changes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from db import audit
from db.engine import Database, keys_of
from db.models import AuditEntry, Employee, EmployeeNumber, Link, RoleGrant, Slip, Superior, Unit
from db.remarks import Cell
from db.roster.leaving import TooManyLeaving, UnknownAgency
from db.roster.planning import Plan, plan
from db.roster.saving import Saved, save
from tests import factories
from tests.rosters import PERSON, RULES, judged, number, person

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
SOCIAL = "Dinas Sosial dan Pemberdayaan Masyarakat"
HEALTH = "Dinas Kesehatan"
RINA = str(PERSON["NIP"])

Rows = Sequence[Mapping[str, Cell]]


async def planned(database: Database, *rows: Mapping[str, Cell], complete: Sequence[str] = ()) -> Plan:
    async with database.reading() as session:
        return await plan(session, judged(*rows), complete=complete, leaving_share=RULES.leaving_share)


async def saved(
    database: Database,
    *rows: Mapping[str, Cell],
    complete: Sequence[str] = (),
    now: datetime = NOW,
    approved: bool = False,
    share: float = 1.0,
) -> Saved:
    async with database.transaction() as session:
        made = await plan(session, judged(*rows), complete=complete, leaving_share=share)
        return await save(session, made, actor_id=None, via="shell", now=now, approved=approved)


async def who(database: Database, nip: str = RINA) -> Employee:
    async with database.reading() as session:
        found = await session.scalar(select(Employee).where(Employee.nip == nip))
        assert found is not None
        return found


async def everything(database: Database) -> dict[str, list[Any]]:
    async with database.reading() as session:
        return {
            table.name: [tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key))]
            for table in Employee.metadata.sorted_tables
        }


async def opened(database: Database, purpose: str, sealed: bytes | None) -> Any:
    async with database.reading() as session:
        assert sealed is not None
        seal = keys_of(session).seal(purpose)
        return seal.open_json(sealed) if purpose == "talent" else seal.open(sealed)


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


async def test_nobody_leaves_unless_the_file_is_complete_for_their_agency(database: Database) -> None:
    await saved(database, PERSON, person(UNOR_INDUK=HEALTH))
    assert (await saved(database, person(UNOR_INDUK=HEALTH))).counts.left == 0
    assert (await saved(database, person(UNOR_INDUK=HEALTH), complete=[HEALTH])).counts.left == 2
    assert (await who(database)).left_at is None


async def test_who_moved_to_another_agency_has_not_left(database: Database) -> None:
    await saved(database, PERSON, person())
    found = await planned(database, PERSON | {"UNOR INDUK": HEALTH}, person(), complete=[SOCIAL])
    assert (found.counts.moved, found.counts.left) == (1, 1)


async def test_a_refused_row_that_may_be_anybody_lets_nobody_leave(database: Database) -> None:
    await saved(database, PERSON, person())
    found = await planned(database, {**PERSON, "NIP": "", "NAMA": ""}, person(), complete=[SOCIAL])
    assert found.counts.left == 0
    assert [note.code for note in found.notes] == ["leaving_unclear"]


async def test_an_agency_nobody_knows_cannot_be_complete(database: Database) -> None:
    with pytest.raises(UnknownAgency) as caught:
        await planned(database, PERSON, complete=["Dinas Entah"])
    assert caught.value.values == {"name": "Dinas Entah"}
    assert (await planned(database, PERSON, complete=[SOCIAL.lower()])).counts.left == 0


@pytest.mark.parametrize(("people", "second"), [(100, False), (99, True)])
async def test_above_the_share_leaving_needs_a_second_officer(database: Database, people: int, second: bool) -> None:
    rows = [person() for _ in range(people)]
    await saved(database, *rows)
    assert (await planned(database, *rows[1:], complete=[SOCIAL])).needs_second is second
    if second:
        with pytest.raises(TooManyLeaving) as caught:
            await saved(database, *rows[1:], complete=[SOCIAL], share=RULES.leaving_share)
        assert caught.value.values["leaving"] == 1
        assert (await who(database, str(rows[0]["NIP"]))).left_at is None
    result = await saved(database, *rows[1:], complete=[SOCIAL], share=RULES.leaving_share, approved=second, now=LATER)
    assert result.counts.left == 1
    assert (await who(database, str(rows[0]["NIP"]))).left_at == LATER


async def test_who_leaves_loses_link_slips_roles_and_relations(database: Database) -> None:
    boss = person()
    await saved(database, PERSON | {"NIP ATASAN": boss["NIP"]}, boss, person(NIP_ATASAN=RINA))
    rina = await who(database)
    async with database.transaction() as session:
        await factories.link(session, rina, 700, at=NOW)
        await factories.role(session, rina, "officer", at=NOW)
        session.add(Slip(employee_id=rina.id, typed_digest="t", link_digest="l", made_at=NOW, expires_at=LATER))
    result = await saved(database, boss, complete=[SOCIAL], now=LATER)
    assert (result.counts.left, result.roles_ended) == (2, 1)
    async with database.reading() as session:
        link, slip = (await session.scalars(select(Link))).one(), (await session.scalars(select(Slip))).one()
        assert (link.closed_at, link.closed_reason) == (slip.closed_at, slip.closed_reason) == (LATER, "left")
        grant = (await session.scalars(select(RoleGrant))).one()
        assert (grant.ended_at, grant.end_reason) == (LATER, "left")
        assert {one.until for one in await session.scalars(select(Superior))} == {LATER}


async def test_who_comes_back_is_the_same_person(database: Database) -> None:
    await saved(database, PERSON, person())
    first = await who(database)
    await saved(database, person(), complete=[SOCIAL])
    result = await saved(database, PERSON, now=LATER)
    again = await who(database)
    assert (result.counts.returned, result.counts.new) == (1, 0)
    assert (again.id, again.left_at) == (first.id, None)


async def test_an_import_never_moves_a_link(database: Database) -> None:
    await saved(database, PERSON, person(UNOR_INDUK=HEALTH))
    rina = await who(database)
    async with database.transaction() as session:
        await factories.link(session, rina, 700, at=NOW)
    links = (await everything(database))["links"]
    changed = PERSON | {"NOMOR HP": "081299999999", "UNOR INDUK": HEALTH}
    taker = person(NOMOR_HP=PERSON["NOMOR HP"])
    result = await saved(database, changed, taker, now=LATER)
    assert result.counts.rephoned == 1
    assert (await everything(database))["links"] == links
    await saved(database, person(UNOR_INDUK=HEALTH), now=LATER)  # one agency alone unlinks nobody
    assert (await everything(database))["links"] == links


async def test_another_telephone_of_somebody_joined_is_told_and_audited(database: Database) -> None:
    quiet = person()
    await saved(database, PERSON, quiet)
    rina = await who(database)
    async with database.transaction() as session:
        await factories.link(session, rina, 700, at=NOW)
    rows = [PERSON | {"NOMOR HP": "081299999999"}, quiet | {"NOMOR HP": "081288888888"}]
    found = await planned(database, *rows)
    assert {row: [one.code for one in said] for row, said in found.remarks.items()} == {2: ["phone_changed"]}
    await saved(database, *rows, now=LATER)
    async with database.reading() as session:
        acts = await session.execute(select(AuditEntry.act, AuditEntry.subject_id).where(AuditEntry.at == LATER))
        assert [tuple(row) for row in acts] == [("roster.save", None), ("roster.rephone", rina.id)]
        assert await audit.broken_at(session) is None


async def test_a_telephone_somebody_outside_the_file_has_is_doubted(database: Database) -> None:
    await saved(database, PERSON, person())
    newcomer = person(NOMOR_HP=PERSON["NOMOR HP"], UNOR_INDUK=HEALTH)
    found = await planned(database, newcomer)
    assert [one.code for one in found.remarks[2]] == ["phone_elsewhere"]
    assert (await planned(database, newcomer, PERSON)).remarks[2][0].code == "phone_shared"


async def test_a_new_number_with_the_former_beside_it_keeps_the_person(database: Database) -> None:
    await saved(database, PERSON)
    first, new = await who(database), number()
    result = await saved(database, PERSON | {"NIP": new, "NIP LAMA": RINA}, now=LATER)
    assert (result.counts.renumbered, result.counts.new, result.counts.warned) == (1, 0, 1)
    assert (await who(database, new)).id == first.id
    async with database.reading() as session:
        history = await session.execute(
            select(EmployeeNumber.nip, EmployeeNumber.employee_id, EmployeeNumber.since, EmployeeNumber.until)
        )
        assert {tuple(row) for row in history} == {(RINA, first.id, NOW, LATER), (new, first.id, LATER, None)}
    again = await planned(database, PERSON)
    assert [one.code for one in again.remarks[2]] == ["nip_former"]
    assert again.counts.refused == 1


async def test_name_birth_sex_and_telephone_together_are_the_same_person(database: Database) -> None:
    await saved(database, PERSON)
    new = RINA[:8] + "2026" + RINA[12:15] + "904"
    found = await planned(database, PERSON | {"NIP": new, "NAMA": "RINA  CONTOH"})
    assert (found.counts.renumbered, [one.code for one in found.remarks[2] if one.code != "nip_age"]) == (
        1,
        ["nip_changed"],
    )


@pytest.mark.parametrize(
    "other",
    [{"NAMA": "Rina Lain"}, {"NOMOR HP": "081277777777"}, {"NOMOR HP": ""}, {"NIP": "198704132010012904"}],
)
async def test_anything_less_is_somebody_else(database: Database, other: dict[str, Cell]) -> None:
    await saved(database, PERSON)
    assert (await planned(database, PERSON | {"NIP": "198704122010012904"} | other)).counts.new == 1


async def test_two_rows_cannot_be_one_person(database: Database) -> None:
    await saved(database, PERSON)
    found = await planned(database, PERSON, person(NIP_LAMA=RINA))
    assert [one.code for one in found.remarks[3]] == ["former_taken"]
    assert (found.counts.accepted, found.counts.refused) == (1, 1)


async def test_superiors_are_a_relation_with_dates(database: Database) -> None:
    boss, other = person(), person()
    found = await planned(database, PERSON | {"NIP ATASAN": boss["NIP"]}, person(NIP_ATASAN=number()))
    assert [found.remarks[row][0].code for row in (2, 3)] == ["superior_unknown", "superior_unknown"]
    await saved(database, PERSON | {"NIP ATASAN": boss["NIP"]}, boss, other)
    await saved(database, PERSON | {"NIP ATASAN": boss["NIP"]}, now=LATER)
    assert await _superiors(database) == [(str(boss["NIP"]), NOW, None)]
    await saved(database, PERSON, now=LATER)  # without the column nothing is said
    await saved(database, PERSON | {"NIP ATASAN": "tidak terbaca"}, now=LATER)
    assert await _superiors(database) == [(str(boss["NIP"]), NOW, None)]
    await saved(database, PERSON | {"NIP ATASAN": other["NIP"]}, now=LATER)
    assert await _superiors(database) == [(str(boss["NIP"]), NOW, LATER), (str(other["NIP"]), LATER, None)]
    await saved(database, PERSON | {"NIP ATASAN": ""}, now=LATER + timedelta(days=1))
    assert [row[2] is None for row in await _superiors(database)] == [False, False]


async def _superiors(database: Database) -> list[tuple[str, datetime, datetime | None]]:
    async with database.reading() as session:
        rows = await session.execute(
            select(Employee.nip, Superior.since, Superior.until)
            .join(Employee, Employee.id == Superior.superior_id)
            .order_by(Superior.id)
        )
        return [(nip, since, until) for nip, since, until in rows]


@pytest.mark.parametrize(
    ("role", "over", "moves_to", "lapses"),
    [
        ("unit_operator", SOCIAL, {"UNOR NAMA": "Bidang Lain"}, False),
        ("unit_operator", SOCIAL, {"UNOR INDUK": HEALTH}, True),
        ("unit_operator", "Subbagian Umum", {"UNOR NAMA": "Bidang Lain"}, True),
        ("unit_operator", HEALTH, {"UNOR INDUK": HEALTH}, False),
        ("officer", None, {"UNOR NAMA": "Bidang Lain"}, False),
        ("officer", None, {"UNOR INDUK": HEALTH}, True),
        ("officer", None, {"GOL RUANG": "IV/a"}, False),
    ],
)
async def test_a_role_lapses_when_its_holder_moves_out_of_it(
    database: Database, role: str, over: str | None, moves_to: dict[str, Cell], lapses: bool
) -> None:
    await saved(database, PERSON, person(UNOR_INDUK=HEALTH))
    rina = await who(database)
    async with database.transaction() as session:
        unit = await session.scalar(select(Unit).where(Unit.name == over).order_by(Unit.id)) if over else None
        await factories.role(session, rina, role, at=NOW, over=unit)
    result = await saved(database, PERSON | moves_to, now=LATER)
    async with database.reading() as session:
        grant = (await session.scalars(select(RoleGrant))).one()
    assert (grant.ended_at, grant.end_reason) == ((LATER, "moved") if lapses else (None, None))
    assert result.roles_ended == int(lapses)


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
