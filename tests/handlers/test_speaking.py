"""An answer on a bad line: what is out is not said again, what is not out comes later, and nothing is lost for good."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from db import inbox
from db.engine import Database
from db.models import ChatQueue, Lease, Outbox, Update
from tests.city import City, open_city
from tests.sending import until

LEASE = 1.5
"""Seconds; an answer that is left for later is tried again after a third of it."""
TEXTS = "sendMessage"


@pytest.fixture
async def city(database: Database) -> AsyncIterator[City]:
    """A city in which a chat rests only shortly."""
    async with open_city(database, chat_lease=LEASE) as opened:
        yield opened


async def states(city: City) -> list[str]:
    async with city.database.reading() as session:
        return list(await session.scalars(select(Update.state).order_by(Update.update_id)))


async def all_done(city: City) -> bool:
    return set(await states(city)) == {"done"}


async def test_an_answer_waits_out_a_broken_line_and_holds_up_only_its_own_chat(city: City) -> None:
    person, other = city.stranger("Ani Contoh"), city.stranger("Budi Contoh")
    city.simulator.faults.add("reset_before", methods=[TEXTS], chats=[person.id], count=4)
    await person.says("/menu")
    await person.says("/batal")
    await other.says("/menu")
    await other.sees("Selamat datang")
    assert person.received == []
    await person.sees("Tidak ada isian", timeout=20)
    assert ["Selamat datang" in message.text for message in person.received] == [True, False]
    await until(lambda: all_done(city))


async def test_the_part_that_is_out_is_not_said_again(city: City) -> None:
    person = city.stranger()
    city.simulator.faults.add("refuse", reason="server_error", methods=["setMyCommands"], count=4)
    await person.says("/menu")  # a text, then the chat's command list
    await until(lambda: all_done(city))
    assert city.simulator.ledger.per_chat()[person.id] == 1
    assert "menu" in person.commands


async def test_a_silence_telegram_asks_for_is_kept(city: City) -> None:
    person = city.stranger()
    city.simulator.faults.add("flood", methods=[TEXTS], retry_after=2)
    await person.says("/menu")
    await person.sees("Selamat datang", timeout=10)
    first, second = city.simulator.ledger.find(TEXTS)
    assert (first.code, second.code) == (429, 200)
    assert second.at - first.at >= 2


async def test_a_long_silence_is_left_to_the_chat_and_not_knocked_at(city: City) -> None:
    person = city.stranger()
    city.simulator.faults.add("flood", methods=[TEXTS], retry_after=4)
    await person.says("/menu")
    await person.sees("Selamat datang", timeout=20)
    first, second = city.simulator.ledger.find(TEXTS)
    assert second.at - first.at >= 4
    await until(lambda: all_done(city))


async def test_a_refusal_that_comes_too_late_for_the_button_comes_as_a_message(city: City) -> None:
    person = city.stranger()
    await person.says("/bahasa")
    screen = await person.sees("Pilih bahasa")
    city.simulator.world.callbacks.seconds = 0
    await person.presses_data(screen, "tidak-ada")
    await person.sees("Tombol", new=True)
    await until(lambda: all_done(city))


async def test_who_has_blocked_us_is_noted_and_not_tried_again(city: City) -> None:
    person = city.stranger()
    city.simulator.faults.add("refuse", reason="blocked", methods=[TEXTS])
    await person.says("/menu")
    await until(lambda: all_done(city))
    assert len(list(city.simulator.ledger.find(TEXTS))) == 1


async def test_an_update_nobody_can_read_is_parked_told_to_the_admins_and_holds_nobody_up(city: City) -> None:
    admin, who = await city.member("Ani Contoh", roles=("admin",))
    person = city.stranger()
    chat = {"id": person.id, "type": "private", "first_name": "Orang"}
    city.simulator.world.updates.push("message", {"message_id": "x", "chat": chat, "from": 5, "text": "canary-7731"})
    await person.says("/menu")
    await person.sees("Selamat datang", timeout=20)
    await person.sees("terjadi gangguan")
    await admin.sees("gagal diproses tiga kali", timeout=20)
    assert (await states(city))[:1] == ["parked"]
    async with city.database.reading() as session:
        [parked] = await session.scalars(select(Update).where(Update.state == "parked"))
        told = await session.scalars(select(Outbox.employee_id))
        assert list(told) == [who.id]
    assert (parked.attempts, parked.payload_sealed, parked.answer_sealed) == (3, None, None)


async def test_a_kind_of_update_nobody_asked_for_is_acknowledged_and_forgotten(city: City) -> None:
    person = city.stranger()
    updates = city.simulator.world.updates
    updates.pending.append({"update_id": updates._next, "channel_post": {"chat": {"id": -100}, "text": "halo"}})
    updates._next += 1
    await person.says("/menu")
    await person.sees("Selamat datang")
    await until(lambda: all_done(city))
    assert len(await states(city)) == 1


async def test_an_answer_that_cannot_be_made_any_more_is_owned_up_to_once(city: City) -> None:
    admin, _ = await city.member("Ani Contoh", roles=("admin",))
    person = city.stranger()
    person.chat.started = True
    old: dict[str, Any] = {
        "do": "file",
        "builder": "of_an_older_program",
        "values": {},
        "language": "en",
        "delete_minutes": None,
    }
    async with city.database.transaction() as session:
        await inbox.receive(session, [inbox.Arrival(1, person.id, {})], city.clock.now())
        await inbox.mark_effect(session, 1, [old], city.clock.now())
    told = await person.sees("something went wrong")
    reference = told.text.split("number ")[1].split(".")[0]
    await admin.sees(reference)
    await until(lambda: all_done(city))
    assert len(person.received) == 1


async def test_a_process_that_ends_in_order_lets_another_poll_at_once(city: City) -> None:
    person = city.stranger()
    await person.says("/menu")
    await person.sees("Selamat datang")
    assert city.service is not None
    await city.service.stop()
    async with city.database.reading() as session:
        assert (await session.scalars(select(Lease.name))).all() == []
        assert set(await session.scalars(select(ChatQueue.lease_owner))) == {None}
