"""Long work between two transactions: nobody else takes the chat meanwhile, and a broken line costs nothing."""

import asyncio

from bot.application import open_service
from db import inbox, queues
from handlers.outside import at_work
from tests.city import City
from tests.handlers.test_roster_chat import RINA, imported, uploads
from tests.rosters import workbook

LEASE = 0.9


def asked(city: City, method: str) -> int:
    """Count the bot's requests of a kind."""
    return sum(entry.method == method for entry in city.simulator.ledger.entries)


async def claimed(city: City, owner: str, seconds: float) -> list[int]:
    """Let a process take the chats that wait."""
    async with city.database.transaction() as session:
        return await queues.claim(session, owner, 10, seconds)


async def test_a_chat_is_kept_for_longer_than_its_lease(city: City) -> None:
    person, _ = await city.member()
    await city.end()  # nobody works here but the two processes below
    async with open_service(city.settings, database=city.database, clock=city.clock, chat_lease=LEASE) as service:
        tools, bot, owner = service.tools, service.application.bot, city.database.owner
        async with city.database.transaction() as session:
            await inbox.receive(session, [inbox.Arrival(1, person.id, {})], city.clock.now())
        assert await claimed(city, owner, LEASE) == [person.id]
        async with at_work(tools, bot, person.id, owner):
            async with asyncio.timeout(20):
                while asked(city, "sendChatAction") < 5:  # one in each third of the lease
                    await city.simulator.world.events.changed(person.id)
            assert await claimed(city, "another", LEASE) == []
        async with asyncio.timeout(20):
            while await claimed(city, "another", LEASE) != [person.id]:  # free again when nobody is at work in it
                continue


async def test_a_file_whose_fetching_breaks_off_is_fetched_again(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    city.simulator.faults.add("reset_before", methods=["getFile"])
    await uploads(officer, workbook([RINA]))
    await officer.sees("Belum ada yang disimpan", timeout=20)
    assert [state for state, _ in await imported(city)] == ["staged"]
