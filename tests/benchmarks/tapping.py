"""How long somebody waits for an answer while an announcement goes out, against the same bot at rest."""

import asyncio
import math
import time
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from db.engine import Database
from tests.benchmarks.office import Line, Telegram, sqlite, telegram
from tests.crashes.process import Bot, Told, parts
from tests.sending import TUESDAY, add_people, announce

EVERY = 0.2
"""Seconds between two taps."""
TAPPING = 8
"""People who tap in turn, so that nobody waits behind their own last tap."""


async def waits(world: Telegram, people: list[int], taps: int) -> list[float]:
    """Let people ask for help in turn, and give the seconds until each answer reaches Telegram."""
    asked: dict[int, list[float]] = defaultdict(list)
    seen = len(await world.ledger())
    for number in range(taps):
        person = people[number % len(people)]
        asked[person].append(time.time())
        await world.ask("POST", "act", {"person": person, "does": "says", "text": "/bantuan"})
        await asyncio.sleep(EVERY)
    async with asyncio.timeout(60):
        while True:
            answers: dict[int, list[float]] = defaultdict(list)
            for one in (await world.ledger())[seen:]:
                if one["chat_id"] in asked and one["method"] == "sendMessage":
                    answers[one["chat_id"]].append(one["at"])
            if sum(len(told) for told in answers.values()) >= taps:
                return [told - tap for person, taps in asked.items()
                        for tap, told in zip(taps, answers[person], strict=True)]  # fmt: skip
            await asyncio.sleep(0.2)


def p99(values: list[float]) -> float:
    """Give the value that ninety-nine of a hundred stay below."""
    return sorted(values)[math.ceil(len(values) * 0.99) - 1]


def _bot(database: Database, world: Telegram, rate: float) -> Bot:
    told = Told(database.url, database.keys.root, world.token, world.api_url, timedelta(), "/dev/null", (), 15.0, rate)
    return Bot(replace(told, parts=parts()))


async def tap_to_reply(rate: float, taps: int, goal: float) -> Line:
    """Measure the wait at rest, then while an announcement to others goes out at a rate."""
    people = math.ceil(rate * taps * EVERY * 1.5) + 50
    async with sqlite() as database, telegram(people) as world:
        tapping = list(world.crowd())[:TAPPING]
        bot = _bot(database, world, rate)
        try:
            await waits(world, tapping, 2 * TAPPING)
            idle = await waits(world, tapping, taps)
            async with database.transaction() as session:
                await add_people(session, list(world.crowd())[TAPPING:])
                await announce(session, at=TUESDAY)
            before = len(await world.ledger())
            busy = await waits(world, tapping, taps)
            sent = len(await world.ledger()) - before - taps
        finally:
            bot.end()
    ratio = p99(busy) / p99(idle)
    ours = f"{ratio:.2f} ({p99(idle) * 1000:.0f} → {p99(busy) * 1000:.0f} ms, {sent} sent meanwhile)"
    return Line(f"tap-to-reply p99 while announcing at {rate:.0f}/s ÷ idle", f"≤ {goal}", ours,
                ratio <= goal and sent > 0)  # fmt: skip
