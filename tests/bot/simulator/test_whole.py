"""The simulator with whole bots on it: python-telegram-bot's Application, and a process killed at an exact request."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.simulator import Person, Simulator
from bot.simulator.ledger import Entry
from tests.bot.simulator.conftest import Caller

Context = ContextTypes.DEFAULT_TYPE
IDENTITY = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Ya, ini saya", callback_data="yes"),
            InlineKeyboardButton("Bukan saya", callback_data="no"),
        ]
    ]
)
SHARE = ReplyKeyboardMarkup([[KeyboardButton("Bagikan nomor HP", request_contact=True)]])


async def start(update: Update, _context: Context) -> None:
    assert update.message is not None
    await update.message.reply_html("<b>Selamat datang</b>", reply_markup=SHARE)


async def contact(update: Update, _context: Context) -> None:
    assert update.message is not None
    assert update.message.contact is not None
    assert update.message.from_user is not None
    if update.message.contact.user_id == update.message.from_user.id:
        await update.message.reply_text("R. C.?", reply_markup=IDENTITY)
    else:
        await update.message.reply_text("Kartu orang lain")


async def pressed(update: Update, _context: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Tersimpan")
    await update.callback_query.edit_message_text(f"Jawaban: {update.callback_query.data}")


@pytest.fixture
async def application(sim: Simulator) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    builder = Application.builder().token(sim.token)
    made = builder.base_url(f"{sim.api_url}/bot").base_file_url(f"{sim.api_url}/file/bot").job_queue(None).build()
    made.add_handler(CommandHandler("start", start))
    made.add_handler(MessageHandler(filters.CONTACT, contact))
    made.add_handler(CallbackQueryHandler(pressed))
    async with made:
        await made.start()
        assert made.updater is not None
        await made.updater.start_polling()
        yield made
        await made.updater.stop()
        await made.stop()


@pytest.mark.usefixtures("application")
async def test_a_conversation_with_a_polling_application(sim: Simulator) -> None:
    rina, budi = sim.person("Rina Contoh", "+628110000001"), sim.person("Budi Contoh", "+628110000002")
    await rina.says("/start")
    assert (await rina.sees("Selamat datang")).html == "<b>Selamat datang</b>"
    await rina.forwards_contact(budi)
    await rina.sees("Kartu orang lain")
    await rina.taps("Bagikan nomor HP")
    asked = await rina.sees("R. C.?")
    assert asked.keyboard == [["Ya, ini saya", "Bukan saya"]]
    await rina.taps("Ya, ini saya")
    assert (await rina.toast()).text == "Tersimpan"
    answered = await rina.sees("Jawaban: yes")
    assert (answered.id, answered.labels, answered.edited) == (asked.id, [], True)
    assert sim.ledger.texts(rina.id) == ["<b>Selamat datang</b>", "Kartu orang lain", "R. C.?"]
    assert budi.messages == []


@pytest.mark.usefixtures("application")
async def test_several_people_at_once_each_get_their_own(sim: Simulator) -> None:
    people = [sim.person(f"Pegawai {number}", f"+62811{number:07d}") for number in range(12)]
    await asyncio.gather(*(person.says("/start") for person in people))
    await asyncio.gather(*(person.sees("Selamat datang") for person in people))
    assert sim.ledger.per_chat() == {person.id: 1 for person in people}


SENDER = """
import asyncio, json, sys, aiohttp
async def main():
    async with aiohttp.ClientSession() as session:
        for chat in json.loads(sys.argv[2]):
            async with session.post(sys.argv[1], json={"chat_id": chat, "text": "surat"}) as response:
                await response.read()
asyncio.run(main())
"""


@pytest.mark.parametrize("at", [1, 2, 4])
async def test_a_process_killed_at_an_exact_request(call: Caller, at: int) -> None:
    """The request in flight took effect, its answer reached nobody, and later ones were never made."""
    killed: list[int] = []

    async def kill(entry: Entry) -> None:
        if entry.number == at and not killed:
            process.kill()
            killed.append(await process.wait())

    async with Simulator(on_request=kill, latency=0.05) as sim:
        people = sim.crowd(4)
        address = f"{sim.api_url}/bot{sim.token}/sendMessage"
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", SENDER, address, str(people))
        await process.wait()
        await sim.as_person(people[at - 1]).sees("surat")
        await call.settled(sim)
    assert killed == [-9]
    assert [entry.delivered for entry in sim.ledger.entries] == [True] * (at - 1) + [False]
    assert sim.ledger.per_chat() == dict.fromkeys(people[:at], 1)


async def test_a_wait_in_vain_ends_when_the_simulator_stops(call: Caller, rina: Person, sim: Simulator) -> None:
    sim.faults.add("timeout")
    waits = asyncio.create_task(call("sendMessage", chat_id=rina.id, text="a"))
    polls = asyncio.create_task(call.refusal("getUpdates", timeout=50))
    async with asyncio.timeout(5):
        while len(sim.ledger.entries) < 2 or not sim.world.updates.polled:  # noqa: ASYNC110 - until both have arrived
            await asyncio.sleep(0)
        await sim.stop()
        outcomes = await asyncio.gather(waits, polls, return_exceptions=True)
    assert isinstance(outcomes[0], Exception)
    assert outcomes[1] == (409, "Conflict: the simulator is stopping")
