"""Links as the archive keeps them: whose number it is, the five units, generations, claims and who is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from db import audit, link_review, links, outbox, people, roles
from db.engine import Database, Session
from db.errors import NotFound
from db.links import BY_PHONE, BY_SLIP, Joined
from db.models import Employee, Link, LinkClaim, Outbox, RoleGrant
from tests import factories

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PHONE = "+6281234567890"


async def someone(session: Session, name: str = "Rina Contoh", **more: str) -> Employee:
    return await factories.employee(session, name, at=NOW, **more)


async def chats(session: Session, who: Employee) -> list[tuple[int, int, int, str | None]]:
    """List somebody's links as (generation, chat, level, why closed)."""
    columns = (Link.generation, Link.chat_id, Link.level, Link.closed_reason)
    rows = await session.execute(select(*columns).where(Link.employee_id == who.id).order_by(Link.generation))
    return [tuple(row) for row in rows]  # type: ignore[misc]


@pytest.mark.parametrize("number", [PHONE, "6281234567890", "+62 812-3456-7890"])
async def test_a_number_is_found_as_telegram_writes_it(database: Database, number: str) -> None:
    async with database.transaction() as session:
        rina = await someone(session, phone=PHONE)
        found = await links.by_phone(session, number)
        assert found is not None
        assert found.id == rina.id
        assert await links.by_phone(session, "081234567890") is None  # not in the form Telegram uses
        assert await links.by_phone(session, "") is None


async def test_a_number_of_somebody_who_left_belongs_to_who_has_it_now(database: Database) -> None:
    async with database.transaction() as session:
        gone, budi = await someone(session, phone=PHONE), await someone(session, "Budi Contoh", phone=PHONE)
        assert await links.by_phone(session, PHONE) is None
        gone.left_at = NOW
        await session.flush()
        found = await links.by_phone(session, PHONE)
        assert found is not None
        assert found.id == budi.id


async def test_the_own_unit_is_among_those_offered_and_none_twice(database: Database) -> None:
    async with database.transaction() as session:
        people_ = [await someone(session, unit_name=f"Bidang {letter}") for letter in "ABCDEFGH"]
        await someone(session, agency="Dinas Lain", unit_name="Bidang A")  # another unit of the same name
        places = set()
        for who in people_:
            offered = await links.unit_choices(session, who, 5)
            assert len(offered) == len({name for _, name in offered}) == 5
            ids = [unit_id for unit_id, _ in offered]
            assert who.unit_id in ids
            assert await links.unit_choices(session, who, 5) == offered
            places.add(ids.index(who.unit_id))
        assert len(places) > 1  # the own one stands anywhere


async def test_where_there_are_few_units_few_are_offered(database: Database) -> None:
    async with database.transaction() as session:
        rina = await someone(session, unit_name="Bidang A")
        assert [name for _, name in await links.unit_choices(session, rina, 5)] == ["Bidang A"]
        await someone(session, unit_name="Bidang B")
        assert len(await links.unit_choices(session, rina, 5)) == 2


async def test_the_way_by_phone_closes_for_a_month(database: Database) -> None:
    async with database.transaction() as session:
        rina, budi = await someone(session), await someone(session, "Budi Contoh")
        await links.wrong_unit(session, rina, NOW)
        assert await links.phone_way_open(session, rina, NOW)
        await links.wrong_unit(session, rina, NOW)
        assert not await links.phone_way_open(session, rina, NOW)
        assert await links.phone_way_open(session, budi, NOW)
        assert not await links.phone_way_open(session, rina, NOW + timedelta(days=29))
        assert await links.phone_way_open(session, rina, NOW + timedelta(days=31))


async def test_joining_twice_from_one_account_is_one_link(database: Database) -> None:
    async with database.transaction() as session:
        rina = await someone(session)
        said = [
            (await links.join(session, rina, 7, way, NOW)).joined for way in (BY_PHONE, BY_PHONE, BY_SLIP, BY_PHONE)
        ]
        assert said == [Joined.LINKED, Joined.ALREADY, Joined.RAISED, Joined.ALREADY]
        assert await chats(session, rina) == [(1, 7, 2, None)]


