"""What the deliverer says of itself: that it is at work, each minute, and that Telegram refuses its token."""

from datetime import UTC, datetime, timedelta

from bot.delivery import Pace
from bot.simulator import Simulator
from db import ticks
from db.clock import Clock, system_now
from db.engine import Database
from db.models import Tick
from tests.sending import TUESDAY, leave, post_office, until

QUICK = Pace(rate=500, poll=0.05)


async def noted(database: Database) -> Tick | None:
    async with database.reading() as session:
        return next((tick for tick in await ticks.all_ticks(session) if tick.name == "delivery"), None)


async def test_an_idle_deliverer_says_each_minute_that_it_is_at_work(database: Database) -> None:
    clock = Clock(offset=TUESDAY - system_now())
    async with Simulator() as simulator, post_office(database, simulator, pace=QUICK, clock=clock):
        at = datetime.min.replace(tzinfo=UTC)

        async def said_again() -> bool:
            tick = await noted(database)
            return tick is not None and tick.last_at > at

        for _ in range(3):
            await until(said_again)
            at = clock.now()
            clock.offset += timedelta(minutes=1)


async def test_a_refused_token_stays_told(database: Database) -> None:
    clock = Clock(offset=TUESDAY - system_now())
    async with Simulator() as simulator:
        [chat] = simulator.crowd(1)
        await leave(database, "x", {"text": "Halo"}, chat_id=chat)
        async with post_office(database, simulator, pace=QUICK, clock=clock):
            simulator.world.token = "8100000001:another"
            at = datetime.min.replace(tzinfo=UTC)

            async def refused() -> bool:
                tick = await noted(database)
                return tick is not None and (tick.fault, tick.last_at > at) == ("token_refused", True)

            for _ in range(2):
                await until(refused)
                at = clock.now()
                clock.offset += timedelta(minutes=1)
