"""The database goes away in the middle and comes back: nobody is lost, nothing is counted against them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing

from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.simulator.ledger import Entry
from db.engine import Database
from db.models import Update
from db.sqlite import BUSY_SECONDS
from tests.crashes.town import SOON, Town, until

PEOPLE = 12
"""So many that some are in the middle of their handler when the first is answered."""


@asynccontextmanager
async def away(database: Database) -> AsyncIterator[None]:
    """Lock a SQLite file from outside; cut every connection of a PostgreSQL database and refuse new ones."""
    if database.path is not None:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    url = make_url(database.url)
    engine = create_async_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": url.database}
        )
        yield
        await connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    await engine.dispose()


async def test_the_process_outlives_a_database_that_goes_away_in_its_hands(town: Town) -> None:
    members = [await town.city.member(f"Pegawai {n} Contoh") for n in range(PEOPLE)]
    collector = town.start("polling")
    for person, _ in members:
        await person.says("/tanya sewaktu")
    await until(lambda: all_are_rows(town))
    collector.kill()
    async with AsyncExitStack() as stack:
        gone = asyncio.Event()

        async def at_the_first_answer(entry: Entry) -> None:
            """Take the database away while the other chats are being dealt with."""
            if entry.method == "sendMessage" and not gone.is_set():
                gone.set()
                await stack.enter_async_context(away(town.database))

        town.simulator.gateway.on_request = at_the_first_answer
        bot = town.start()
        await asyncio.wait_for(gone.wait(), SOON)
        for person, _ in members:
            await person.says("/tanya sesudah")
        await asyncio.sleep(BUSY_SECONDS + 1 if town.database.path else 2)  # the fault itself lasts so long
        assert bot.alive
    await town.settled()
    assert bot.alive
    assert sorted(who for who, _ in await town.requests()) == sorted([who.id for _, who in members] * 2)
    assert await town.states() == {"done": 2 * PEOPLE}
    async with town.database.reading() as session:
        assert set(await session.scalars(select(Update.attempts))) == {0}


async def all_are_rows(town: Town) -> bool:
    return await town.states() == {"open": PEOPLE}
