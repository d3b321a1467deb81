"""What is noted of the ticks."""

import asyncio
from datetime import timedelta

from db import ticks
from db.engine import Database
from tests.sending import TUESDAY


async def test_a_tick_keeps_its_last_run_and_its_last_good_one(database: Database) -> None:
    later = TUESDAY + timedelta(minutes=1)
    async with database.transaction() as session:
        await ticks.note(session, "recover", TUESDAY)
        await ticks.note(session, "recover", later, "OSError")
    async with database.reading() as session:
        [tick] = await ticks.all_ticks(session)
    assert (tick.last_at, tick.ok_at, tick.fault) == (later, TUESDAY, "OSError")


async def test_processes_may_note_a_new_tick_at_the_same_moment(database: Database) -> None:
    async def note() -> None:
        async with database.transaction() as session:
            await ticks.note(session, "delivery", TUESDAY)

    await asyncio.gather(*(note() for _ in range(8)))
    async with database.reading() as session:
        assert len(await ticks.all_ticks(session)) == 1
