"""Killed at random instants while many ask: every question is one request, in order, and is answered."""

import random

from tests.crashes.storm import Reckoning, crowd, reckon, storm
from tests.crashes.town import Town

KILLS = 2


async def test_a_storm_of_questions_survives_kills_at_any_instant(town: Town) -> None:
    town.simulator.gateway.latency = 0.05
    askers = await crowd(town, 6)
    at_work = await storm(town, askers, KILLS, random.Random(7))  # noqa: S311  a repeatable draw
    await town.settled(60)
    found = await reckon(town, askers)
    assert found == Reckoning(found.asked, 0, 0, 0, 0, found.said_again)
    assert found.asked > len(askers)
    assert found.said_again <= KILLS * len(askers)
    assert at_work <= KILLS
    assert await town.erased()
