"""How fast messages leave, what goes first, and how sending stops."""

import asyncio
import time
from typing import Any

import pytest

from bot.delivery import Pace
from bot.simulator import PacingRule, Simulator
from db import batches, facts
from db.engine import Database
from db.outbox import Lane, Reason, State
from db.sender_lock import SenderAlreadyRuns
from tests.sending import (
    TUESDAY,
    all_rows,
    announce,
    by_state,
    civil,
    claim,
    leave,
    pass_time,
    people,
    post_office,
    until,
)


async def confirm(database: Database, **more: Any) -> int:
    async with database.transaction() as session:
        return await announce(session, **more)


async def reached(simulator: Simulator, count: int) -> bool:
    return len(simulator.ledger.entries) >= count


async def test_the_rate_is_kept(database: Database) -> None:
    async with Simulator(latency=0.05, pacing=PacingRule(allowed_per_second=50, retry_after=1)) as simulator:
        crowd = simulator.crowd(120)
        await people(database, *crowd)
        await confirm(database)
        async with post_office(database, simulator, pace=Pace(rate=50, poll=0.05)) as post:
            await post.settled()
        assert simulator.ledger.refused() == []
        first, last = simulator.ledger.entries[0].at, simulator.ledger.entries[-1].at
        assert last - first >= 119 / 50 - 0.1  # that all of it is used is the benchmarks' business


@pytest.mark.parametrize("act", ["pause", "cancel"])
async def test_pausing_and_cancelling_take_effect_with_what_is_in_hand(database: Database, act: str) -> None:
    async with Simulator(latency=0.05) as simulator:
        crowd = simulator.crowd(200)
        await people(database, *crowd)
        batch = await confirm(database)
        async with post_office(database, simulator, pace=Pace(rate=50, poll=0.05)) as post:
            await until(lambda: reached(simulator, 20))
            async with database.transaction() as session:
                await (batches.pause(session, batch) if act == "pause" else batches.cancel(session, batch, TUESDAY))
            before = len(simulator.ledger.entries)
            await until(post.nothing_in_hand)
            after = len(simulator.ledger.entries)
            assert after - before <= 5 + 5 + 5, "two slices in hand and what was on its way"
            await pass_time(0.3)
            assert len(simulator.ledger.entries) == after


async def test_bulk_gives_way_to_what_is_more_urgent(database: Database) -> None:
    async with Simulator() as simulator:
        *crowd, one = simulator.crowd(101)
        await people(database, *crowd)
        await confirm(database)
        async with post_office(database, simulator, pace=Pace(rate=50, poll=0.05)) as post:
            await until(lambda: reached(simulator, 20))
            await leave(database, "x", {"text": "Surat"}, chat_id=one, lane=Lane.DECISIONS)
            begun = len(simulator.ledger.entries)
            await simulator.as_person(one).sees("Surat")
            assert len(simulator.ledger.entries) - begun <= 15
            await post.settled()


async def test_stopping_gives_back_what_was_not_sent(database: Database) -> None:
    async with Simulator(latency=0.2) as simulator:
        crowd = simulator.crowd(100)
        await people(database, *crowd)
        await confirm(database)
        async with post_office(database, simulator, pace=Pace(rate=50, poll=0.05)):
            await until(lambda: reached(simulator, 10))
        states = await by_state(database)
        assert states.keys() == {"sent", "queued"}
        assert states["sent"] == len(simulator.ledger.entries)
        assert max(row.uncertain for row in await all_rows(database)) == 0


async def test_being_cancelled_ends_in_order_too(database: Database) -> None:
    async with Simulator(latency=0.2) as simulator:
        crowd = simulator.crowd(50)
        await people(database, *crowd)
        await confirm(database)
        async with post_office(database, simulator, pace=Pace(rate=50, poll=0.05), begin=False) as post:
            post.start()
            await until(lambda: reached(simulator, 5))
            post.task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await post.task
        assert (await by_state(database)).keys() == {"sent", "queued"}


async def test_nothing_unasked_leaves_while_the_database_is_on_hold(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        async with database.transaction() as session:
            await facts.put(session, facts.HOLD, {"since": "x"})
        async with post_office(database, simulator) as post:
            await pass_time(0.3)
            assert simulator.ledger.entries == []
            async with database.transaction() as session:
                await facts.drop(session, facts.HOLD)
            await post.settled()
        assert simulator.ledger.texts(chat) == ["Halo"]


async def test_one_sender_only_on_sqlite_and_it_recovers_at_once(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        await claim(database)  # by somebody who died
        async with post_office(database, simulator, pace=Pace(poll=0.05)) as post:
            if database.dialect == "sqlite":
                await post.settled(5)
                assert [row.uncertain for row in await all_rows(database)] == [1]
                with pytest.raises(SenderAlreadyRuns):
                    await post.another().run()
            else:
                await pass_time(0.3)
                assert await by_state(database) == {"sending": 1}, "its lease still runs"


async def test_a_claim_that_is_too_old_is_let_go(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        pace = Pace(rate=500, lease=5, request=4.99, margin=0.1, poll=0.05)
        async with post_office(database, simulator, pace=pace):
            await until(lambda: has_reason(database, "let_go"))
        assert simulator.ledger.entries == []


async def test_the_civil_clock_decides_what_is_due(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        clock = civil()
        clock.offset = TUESDAY - TUESDAY.replace(day=25)
        async with post_office(database, simulator, clock=clock) as post:
            await pass_time(0.3)
            assert simulator.ledger.entries == []
            clock.offset *= 0
            await post.settled()
        assert len(simulator.ledger.entries) == 1


async def test_a_message_is_not_sent_when_the_process_stood_still_after_its_turn(database: Database) -> None:
    async with Simulator() as simulator, post_office(database, simulator, begin=False) as post:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        [row] = await claim(database)
        told = await post.delivery._attempt(row, time.monotonic() - 0.01)
        assert told == (State.QUEUED, Reason.LET_GO, None)
        assert simulator.ledger.entries == []


async def has_reason(database: Database, reason: str) -> bool:
    return any(row.reason == reason for row in await all_rows(database))
