"""Killed between the commit and the answer: the effect is there once, the answer comes after all."""

from pathlib import Path

import pytest

from db.engine import Database
from tests.crashes.town import SOON, Town, answers, open_town

RECEIVED = "sudah kami terima dengan nomor"


@pytest.mark.parametrize("heard", [False, True], ids=["before it is accepted", "before the reply"])
async def test_a_question_asked_as_the_process_dies_is_one_question_and_is_answered(town: Town, heard: bool) -> None:
    person, who = await town.city.member()
    trap = town.trap(town.start(), "sendMessage", heard=heard)
    await person.says("/tanya Kapan petikan saya terima?")
    await trap.wait()
    assert await town.states() == {"answering": 1}
    [(asked_by, number)] = await town.requests()
    assert asked_by == who.id
    town.start()
    await town.settled()
    assert await town.requests() == [(who.id, number)]
    assert 1 <= len(answers(person, RECEIVED)) <= 1 + heard
    assert all(number in text for text in answers(person, RECEIVED))
    assert await town.states() == {"done": 1}
    assert await town.erased()


async def test_a_screen_pressed_as_the_process_dies_is_shown_in_place(town: Town) -> None:
    person, _ = await town.city.member()
    bot = town.start()
    await person.says("/bahasa")
    await person.sees("Pilih bahasa", timeout=SOON)
    trap = town.trap(bot, "editMessageText", heard=False)
    await person.taps("English")
    await trap.wait()
    town.start()
    await town.settled()
    [shown] = person.received
    assert "how can we help?" in shown.text
    assert await town.states() == {"done": 2}
    assert await town.erased()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_on_sqlite_nobody_waits_for_the_leases_of_the_dead(database: Database, tmp_path: Path) -> None:
    async with open_town(database, tmp_path, chat_lease=600) as town:
        person, _ = await town.city.member()
        trap = town.trap(town.start(), "sendMessage", heard=False)
        await person.says("/tanya Kapan petikan saya terima?")
        await trap.wait()
        town.start()
        await person.sees(RECEIVED, timeout=SOON)
        await person.says("/menu")
        await person.sees("ada yang bisa kami bantu", timeout=SOON)
