"""How fast and how exactly an announcement goes out, beside the loops people usually write."""

import asyncio
import math

from sqlalchemy import func, select, update
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.delivery import Pace
from db import batches
from db.engine import Database
from db.models import Chat, Link, Outbox
from tests.benchmarks.office import Drained, Line, Telegram, drain, postgresql, sqlite, telegram
from tests.postgres import PostgreSQL
from tests.sending import TUESDAY, add_people, announce, leave


async def _everybody(database: Database, world: Telegram, absent: int = 0) -> int:
    async with database.transaction() as session:
        await add_people(session, [*world.crowd(), *([None] * absent)])
        return await announce(session)


async def loop(world: Telegram) -> float:
    """Send one after the other with the library's own transport, as most programs do."""
    bot = Bot(world.token, f"{world.api_url}/bot", request=HTTPXRequest())
    async with bot:
        for chat in world.crowd():
            await bot.send_message(chat, "Halo")
    entries = [one for one in await world.ledger() if one["method"] == "sendMessage"]
    return (len(entries) - 1) / float(entries[-1]["at"] - entries[0]["at"])


async def gather(world: Telegram) -> int:
    """Send to everybody at once with the library's own transport, and give how many were lost."""
    bot = Bot(world.token, f"{world.api_url}/bot", request=HTTPXRequest())
    async with bot:
        said = await asyncio.gather(*(bot.send_message(chat, "Halo") for chat in world.crowd()), return_exceptions=True)
    return sum(isinstance(one, TelegramError) for one in said)


async def at_rate(rate: float, people: int, peers: bool, goal: float, cores: float) -> Line:
    """Measure an announcement at a rate under a strict limit."""
    async with sqlite() as database, telegram(people, rate) as world:
        await _everybody(database, world)
        found = await drain(database, world, Pace(rate=rate))
    peer = "–"
    if peers:
        async with telegram(min(people, 300)) as world:
            peer = f"loop {await loop(world) / rate:.2f}"
    ours = f"{found.share(rate):.3f}, {found.refused()} refused, {found.cores:.2f} core"
    good = found.share(rate) >= goal and found.refused() == 0 and found.cores <= cores
    return Line(f"announcement at {rate:.0f}/s, outbox included: share of the allowed rate",
                f"≥ {goal}, 0 refused", ours, good, peer)  # fmt: skip


async def everybody_without_limit(people: int, peers: bool) -> Line:
    """Measure how many of a crowd are lost when the server sets no limit."""
    async with sqlite() as database, telegram(people) as world:
        await _everybody(database, world)
        found = await drain(database, world, Pace(rate=1000))
    lost = sum(found.reached[chat] != 1 for chat in world.crowd())
    peer = "–"
    if peers:
        async with telegram(people) as world:
            peer = f"gather loses {await gather(world)}"
    return Line(f"{people:,} people, no limit on the server", "0 lost", f"{lost} lost or doubled", lost == 0, peer)


