"""A survey storm: many people answer at once, each tap a committed row before its screen changes."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from db.clock import system_now
from db.engine import Database
from db.models import Employee, Link, SurveyDraft, SurveyRound
from db.surveys.sealing import draft_seal
from tests import survey_rounds
from tests.benchmarks.office import Line, Telegram, postgresql, sqlite, telegram
from tests.benchmarks.tapping import p99
from tests.crashes.process import Bot, Told, parts
from tests.postgres import PostgreSQL
from tests.sending import add_people
from tests.surveying import single, survey

QUESTIONS = 24
DEFINITION = survey(*(single(f"Q{number}") for number in range(QUESTIONS)), title={"id": "Badai"})
TICK = 0.02
"""Seconds between two looks at who may tap next."""
SCREENS = ("editMessageText", "sendMessage")
DOUBLE = 10
"""Every so many taps come twice."""
RATE, OFFERED = 250, 260
"""Answers a second: the goal, and how many are tapped, for the last of them are answered after the last tap."""
SLOWER, SHARE = 3.0, 0.8


@dataclass
class Crowd:
    """People who tap: when each tapped last, and how long each screen took to change."""

    world: Telegram
    people: Sequence[int]
    tapped: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    taps: Counter[int] = field(default_factory=Counter)
    seen: int = 0
    known: set[int] = field(default_factory=set)
    newest: int = 1
    last: float = 0.0

    async def look(self) -> None:
        """Read what the bot has done since the last look: a changed screen lets its person tap again."""
        held = None
        for line in (await self.world.ask("GET", f"ledger?after={self.seen}")).splitlines():
            entry = json.loads(line)
            if entry["method"] not in SCREENS or entry["number"] in self.known:
                continue
            if not entry["code"]:  # on its way: it is looked at again
                held = held or entry["number"]
                continue
            self.known.add(entry["number"])
            if entry["accepted"] and entry["chat_id"] in self.tapped:
                self.last = entry["at"]
                self.waits.append(entry["at"] - self.tapped.pop(entry["chat_id"]))
            self.newest = max(self.newest, entry["number"])
        self.seen = (held or self.newest) - 1

    async def act(self, people: Sequence[int], does: str, word: str, *, twice: bool = False) -> None:
        """Let people do the same at once."""
        key = "label" if does == "taps" else "text"
        again = [one for one in people if twice and self.taps[one] % DOUBLE == one % DOUBLE]
        acts = [{"person": person, "does": does, key: word} for person in (*people, *again)]
        self.tapped |= dict.fromkeys(people, time.time())
        if acts:
            await self.world.ask("POST", "act", acts)

    async def all_of(self, does: str, word: str, seconds: float = 120) -> None:
        """Let everybody do one thing, and wait for every answer."""
        await self.act(self.people, does, word)
        async with asyncio.timeout(seconds):
            while self.tapped:
                await asyncio.sleep(0.1)
                await self.look()

    async def storm(self, rate: float, taps: int) -> float:
        """Tap at a rate until there were so many; give how many answers came in a second."""
        self.waits.clear()
        begun, done = time.time(), 0
        async with asyncio.timeout(taps / rate * 10 + 120):
            while done < taps or self.tapped:
                await asyncio.sleep(TICK)
                await self.look()
                due = min(taps, int((time.time() - begun) * rate)) - done
                ready = [one for one in self.people if one not in self.tapped and self.taps[one] < QUESTIONS]
                chosen = sorted(ready, key=lambda one: self.taps[one])[: max(due, 0)]
                await self.act(chosen, "taps", "Pilihan A", twice=True)
                self.taps.update(chosen)
                done += len(chosen)
        return taps / (self.last - begun)


@asynccontextmanager
async def asked(database: Database, world: Telegram) -> AsyncIterator[int]:
    """Open a round for everybody."""
    now = system_now()
    async with database.transaction() as session:
        await add_people(session, list(world.crowd()), at=now)
        await session.execute(update(Link).values(level=2))
        people = list(await session.scalars(select(Employee).order_by(Employee.id)))
        opened = await survey_rounds.opened(session, DEFINITION, people, at=now, author=people[0])
    yield opened.id


async def answers_in(database: Database) -> Counter[int]:
    """Count the answers that are kept, by how many somebody gave."""
    async with database.reading() as session:
        round_ = (await session.scalars(select(SurveyRound))).one()
        seal = draft_seal(session, round_)
        drafts = (await session.scalars(select(SurveyDraft.draft_sealed))).all()
        return Counter(len(seal.open(sealed)["answers"]) for sealed in drafts)


@dataclass(frozen=True)
class Stormed:
    """What a storm came to."""

    rate: float
    idle: float
    p99: float
    lost: int
    double: int
    cpu: float

    @property
    def each(self) -> float:
        """Answers for each second of processor time."""
        return 1 / self.cpu

    def __str__(self) -> str:
        return (
            f"{self.rate:.0f}/s, p99 {self.p99 * 1000:.0f} ms ({self.p99 / self.idle:.1f} × idle), "
            f"{self.lost} lost, {self.double} double, {self.cpu * 1000:.1f} ms of processor an answer"
        )


async def storm(database: Database, rate: float, taps: int, processes: int = 1) -> Stormed:
    """Let a storm pass over a database and count what is kept of it."""
    many = max(40, -(-taps // (QUESTIONS - 4)))
    async with telegram(many) as world, asked(database, world):
        told = Told(
            database.url, database.keys.root, world.token, world.api_url, timedelta(), "/dev/null", parts(), 15.0
        )
        bots = [Bot(told) for _ in range(processes)]
        try:
            crowd = Crowd(world, list(world.crowd()))
            await crowd.all_of("says", "/survei")
            await crowd.all_of("taps", "Badai")
            await crowd.storm(5, 40)
            idle = p99(crowd.waits)
            before = sum(cpu_of(bot) for bot in bots)
            came = await crowd.storm(rate, taps)
            cpu = (sum(cpu_of(bot) for bot in bots) - before) / taps
            kept, meant = await answers_in(database), Counter(crowd.taps.values())
        finally:
            for bot in bots:
                bot.end()
    return Stormed(came, idle, p99(crowd.waits), _beyond(meant, kept), _beyond(kept, meant), cpu)


def _beyond(first: Counter[int], second: Counter[int]) -> int:
    """Count answers of one tally that the other lacks; nobody is here twice, so sums tell."""
    return max(0, sum(n * k for n, k in first.items()) - sum(n * k for n, k in second.items()))


def cpu_of(bot: Any) -> float:
    """Give the processor seconds a process has used."""
    with open(f"/proc/{bot.pid}/stat", encoding="ascii") as file:  # noqa: PTH123
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def one_process(taps: int) -> Line:
    """Measure a storm upon one process with SQLite."""
    async with sqlite() as database:
        came = await storm(database, OFFERED, taps)
    good = came.rate >= RATE and came.p99 <= SLOWER * came.idle and not came.lost and not came.double
    goal = f"≥ {RATE}/s, p99 ≤ {SLOWER:.0f} × idle, 0 lost, 0 double"
    return Line("survey storm: durable answers, one process", goal, str(came), good, await peers(taps))


async def peers(taps: int) -> str:
    """Say what bots that keep nothing come to in the same session: the library's own, and on our transport."""
    from tests.benchmarks import storm_peer  # noqa: PLC0415 - it looks at this module's crowd

    usual = await storm_peer.storm(OFFERED, taps // 5, ours=False)
    on_ours = await storm_peer.storm(OFFERED, taps, ours=True)
    return f"in memory only: PTB {usual}; PTB on our transport {on_ours}"


async def two_processes(server: PostgreSQL, taps: int) -> Line:
    """Compare what a second of processor time answers in one process and in two, on PostgreSQL."""
    found = []
    for processes in (1, 2):
        async with postgresql(server) as database:
            found.append(await storm(database, RATE / 2, taps, processes))
    share = found[1].each / found[0].each
    ours = f"{share:.2f} ({found[0].each:.0f} → {found[1].each:.0f} answers a second of processor; two: {found[1]})"
    good = share >= SHARE and not any(one.lost or one.double for one in found)
    return Line("survey storm, two processes on PostgreSQL: answers per CPU-second ÷ one", f"≥ {SHARE}", ours, good)
