"""Messages that nobody asked for, from the outbox to the people."""

import time
from typing import Any

import pytest
from sqlalchemy import select, update
from telegram import InlineKeyboardMarkup

from bot.delivery import Pace
from bot.simulator import Simulator
from db.engine import Database
from db.models import Chat, Link
from db.outbox import Lane, Verb
from tests.sending import (
    TUESDAY,
    all_rows,
    announce,
    by_state,
    leave,
    lines,
    people,
    post_office,
)


async def confirm(database: Database, **more: Any) -> int:
    async with database.transaction() as session:
        return await announce(session, **more)


async def test_an_announcement_reaches_everybody_once(database: Database) -> None:
    async with Simulator() as simulator:
        crowd = simulator.crowd(200)
        await people(database, *crowd)
        batch = await confirm(database)
        async with post_office(database, simulator) as post:
            await post.settled()
        assert await by_state(database, batch) == {"sent": 200}
        assert simulator.ledger.per_chat() == dict.fromkeys(crowd, 1)
        assert simulator.ledger.texts(crowd[0]) == ["Halo Pegawai 1"]


async def test_what_telegram_answered_is_kept(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo {number}"}, chat_id=chat)
        async with post_office(database, simulator) as post:
            await post.settled()
        [row] = await all_rows(database)
        assert (row.message_id, row.sent_at) == (simulator.as_person(chat).last.id, TUESDAY)
        assert simulator.as_person(chat).last.text == "Halo P-000001"


async def test_a_nudge_wakes_it_at_once(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        async with post_office(database, simulator, pace=Pace(rate=500, poll=60)) as post:
            await leave(database, "x", {"text": "Halo"}, chat_id=chat)
            begun = time.monotonic()
            post.delivery.nudge()
            await simulator.as_person(chat).sees("Halo", timeout=5)
            assert time.monotonic() - begun < 5


async def test_every_verb_does_its_work(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        person = simulator.as_person(chat)
        async with post_office(database, simulator) as post:
            first = await leave(database, "x", {"text": "satu"}, chat_id=chat)
            await leave(database, "x", {"text": "dua"}, chat_id=chat)
            await post.settled()
            second = person.last
            await leave(database, "x", {"text": "satu baru"}, chat_id=chat, verb=Verb.EDIT, target_row=first)
            await leave(database, None, chat_id=chat, verb=Verb.PIN, target_row=first)
            await leave(database, None, chat_id=chat, verb=Verb.DELETE, target_message=second.id)
            await post.settled()
        assert [message.text for message in person.received] == ["satu baru"]
        assert person.chat.pins == [person.last.id]
        assert {state for state, _ in await lines(database)} == {"sent"}


@pytest.mark.parametrize(
    ("verb", "reason"),
    [(Verb.EDIT, "not_modified"), (Verb.DELETE, "already_gone")],
)
async def test_what_is_already_so_counts_as_done(database: Database, verb: Verb, reason: str) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        async with post_office(database, simulator) as post:
            first = await leave(database, "x", {"text": "satu"}, chat_id=chat)
            await post.settled()
            if verb is Verb.DELETE:
                await leave(database, None, chat_id=chat, verb=Verb.DELETE, target_row=first)
                await post.settled()
            await leave(database, "x", {"text": "satu"}, chat_id=chat, verb=verb, target_row=first)
            await post.settled()
        assert (await lines(database))[-1] == ("sent", reason)


async def test_an_edit_of_a_message_that_is_gone_fails_with_the_reason(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "satu"}, chat_id=chat, verb=Verb.EDIT, target_message=4711)
        async with post_office(database, simulator) as post:
            await post.settled()
        assert await lines(database) == [("failed", "target_missing")]


@pytest.mark.parametrize(
    ("state", "reason"), [("blocked", "blocked"), ("gone", "deactivated"), ("new", "never_started")]
)
async def test_who_cannot_be_reached_is_told_with_the_reason(database: Database, state: str, reason: str) -> None:
    async with Simulator() as simulator:
        [chat, other] = simulator.crowd(2)
        person = simulator.as_person(chat)
        person.chat.blocked, person.account.deactivated = state == "blocked", state == "gone"
        person.chat.started = state != "new"
        await people(database, chat, other)
        batch = await confirm(database)
        async with post_office(database, simulator) as post:
            await post.settled()
            await confirm(database, text="Lagi")
            await post.settled()
        assert await by_state(database, batch) == {"sent": 1, "unreachable": 1}
        assert [row.reason for row in await all_rows(database) if row.employee_id == 1] == [reason, reason]
        assert len(list(simulator.ledger.find("sendMessage", chat))) == 1, "asked again although known"
        async with database.reading() as session:
            assert await session.scalar(select(Chat.unreachable).where(Chat.chat_id == chat)) == reason


async def test_no_request_is_made_for_who_has_not_joined(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await people(database, chat, None)
        batch = await confirm(database)
        async with post_office(database, simulator) as post:
            await post.settled()
        assert await by_state(database, batch) == {"sent": 1, "unreachable": 1}
        assert len(simulator.ledger.entries) == 1


async def test_nobody_gets_anothers_letter(database: Database) -> None:
    async with Simulator() as simulator:
        old, new = simulator.crowd(2)
        [one] = await people(database, old)
        await leave(database, "x", {"text": "Surat"}, employee_id=one, lane=Lane.DECISIONS)
        async with database.transaction() as session:
            await session.execute(update(Chat).values(chat_id=new))
            await session.execute(update(Link).values(chat_id=new, generation=2))
        async with post_office(database, simulator) as post:
            await post.settled()
        assert await lines(database) == [("unreachable", "link_changed")]
        assert simulator.ledger.entries == []


async def test_a_text_telegram_cannot_read_goes_as_plain_text(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "<b>Yth.</b> Ibu &amp; <i>Bapak"}, chat_id=chat)
        async with post_office(database, simulator) as post:
            await post.settled()
        assert simulator.as_person(chat).last.text == "Yth. Ibu & Bapak"
        assert await lines(database) == [("sent", "plain_text")]


async def test_a_text_that_cannot_be_rendered_fails_alone(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "{missing}"}, chat_id=chat)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        async with post_office(database, simulator) as post:
            await post.settled()
        assert await lines(database) == [("failed", "not_rendered"), ("sent", "accepted")]


async def test_a_refusal_is_kept_as_failed(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "x" * 5000}, chat_id=chat)
        async with post_office(database, simulator) as post:
            await post.settled()
        assert await lines(database) == [("failed", "refused")]


@pytest.mark.parametrize(("rate", "paid"), [(30, False), (31, True)])
async def test_above_the_free_rate_bulk_is_paid_for(database: Database, rate: float, paid: bool) -> None:
    async with Simulator() as simulator:
        bulk, single = simulator.crowd(2)
        await people(database, bulk)
        await confirm(database)
        await leave(database, "x", {"text": "Halo"}, chat_id=single)
        async with post_office(database, simulator, pace=Pace(rate=rate, poll=0.05)) as post:
            await post.settled()
        told = {entry.chat_id: "allow_paid_broadcast" in entry.parameters for entry in simulator.ledger.entries}
        assert told == {bulk: paid, single: False}


async def test_a_keyboard_travels_with_the_text(database: Database) -> None:
    markup = {"inline_keyboard": [[{"text": "Buka surat", "callback_data": "l:1"}]]}
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Ada surat", "markup": markup}, chat_id=chat)
        async with post_office(database, simulator) as post:
            await post.settled()
        [entry] = simulator.ledger.entries
        assert InlineKeyboardMarkup.de_json(markup, None)
        assert "Buka surat" in str(entry.parameters["reply_markup"])