async def floods(rate: float, people: int, share: float) -> Line:
    """Measure what flood errors cost: no more than Telegram asks for, and nothing sent into a silence."""
    async with sqlite() as database, telegram(people) as world:
        await _everybody(database, world)
        crowd, count = list(world.crowd()), math.ceil(people * share)
        for chat in crowd[:: max(1, people // count)][:count]:
            await world.ask("POST", "faults", {"kind": "flood", "chats": [chat], "retry_after": 1})
        found = await drain(database, world, Pace(rate=rate))
    struck = [float(one["at"]) for one in found.requests if one["code"] == 429]
    early = sum(any(at + 0.15 < one["at"] < at + 0.99 for at in struck) for one in found.requests)
    wall = found.span / (len(found.requests) / rate + len(struck))
    ours = f"{wall:.3f} × the floor with {len(struck)} errors, {early} inside the silence"
    return Line(f"flood errors, {share:.0%} injected", "wall ≤ 1.03 × (n/rate + Σ retry_after), 0 inside", ours,
                wall <= 1.03 and early == 0)  # fmt: skip


async def the_offices_case(rate: float, people: int) -> Line:
    """Measure the office's own case: some have not joined, blocked, are gone; two flood errors; all accounted for."""
    hundredth = people // 100
    async with sqlite() as database, telegram(people - hundredth) as world:
        batch = await _everybody(database, world, absent=hundredth)
        crowd = list(world.crowd())
        blocked, gone = crowd[:hundredth], crowd[hundredth : 2 * hundredth]
        for chats, reason in ((blocked, "blocked"), (gone, "deactivated")):
            await world.ask("POST", "faults", {"kind": "refuse", "chats": chats, "reason": reason, "share": 1.0})
        for chat in (crowd[people // 3], crowd[people // 2]):
            await world.ask("POST", "faults", {"kind": "flood", "chats": [chat], "retry_after": 2})
        found = await drain(database, world, Pace(rate=rate))
        wrong = await _differences(database, batch, found)
    twice = sum(count > 1 for count in found.reached.values())
    floods = found.refused()
    share = len(found.requests) / rate / (found.span - 2 * floods)
    ours = f"{found.states}; {wrong} rows differ from the ledger, {twice} twice, share {share:.3f} besides the silences"
    return Line(f"the office's case: {people:,} people, 1 % not joined, 1 % blocked, 1 % gone, two flood errors",
                "report = ledger, 0 twice", ours, wrong == 0 and twice == 0 and floods == 2)  # fmt: skip


async def _differences(database: Database, batch: int, found: Drained) -> int:
    refused = {one["chat_id"]: one["description"] for one in found.requests if one["code"] == 403}
    async with database.reading() as session:
        rows = await session.execute(
            select(Outbox.state, Outbox.reason, func.coalesce(Link.chat_id, 0))
            .outerjoin(Link, Link.employee_id == Outbox.employee_id)
            .where(Outbox.batch_id == batch)
        )
        wrong = 0
        for state, reason, chat in rows:
            if chat == 0:
                wrong += (state, reason) != ("unreachable", "not_joined")
            elif chat in refused:
                wrong += state != "unreachable" or reason not in refused[chat] or found.reached[chat] != 0
            else:
                wrong += state != "sent" or found.reached[chat] != 1
        return wrong


async def two_processes(server: PostgreSQL, rate: float, people: int) -> Line:
    """Measure two senders on one PostgreSQL and one token under a strict limit."""
    async with postgresql(server) as database, telegram(people, rate) as world:
        await _everybody(database, world)
        found = await drain(database, world, Pace(rate=rate), senders=2)
    twice = sum(count > 1 for count in found.reached.values())
    share = found.share(rate)
    ours = f"{share:.3f}, {found.refused()} refused, {twice} twice"
    good = 0.98 <= share <= 1.005 and found.refused() == 0 and twice == 0
    return Line(f"two processes, one token, {rate:.0f}/s: joint share", "0.98–1.00, 0 refused, 0 twice", ours, good)


async def pausing(rate: float, people: int) -> Line:
    """Measure how long after `Jeda` the last request leaves."""
    async with sqlite() as database, telegram(people) as world:
        batch = await _everybody(database, world)
        async with database.transaction() as session:
            await session.execute(update(Chat).values(language="id"))
        stopped: list[float] = []

        async def pause() -> None:
            while len(await world.ledger()) < people // 4:  # noqa: ASYNC110 - the ledger rings no bell
                await asyncio.sleep(0.05)
            async with database.transaction() as session:
                await batches.pause(session, batch)
            stopped.append(float((await world.ledger())[-1]["at"]))
            await asyncio.sleep(2)
            async with database.transaction() as session:
                await batches.cancel(session, batch, TUESDAY)

        await leave(database, "x", {"text": "x"}, chat_id=world.first)
        pausing = asyncio.create_task(pause())
        found = await drain(database, world, Pace(rate=rate))
        await pausing
    late = max((one["at"] - stopped[0] for one in found.requests if one["at"] > stopped[0]), default=0.0)
    more = sum(one["at"] > stopped[0] for one in found.requests)
    return Line(f"pause and cancel at {rate:.0f}/s", "≤ 1 s", f"{late:.2f} s, {more} more", late <= 1)