async def test_a_new_account_is_a_new_generation_that_no_old_message_reaches(database: Database) -> None:
    async with database.transaction() as session:
        rina = await someone(session)
        await links.join(session, rina, 7, BY_SLIP, NOW)
        await outbox.queue(session, "links/new", {}, employee_id=rina.id, lane=outbox.Lane.REPLIES, due_at=NOW)
        old = await links.open_link(session, rina.id)
        assert old is not None
        await links.close(session, old, "rejected", None, NOW)
        outcome = await links.join(session, rina, 8, BY_PHONE, NOW)
        assert (outcome.joined, outcome.former_chat) == (Joined.LINKED, 7)
        assert await chats(session, rina) == [(1, 7, 2, "rejected"), (2, 8, 1, None)]
        assert (await session.scalars(select(Outbox.link_generation))).all() == [1]


async def test_an_account_claims_once_and_a_frozen_one_opens_nothing(database: Database) -> None:
    async with database.transaction() as session:
        rina = await someone(session)
        await links.join(session, rina, 7, BY_SLIP, NOW)
        for _ in range(2):
            outcome = await links.join(session, rina, 8, BY_PHONE, NOW)
            assert (outcome.joined, outcome.former_chat) == (Joined.CLAIMED, 7)
        assert (await session.scalars(select(LinkClaim.chat_id))).all() == [8]
        assert (await people.identify(session, 7, NOW)).frozen
        assert (await people.identify(session, 8, NOW)).level == 0
        with pytest.raises(links.LinkFrozen):
            await links.join(session, rina, 7, BY_SLIP, NOW)
        with pytest.raises(links.AccountTaken):
            await links.join(session, await someone(session, "Budi Contoh"), 7, BY_SLIP, NOW)


async def contested(session: Session, *claimants: int) -> Employee:
    """Have somebody in chat 7 whom other accounts claim."""
    rina = await someone(session)
    await links.join(session, rina, 7, BY_SLIP, NOW)
    for chat_id in claimants:
        await links.join(session, rina, chat_id, BY_PHONE, NOW)
    return rina


async def test_a_link_thaws_when_its_last_claim_is_turned_down(database: Database) -> None:
    async with database.transaction() as session:
        rina, officer = await contested(session, 8, 9), await someone(session, "Olin Contoh")
        first, second = await link_review.claims(session, None)
        await link_review.keep_old(session, first, officer.id, NOW)
        assert (await people.identify(session, 7, NOW)).frozen
        await link_review.keep_old(session, second, officer.id, NOW)
        assert not (await people.identify(session, 7, NOW)).frozen
        assert await chats(session, rina) == [(1, 7, 2, None)]
        with pytest.raises(NotFound):
            await link_review.claim(session, first.claim.id)


async def test_a_claim_passed_on_tells_who_else_claimed(database: Database) -> None:
    async with database.transaction() as session:
        rina, officer = await contested(session, 8, 9), await someone(session, "Olin Contoh")
        first, _ = await link_review.claims(session, None)
        assert await link_review.pass_on(session, first, officer.id, NOW) == [9]
        assert await chats(session, rina) == [(1, 7, 2, "passed"), (2, 8, 2, None)]
        assert await link_review.claim_count(session, None) == 0


async def test_a_claimant_who_became_somebody_else_gets_nobody_more(database: Database) -> None:
    async with database.transaction() as session:
        await contested(session, 8)
        officer, budi = await someone(session, "Olin Contoh"), await someone(session, "Budi Contoh")
        await links.join(session, budi, 8, BY_SLIP, NOW)
        (case,) = await link_review.claims(session, None)
        with pytest.raises(links.AccountTaken):
            await link_review.pass_on(session, case, officer.id, NOW)


