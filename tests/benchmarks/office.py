"""What a benchmark needs: a simulator in a process of its own, a database, senders, and what the ledger says."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.delivery import Pace
from db import schema
from db.engine import Database
from db.keys import Keyring
from tests.postgres import PostgreSQL
from tests.sending import by_state, until
from tests.soak.sender import Sender, Told

LATENCY = 0.05


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    what: str
    goal: str
    ours: str
    good: bool
    peer: str = "–"


@dataclass
class Telegram:
    """The simulator in another process, reached through its doors."""

    api_url: str
    token: str
    control_url: str
    first: int
    people: int
    session: aiohttp.ClientSession

    async def ask(self, method: str, path: str, told: Any = None) -> str:
        """Say something to the control door."""
        async with self.session.request(method, f"{self.control_url}/{path}", json=told) as answer:
            answer.raise_for_status()
            return await answer.text()

    async def ledger(self) -> list[dict[str, Any]]:
        """Give every request so far."""
        return [json.loads(line) for line in (await self.ask("GET", "ledger")).splitlines()]

    def crowd(self) -> range:
        """Give the chats."""
        return range(self.first, self.first + self.people)


@asynccontextmanager
async def telegram(people: int, allowed: float = 0, retry_after: int = 3) -> AsyncIterator[Telegram]:
    """Start a simulator with a crowd that has started the bot; `allowed` requests a second, or any number."""
    words = ["--people", str(people), "--latency", str(LATENCY), "--no-history", "--retry-after", str(retry_after)]
    words += ["--rate", str(allowed), "--paid-rate", str(allowed)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.simulator", *words, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = json.loads(await process.stdout.readline())
    try:
        async with aiohttp.ClientSession() as session:
            where = told["api_url"], told["token"], told["control_url"]
            yield Telegram(*where, told["first_person"], told["people"], session)
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def sqlite() -> AsyncIterator[Database]:
    """Give a fresh SQLite database on disk."""
    folder = Path(tempfile.mkdtemp())
    database = Database(f"sqlite+aiosqlite:///{folder / 'bench.db'}", Keyring.fresh())
    await schema.upgrade(database)
    try:
        yield database
    finally:
        await database.close()
        shutil.rmtree(folder)


@asynccontextmanager
async def postgresql(server: PostgreSQL) -> AsyncIterator[Database]:
    """Give a fresh PostgreSQL database."""
    name = f"bench_{id(object())}"
    await server.execute(f"CREATE DATABASE {name} TEMPLATE {server.template}")
    database = Database(server.url(name), Keyring.fresh())
    try:
        yield database
    finally:
        await database.close()
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Drained:
    """What draining an outbox took; `reached` counts accepted messages by chat."""

    requests: list[dict[str, Any]]
    states: dict[str, int]
    cpu: float
    reached: Counter[int] = field(init=False)

    def __post_init__(self) -> None:
        self.reached = Counter(one["chat_id"] for one in self.requests if one["accepted"])

    @property
    def span(self) -> float:
        """Give the seconds from the first request to the last."""
        return float(self.requests[-1]["at"] - self.requests[0]["at"])

    @property
    def cores(self) -> float:
        """Give how much of a core the senders used while they sent."""
        return self.cpu / self.span

    def share(self, rate: float) -> float:
        """Give the share of the allowed rate that was used."""
        return (len(self.requests) - 1) / self.span / rate

    def refused(self) -> int:
        """Count what Telegram refused for being too much."""
        return sum(one["code"] == 429 for one in self.requests)


async def drain(database: Database, telegram: Telegram, pace: Pace, senders: int = 1) -> Drained:
    """Let senders empty the outbox; their processor time is counted from the first request on."""
    told = Told(database.url, database.keys.root, telegram.token, telegram.api_url, pace)
    working = [Sender(told) for _ in range(senders)]

    async def begun() -> bool:
        return bool(await telegram.ledger())

    async def quiet() -> bool:
        return not (await by_state(database)).keys() & {"queued", "sending", "uncertain"}

    try:
        await until(begun, 60)
        before = sum(sender.cpu_seconds() for sender in working)
        async with asyncio.timeout(900):
            while not await quiet():  # noqa: ASYNC110 - the database rings no bell
                await asyncio.sleep(0.5)
        cpu = sum(sender.cpu_seconds() for sender in working) - before
    finally:
        for sender in working:
            sender.end()
    return Drained(await telegram.ledger(), await by_state(database), cpu)
