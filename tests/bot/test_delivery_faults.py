"""Sending while the network, Telegram or the texts misbehave: nothing is lost, what may be doubled is marked."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery import Pace
from bot.simulator import Simulator
from db import batches
from db.engine import Database
from db.models import Batch, Tick
from tests.sending import (
    all_rows,
    announce,
    by_state,
    leave,
    pass_time,
    people,
    post_office,
    until,
)

SHORT = Pace(rate=500, lease=1.0, request=0.4, margin=0.1, poll=0.05)
"""A lease that tests can wait for."""


async def confirm(database: Database, **more: Any) -> int:
    async with database.transaction() as session:
        return await announce(session, **more)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "timeout", "refuse"])
async def test_a_reply_that_is_lost_is_sent_again_and_marked(database: Database, kind: Any) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        simulator.faults.add(kind, reason="bad_gateway")
        await leave(database, "x", {"text": "{number}"}, chat_id=chat)
        async with post_office(database, simulator, pace=SHORT) as post:
            await until(post.recovered)
            await post.settled()
        [row] = await all_rows(database)
        assert (row.state, row.uncertain, row.attempts) == ("sent", 1, 2)
        assert set(simulator.ledger.texts(chat)) == {"P-000001"}
        assert len(simulator.ledger.texts(chat)) == (2 if kind == "reset_after" else 1)


async def test_an_uncertain_message_waits_for_its_lease(database: Database) -> None:
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        simulator.faults.add("reset_before")
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        async with post_office(database, simulator, pace=SHORT) as post:
            await until(post.recovered)
            await post.settled()
        first, second = (entry.at for entry in simulator.ledger.entries)
        assert second - first >= SHORT.lease - 0.3


async def test_a_connection_that_cannot_be_made_leaves_no_doubt(database: Database, unused_tcp_port: int) -> None:
    async with Simulator(port=unused_tcp_port) as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        async with post_office(database, simulator, pace=SHORT) as post:
            pass
    async with Simulator(token=simulator.token, port=unused_tcp_port) as again:
        again.crowd(1)
        async with post_office(database, again, pace=SHORT) as post:
            await post.settled()
        [row] = await all_rows(database)
        assert (row.state, row.uncertain) == ("sent", 0)


async def test_while_telegram_is_away_nothing_is_lost_and_little_is_tried(
    database: Database, unused_tcp_port: int
) -> None:
    simulator = Simulator(port=unused_tcp_port)
    crowd = simulator.crowd(50)
    await people(database, *crowd)
    await confirm(database)
    async with post_office(database, simulator, pace=SHORT) as post:

        async def tried() -> bool:
            return any(row.reason == "not_sent" for row in await all_rows(database))

        await until(tried)
        await pass_time(0.8)
        async with simulator:
            await post.settled()
            assert simulator.ledger.per_chat() == dict.fromkeys(crowd, 1)
    assert max(row.attempts for row in await all_rows(database)) < 12
    assert max(row.uncertain for row in await all_rows(database)) == 0


async def test_a_flood_error_stalls_exactly_as_long_as_it_says(database: Database) -> None:
    async with Simulator() as simulator:
        crowd = simulator.crowd(60)
        await people(database, *crowd)
        await confirm(database)
        simulator.faults.add("flood", chats=crowd[20:21], retry_after=1)
        async with post_office(database, simulator, pace=Pace(rate=100, poll=0.05)) as post:
            await post.settled()
        [flood] = simulator.ledger.refused()
        later = [entry.at - flood.at for entry in simulator.ledger.entries if entry.at > flood.at + 0.1]
        assert min(later) >= 0.99
        assert min(later) <= 1.5
        assert simulator.ledger.per_chat() == dict.fromkeys(crowd, 1)
        assert max(row.uncertain for row in await all_rows(database)) == 0


async def test_a_refused_token_stops_sending_and_raises_the_alarm(database: Database) -> None:
    async with Simulator() as simulator:
        crowd = simulator.crowd(30)
        await people(database, *crowd)
        await confirm(database)
        simulator.world.token = "8100000001:another"
        async with post_office(database, simulator, pace=Pace(rate=500, poll=0.05)) as post:
            simulator.world.token = "8100000001:yet-another"

            async def alarmed() -> bool:
                async with database.reading() as session:
                    return await session.scalar(select(Tick.fault).where(Tick.name == "delivery")) == "token_refused"

            await until(alarmed)
            await until(post.nothing_in_hand)
        assert await by_state(database) == {"queued": 30}
        assert max(row.uncertain for row in await all_rows(database)) == 0


async def test_a_batch_that_mostly_fails_pauses_itself(database: Database) -> None:
    async with Simulator() as simulator:
        crowd = simulator.crowd(300)
        await people(database, *crowd)
        batch = await confirm(database)
        simulator.faults.add("refuse", share=0.5, seed=7, reason="bad_entities")
        async with post_office(database, simulator) as post:

            async def paused() -> bool:
                async with database.reading() as session:
                    return await session.scalar(select(Batch.state)) == "paused"

            await until(paused)
            await until(post.nothing_in_hand)
            async with database.reading() as session:
                assert await session.scalar(select(Batch.paused_reason)) == "errors"
            assert (await by_state(database))["queued"] > 0
            simulator.faults.clear()
            async with database.transaction() as session:
                await batches.resume(session, batch)
            await post.settled()


async def test_people_who_blocked_the_bot_do_not_pause_a_batch(database: Database) -> None:
    async with Simulator() as simulator:
        crowd = simulator.crowd(200)
        await people(database, *crowd)
        await confirm(database)
        simulator.faults.add("refuse", share=1.0, reason="blocked")
        async with post_office(database, simulator, pace=Pace(rate=200, poll=0.05)) as post:
            await post.settled()
        assert await by_state(database) == {"unreachable": 200}
