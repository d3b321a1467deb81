"""Killed before an update is a row, before Telegram knows it is, and inside a handler: no update lost, none twice."""

from tests.crashes.holding import holding
from tests.crashes.town import SOON, Town, answers, until

RECEIVED = "sudah kami terima dengan nomor"


async def test_killed_before_the_row_the_update_comes_again(town: Town) -> None:
    person, who = await town.city.member()
    async with holding(town.database, "updates") as held:
        bot = town.start()
        await person.says("/tanya Kapan petikan saya terima?")
        await held.wait()
        bot.kill()
    assert await town.states() == {}
    assert len(town.simulator.world.updates.pending) == 1
    town.start()
    await town.settled()
    assert [asked_by for asked_by, _ in await town.requests()] == [who.id]
    assert len(answers(person, RECEIVED)) == 1


async def test_killed_between_row_and_acknowledgement_the_repeated_update_has_no_second_effect(town: Town) -> None:
    person, who = await town.city.member()
    bot = town.start("polling")
    await until(lambda: waiting_in_a_poll(town))
    trap = town.trap(bot, "getUpdates", heard=False)
    await person.says("/tanya Kapan petikan saya terima?")
    await trap.wait()
    assert await town.states() == {"open": 1}
    assert len(town.simulator.world.updates.pending) == 1
    town.start()
    await town.settled()
    assert [asked_by for asked_by, _ in await town.requests()] == [who.id]
    assert len(answers(person, RECEIVED)) == 1


async def waiting_in_a_poll(town: Town) -> bool:
    return town.simulator.world.updates.polled


async def test_killed_inside_a_handler_nothing_of_it_stays_until_it_is_done_whole(town: Town) -> None:
    person, who = await town.city.member()
    async with holding(town.database, "request_messages") as held:
        bot = town.start()
        await person.says("/tanya Kapan petikan saya terima?")
        await held.wait()
        bot.kill()
    assert await town.requests() == []
    assert await town.states() == {"open": 1}
    assert person.received == []
    town.start()
    await town.settled()
    assert [asked_by for asked_by, _ in await town.requests()] == [who.id]
    assert len(answers(person, RECEIVED)) == 1
    await person.says("/tanya Dan kapan pelantikannya?")
    await person.sees(RECEIVED, new=True, timeout=SOON)
