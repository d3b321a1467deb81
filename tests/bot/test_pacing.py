"""When requests leave: evenly, at the rate of the token, never inside a silence."""

import asyncio
import itertools
import time

from bot.pacing import Pacer
from db.engine import Database


def soon(seconds: float) -> float:
    return time.monotonic() + seconds


async def moments(pacer: Pacer, count: int) -> list[float]:
    found = []
    for _ in range(count):
        assert await pacer.turn(soon(5))
        found.append(time.monotonic())
    return found


async def test_turns_come_evenly_and_lose_no_time(database: Database) -> None:
    pacer = Pacer(database, "one", 100)
    found = await moments(pacer, 60)
    assert 0.5 <= found[-1] - found[0] <= 0.9  # 0.59, less what the first was noticed late on a busy machine
    most = max(sum(first <= moment < first + 0.1 for moment in found) for first in found)
    assert most <= 10 + 25, "never more at once than what a moment's delay leaves to catch up"
    await pacer.close()


async def test_processes_share_the_rate(database: Database) -> None:
    pacers = [Pacer(database, "one", 100) for _ in range(3)]
    begun = time.monotonic()
    found = sorted(itertools.chain(*await asyncio.gather(*(moments(pacer, 50) for pacer in pacers))))
    within = [moment for moment in found if moment < begun + 1]
    assert 70 <= len(within) <= 105
    assert found[-1] - begun >= 149 / 100 - 0.05
    await asyncio.gather(*(pacer.close() for pacer in pacers))


async def test_waiting_earns_no_burst(database: Database) -> None:
    pacer = Pacer(database, "one", 50)
    await moments(pacer, 3)
    await asyncio.wait([asyncio.ensure_future(asyncio.sleep(0.4))])
    found = await moments(pacer, 10)
    assert found[-1] - found[0] >= 9 / 50 - 0.04
    await pacer.close()


async def test_a_silence_holds_turns_back_also_those_taken_before(database: Database) -> None:
    pacer = Pacer(database, "one", 100)
    await moments(pacer, 2)
    begun = time.monotonic()
    await pacer.silence(0.6)
    assert pacer.silent_for() > 0.5
    assert await pacer.turn(soon(5))
    assert time.monotonic() - begun >= 0.6
    await pacer.close()


async def test_another_process_keeps_the_silence_too(database: Database) -> None:
    loud, quiet = Pacer(database, "one", 100), Pacer(database, "one", 100)
    await loud.silence(0.6)
    begun = time.monotonic()
    assert await quiet.turn(soon(5))
    assert time.monotonic() - begun >= 0.5
    await asyncio.gather(loud.close(), quiet.close())


async def test_no_turn_comes_after_the_deadline(database: Database) -> None:
    pacer = Pacer(database, "one", 100)
    await pacer.silence(30)
    begun = time.monotonic()
    assert not await pacer.turn(soon(3))
    assert time.monotonic() - begun < 1
    assert pacer.silent_for() > 20
    await pacer.close()


async def test_who_waits_is_woken_when_the_process_stops(database: Database) -> None:
    pacer = Pacer(database, "one", 100)
    await pacer.silence(3)
    waiting = asyncio.create_task(pacer.turn(soon(30)))
    begun = time.monotonic()
    await asyncio.wait({waiting}, timeout=0.1)
    pacer.disturb()
    assert not await waiting
    assert time.monotonic() - begun < 1
    await pacer.close()
