"""People over time: who leaves, who comes back, whose number or telephone is another one, who is whose superior."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from db import audit
from db.engine import Database
from db.models import AuditEntry, Employee, EmployeeNumber, Link, RoleGrant, Slip, Superior, Unit
from db.remarks import Cell
from db.roster.leaving import TooManyLeaving, UnknownAgency
from tests import factories
from tests.rostering import HEALTH, LATER, NOW, RINA, SOCIAL, everything, planned, saved, who
from tests.rosters import PERSON, RULES, number, person


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


async def test_a_namesake_who_stands_in_the_file_is_somebody_else(database: Database) -> None:
    await saved(database, PERSON)
    found = await planned(database, PERSON, PERSON | {"NIP": "198704122010012904"})
    assert (found.counts.new, found.counts.refused) == (1, 0)
    assert [one.code for one in found.remarks[3]] == ["phone_shared"]


async def test_who_has_left_already_does_not_leave_again(database: Database) -> None:
    await saved(database, PERSON, person(), person())
    first = await saved(database, PERSON, complete=[SOCIAL])
    found = await planned(database, PERSON, complete=[SOCIAL])
    assert (first.counts.left, found.counts.left, found.leaving.of) == (2, 0, 1)


async def test_the_telephone_of_who_has_left_is_free(database: Database) -> None:
    await saved(database, PERSON, person())
    await saved(database, person(), complete=[SOCIAL])
    assert (await planned(database, person(NOMOR_HP=PERSON["NOMOR HP"]))).remarks == {}


async def test_leaving_keeps_the_dates_of_what_had_ended_before(database: Database) -> None:
    boss, other = person(), person()
    await saved(database, PERSON | {"NIP ATASAN": boss["NIP"]}, boss, other)
    await saved(database, PERSON | {"NIP ATASAN": other["NIP"]}, now=LATER)
    await saved(database, boss, other, complete=[SOCIAL], now=LATER + timedelta(days=1))
    assert [until for _, _, until in await _superiors(database)] == [LATER, LATER + timedelta(days=1)]


async def test_nobody_becomes_their_own_superior(database: Database) -> None:
    await saved(database, PERSON | {"NIP ATASAN": RINA})
    assert await _superiors(database) == []


async def test_two_rows_cannot_be_one_person(database: Database) -> None:
    await saved(database, PERSON)
    found = await planned(database, PERSON, person(NIP_LAMA=RINA))
    assert [one.code for one in found.remarks[3]] == ["former_taken"]
    assert (found.counts.accepted, found.counts.refused) == (1, 1)


async def test_a_former_number_names_one_person_only_once(database: Database) -> None:
    await saved(database, PERSON)
    found = await planned(database, person(NIP_LAMA=RINA), person(NIP_LAMA=RINA))
    assert (found.counts.renumbered, found.counts.refused) == (1, 1)
    assert [one.code for one in found.remarks[3]] == ["former_taken"]


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
