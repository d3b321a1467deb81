"""Senders killed at each point and halted past their lease: nothing lost, what may have come twice is marked."""

import pytest

from bot.delivery import Pace
from db.engine import Database
from tests.soak.campaign import POINTS, Toll, campaign, halt_one

PACE = Pace(rate=150, lease=2.0, request=1.0, margin=0.2, poll=0.1)


async def test_a_killed_sender_loses_nobody_and_what_came_twice_is_marked(database: Database) -> None:
    toll = Toll(database.dialect, kills=len(POINTS), seed=1)
    async with campaign(database, 120, toll, PACE) as killing:
        await killing.run()
    assert (toll.lost, toll.unmarked) == (0, 0), toll.line()
    assert toll.doubled <= toll.in_flight, toll.line()
    assert toll.in_flight > 0, "nothing was on its way at any death: the test shows nothing"
    assert toll.slowest_restart < 15, toll.line()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_sender_that_stood_still_past_its_lease_sends_nothing_late(database: Database) -> None:
    toll = Toll(database.dialect, kills=0, seed=1)
    async with campaign(database, 120, toll, PACE) as halting:
        await halt_one(halting, PACE.lease + 1)
    assert (toll.lost, toll.unmarked) == (0, 0), toll.line()
    assert toll.doubled <= toll.in_flight, toll.line()
