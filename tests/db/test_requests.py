"""Requests in the archive: who owns what, what may follow what, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from content import loading
from db import owners, request_lists, requests
from db.calendar import Calendar
from db.engine import Database, Session
from db.errors import NotAllowed, NotFound
from db.models import Employee, OfficerLock, Outbox, Request, RequestMessage, RoleGrant
from db.promises import Terms
from db.requests import Origin
from db.rules import read_rules
from tests import factories

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
RULES = read_rules(loading.office_rules()).rules
TERMS = Terms(NOW, date(2026, 11, 24), RULES, Calendar())


async def somebody(session: Session, name: str, *roles: str) -> Employee:
    who = await factories.employee(session, name, at=NOW)
    await factories.link(session, who, 5000 + who.id, at=NOW)
    for role in roles:
        await factories.role(session, who, role, at=NOW)
    return who


async def ask(session: Session, who: Employee, text: str | None = "Kapan?", *, call: bool = False) -> Request:
    return await requests.ask(session, who.id, text, TERMS, origin=Origin(), call=call)


async def notices(session: Session, message: str) -> list[int | None]:
    return list(await session.scalars(select(Outbox.employee_id).where(Outbox.message == message).order_by(Outbox.id)))


async def owned(session: Session, owner_id: int | None) -> list[int]:
    return list(await session.scalars(select(Request.id).where(Request.owner_id.is_not_distinct_from(owner_id))))


async def test_a_question_gets_a_number_a_date_and_a_sealed_text(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        request = await ask(session, person, "  canary-4711  ")
        assert request.number == f"T-2026-{request.id:05d}"
        assert request.promised_on == date(2026, 11, 26)
        [row] = await session.scalars(select(RequestMessage))
        assert b"canary" not in row.text_sealed
        [turn] = await requests.turns(session, request.id)
        assert (turn.side, turn.text, turn.at) == ("person", "canary-4711", NOW)


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\n\t"])
async def test_nothing_to_read_is_refused(text: str) -> None:
    with pytest.raises(requests.QuestionEmpty):
        requests.checked(text)


def test_length_is_measured_as_telegram_does() -> None:
    assert requests.checked("a" * 2000) == "a" * 2000
    assert requests.checked("🙂" * 1000) == "🙂" * 1000
    with pytest.raises(requests.QuestionTooLong) as refused:
        requests.checked("🙂" * 1001)
    assert refused.value.values == {"limit": 2000, "length": 2002}


async def test_questions_go_round_by_open_load_to_officers_and_counsellors(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        first = await somebody(session, "Ani Contoh", "officer")
        second = await somebody(session, "Budi Contoh", "counsellor")
        await somebody(session, "Citra Contoh", "admin", "analyst", "leader", "unit_operator")
        asked = [await ask(session, person) for _ in range(4)]
        assert [request.owner_id for request in asked] == [first.id, second.id, first.id, second.id]
        for request in (asked[1], asked[3]):
            await requests.answer(session, request, "Ya.", second.id, NOW)
        later = [await ask(session, person) for _ in range(2)]
        assert [request.owner_id for request in later] == [second.id, second.id]
        assert await notices(session, "follow_up/new") == [one.owner_id for one in (*asked, *later)]


async def test_nobody_owns_the_own_question(database: Database) -> None:
    async with database.transaction() as session:
        officer = await somebody(session, "Ani Contoh", "officer")
        assert (await ask(session, officer)).owner_id is None
        other = await somebody(session, "Budi Contoh", "officer")
        assert (await ask(session, officer)).owner_id == other.id
        assert (await ask(session, other)).owner_id == officer.id


async def test_without_anybody_to_answer_it_waits_and_is_given_to_the_first_who_can(database: Database) -> None:
    async with database.transaction() as session:
        request = await ask(session, await somebody(session, "Rina Contoh"))
        assert await owned(session, None) == [request.id]
        assert await owners.settle_owners(session, NOW) == 0
        officer = await somebody(session, "Ani Contoh", "officer")
        assert await owners.settle_owners(session, NOW) == 1
        assert await owned(session, officer.id) == [request.id]
        assert await owners.settle_owners(session, NOW) == 0
        assert await notices(session, "follow_up/passed_on") == [officer.id]


async def test_what_somebody_had_open_is_passed_on_with_its_date(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        leaving = await somebody(session, "Ani Contoh", "officer")
        answered, waiting = await ask(session, person), await ask(session, person)
        await requests.answer(session, answered, "Ya.", leaving.id, NOW)
        staying = await somebody(session, "Budi Contoh", "officer")
        promised = waiting.promised_on
        grant = await session.scalar(select(RoleGrant).where(RoleGrant.employee_id == leaving.id))
        assert grant is not None
        assert await owners.pass_on(session, leaving.id, NOW) == 0  # still an officer
        grant.ended_at = NOW
        assert await owners.pass_on(session, leaving.id, NOW + timedelta(days=1)) == 1
        assert (waiting.owner_id, waiting.promised_on) == (staying.id, promised)
        assert answered.owner_id == leaving.id
        assert await notices(session, "follow_up/passed_on") == [staying.id]


async def test_a_locked_owners_questions_are_found_by_the_tick(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        locked = await somebody(session, "Ani Contoh", "officer")
        request = await ask(session, person)
        other = await somebody(session, "Budi Contoh", "officer")
        session.add(OfficerLock(employee_id=locked.id, locked_by=other.id, locked_at=NOW))
        await session.flush()
        assert await owners.settle_owners(session, NOW) == 1
        assert request.owner_id == other.id


async def test_a_question_goes_from_open_to_answered_to_closed_and_back(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        officer = await somebody(session, "Ani Contoh", "officer")
        request = await ask(session, person)
        with pytest.raises(requests.RequestMoved):
            requests.close(request, NOW)
        with pytest.raises(requests.RequestMoved):
            await requests.reopen(session, request, "Lagi", TERMS)
        await requests.answer(session, request, "Besok.", officer.id, NOW)
        with pytest.raises(requests.RequestMoved):
            await requests.take_over(session, request, officer.id)
        await requests.answer(session, request, "Tepatnya Kamis.", officer.id, NOW)
        requests.close(request, NOW)
        requests.close(request, NOW + timedelta(hours=1))
        assert (request.state, request.closed_at) == ("closed", NOW)
        with pytest.raises(requests.RequestMoved):
            await requests.answer(session, request, "Terlambat.", officer.id, NOW)
        await requests.reopen(session, request, "Kamis yang mana?", TERMS)
        await session.refresh(request)
        assert [request.state, request.reopened, request.closed_at] == ["open", 1, None]
        sides = [turn.side for turn in await requests.turns(session, request.id)]
        assert sides == ["person", "office", "office", "person"]
        assert await notices(session, "follow_up/reopened") == [officer.id]
        assert await notices(session, "questions/answer") == [person.id, person.id]


async def test_what_is_opened_again_goes_to_somebody_who_can_answer(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        gone = await somebody(session, "Ani Contoh", "officer")
        request = await ask(session, person)
        await requests.answer(session, request, "Ya.", gone.id, NOW)
        gone.left_at = NOW
        here = await somebody(session, "Budi Contoh", "officer")
        await requests.reopen(session, request, "Kapan?", TERMS)
        assert request.owner_id == here.id


async def test_nobody_opens_anothers_question_and_no_officer_the_own(database: Database) -> None:
    async with database.transaction() as session:
        person, other = await somebody(session, "Rina Contoh"), await somebody(session, "Sari Contoh")
        officer = await somebody(session, "Ani Contoh", "officer")
        request, own = await ask(session, person), await ask(session, officer)
        assert (await requests.own(session, person.id, request.id)).id == request.id
        for who, number in ((other, request.id), (officer, request.id), (person, request.id + 99)):
            with pytest.raises(NotFound):
                await requests.own(session, who.id, number)
        with pytest.raises(NotAllowed):
            await requests.for_office(session, officer.id, own.id)
        with pytest.raises(NotFound):
            await requests.for_office(session, officer.id, 10_000)


async def test_a_wish_to_be_called_needs_no_text(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        bare, worded = await ask(session, person, None, call=True), await ask(session, person, "Soal TPP", call=True)
        assert [turn.text for turn in await requests.turns(session, bare.id)] == [""]
        assert [turn.text for turn in await requests.turns(session, worded.id)] == ["Soal TPP", ""]
        with pytest.raises(requests.QuestionEmpty):
            await ask(session, person, None)


async def test_only_what_nobody_touched_long_enough_is_closed(database: Database) -> None:
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        officer = await somebody(session, "Ani Contoh", "officer")
        old, young, waiting = [await ask(session, person) for _ in range(3)]
        await requests.answer(session, old, "Ya.", officer.id, NOW)
        await requests.answer(session, young, "Ya.", officer.id, NOW + timedelta(seconds=1))
        closed = await requests.close_untouched(session, NOW + timedelta(days=7), 7)
        assert [request.id for request in closed] == [old.id]
        assert (old.state, young.state, waiting.state) == ("closed", "answered", "open")


async def test_the_list_shows_late_ones_first_then_the_officers_own(database: Database) -> None:
    today = date(2026, 11, 27)
    async with database.transaction() as session:
        person = await somebody(session, "Rina Contoh")
        me = await somebody(session, "Ani Contoh", "officer")
        other = await somebody(session, "Budi Contoh", "officer")
        mine, theirs, late, nobodys = [await ask(session, person) for _ in range(4)]
        for request, owner, promised in (
            (mine, me.id, date(2026, 12, 2)),
            (theirs, other.id, date(2026, 11, 30)),
            (late, other.id, date(2026, 11, 26)),
            (nobodys, None, date(2026, 12, 1)),
        ):
            request.owner_id, request.promised_on = owner, promised
        await ask(session, me)
        found = await request_lists.waiting(session, me.id, "all", today)
        assert [one.id for one in found] == [late.id, mine.id, theirs.id, nobodys.id]
        assert [one.id for one in await request_lists.waiting(session, me.id, "mine", today)] == [mine.id]
        assert [one.id for one in await request_lists.waiting(session, me.id, "unowned", today)] == [nobodys.id]
        assert await request_lists.counts(session, me.id, today) == request_lists.Counts(4, 1, 1, 1)
        assert await request_lists.late_by_owner(session, today) == {
            other.id: 2
        }  # with the own question of the one who looks