async def test_each_sees_only_the_own_subtrees(database: Database) -> None:
    async with database.transaction() as session:
        here = await someone(session, agency="Dinas Satu", unit_name="Bidang A")
        there = await someone(session, "Budi Contoh", agency="Dinas Dua", unit_name="Bidang B")
        for number, who in enumerate((here, there)):
            await links.join(session, who, 7 + number, BY_PHONE, NOW)
        one, two = await factories.unit(session, "Dinas Satu"), await factories.unit(session, "Dinas Dua", "Bidang B")
        for scope, seen in (
            (None, {here.id, there.id}), ([one.path], {here.id}), ([two.path], {there.id}), ([], set()),
            ([one.path, two.path], {here.id, there.id}),
        ):  # fmt: skip
            assert {case.employee.id for case in await link_review.new_links(session, scope)} == seen
            assert await link_review.new_count(session, scope) == len(seen)


async def test_only_who_has_not_joined_gets_a_slip(database: Database) -> None:
    async with database.transaction() as session:
        agency = await factories.unit(session)
        joined, gone = await someone(session), await someone(session)
        await links.join(session, joined, 7, BY_PHONE, NOW)
        gone.left_at = NOW
        second, first = await someone(session, "Zaki Contoh"), await someone(session, "Ahmad Contoh")
        await someone(session, agency="Dinas Lain")
        people_ = [employee.id for employee, _ in await link_review.not_joined(session, agency.id)]
        assert people_ == [first.id, second.id]


async def test_a_number_changed_by_an_import_is_known_since_when(database: Database) -> None:
    async with database.transaction() as session:
        rina = await someone(session)
        await audit.write(session, "roster.rephone", at=NOW, subject="employee", subject_id=rina.id)
        assert await links.rephoned_since(session, rina.id, NOW - timedelta(days=1))
        assert not await links.rephoned_since(session, rina.id, NOW + timedelta(seconds=1))
        assert not await links.rephoned_since(session, rina.id + 1, NOW - timedelta(days=1))


async def an_operator(session: Session, chat_id: int, over: str | None, name: str = "Olin Contoh") -> Employee:
    """Have a unit operator of Dinas Satu, or of one unit of it, who has joined."""
    who = await someone(session, name, agency="Dinas Satu")
    await links.join(session, who, chat_id, BY_SLIP, NOW)
    unit = await factories.unit(session, "Dinas Satu", over)
    await factories.role(session, who, "unit_operator", at=NOW, over=unit)
    return who


async def test_operators_look_after_their_units_and_officers_after_the_rest(database: Database) -> None:
    async with database.transaction() as session:
        officer = await someone(session, "Oki Contoh")
        await links.join(session, officer, 1, BY_SLIP, NOW)
        await factories.role(session, officer, "officer", at=NOW)
        whole, part = await an_operator(session, 2, None), await an_operator(session, 3, "Bidang A")
        a = await factories.unit(session, "Dinas Satu", "Bidang A")
        b = await factories.unit(session, "Dinas Satu", "Bidang B")
        elsewhere = await factories.unit(session, "Dinas Dua", "Bidang A")
        assert await roles.keepers(session, a.path) == [whole.id, part.id]
        assert await roles.keepers(session, b.path) == [whole.id]
        assert await roles.keepers(session, b.path, without=whole.id) == [officer.id]
        assert await roles.keepers(session, elsewhere.path) == [officer.id]
        (await session.scalars(select(RoleGrant).where(RoleGrant.employee_id == whole.id))).one().ended_at = NOW
        await session.flush()
        assert await roles.keepers(session, b.path) == [officer.id]


async def test_people_are_found_by_a_part_of_the_name_or_the_whole_number(database: Database) -> None:
    async with database.transaction() as session:
        rina = await someone(session, "Rina Contoh")
        marina, gone = await someone(session, "Marina 100% Contoh"), await someone(session, "Rina Lama")
        gone.left_at = NOW
        await session.flush()
        for words, found in (
            ("rina", {rina.id, marina.id}), (" RINA C ", {rina.id}), ("%", {marina.id}), ("_", set()), ("xyz", set()),
            (rina.nip, {rina.id}), (f"{rina.nip[:8]} {rina.nip[8:]}", {rina.id}), (rina.nip[:17], set()),
            (gone.nip, set()),
        ):  # fmt: skip
            assert {one.id for one in await roles.search(session, words)} == found, words
        for _ in range(12):
            await someone(session, "Sama Contoh")
        assert len(await roles.search(session, "sama")) == 10
