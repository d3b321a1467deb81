"""Long work between two transactions: nobody else takes the chat meanwhile, and a broken line costs nothing."""

import asyncio

from db import inbox
from db.engine import Database
from tests.city import City, open_city
from tests.handlers.test_roster_chat import RINA, imported, uploads
from tests.rosters import workbook

LEASE = 0.9


def asked(city: City, method: str) -> int:
    """Count the bot's requests of a kind."""
    return sum(entry.method == method for entry in city.simulator.ledger.entries)


async def test_a_chat_is_kept_for_longer_than_its_lease(database: Database) -> None:
    async with open_city(database, chat_lease=LEASE) as city:
        officer, _ = await city.member("Olin Contoh", roles=["officer"])
        city.simulator.faults.add("delay", methods=["getFile"], seconds=3.0)
        sent = await uploads(officer, workbook([RINA]))
        async with asyncio.timeout(20):
            while asked(city, "sendChatAction") < 5:  # one in each third of the lease
                await city.simulator.world.events.changed(officer.id)
        async with city.database.transaction() as session:
            assert officer.id not in await inbox.claim_chats(session, "another", 10, 60)
        assert sent.id in {message.id for message in officer.messages}  # still being fetched
        await officer.sees("Belum ada yang disimpan", timeout=20)
        assert asked(city, "getFile") == 1
        assert [state for state, _ in await imported(city)] == ["staged"]


async def test_a_file_whose_fetching_breaks_off_is_fetched_again(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    city.simulator.faults.add("reset_before", methods=["getFile"])
    await uploads(officer, workbook([RINA]))
    await officer.sees("Belum ada yang disimpan", timeout=20)
    assert [state for state, _ in await imported(city)] == ["staged"]
