"""A city whose bot is made of processes of their own: to be killed at a request, at a lock, or at any moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.settings import Settings
from bot.simulator import Person, Simulator
from bot.simulator.ledger import Entry
from db.clock import Clock, system_now
from db.engine import Database
from db.models import Request, Update
from tests.city import MORNING, City
from tests.crashes.process import Bot, Told, parts

SOON = 20.0
"""Seconds within which everything here must have come about."""


@dataclass
class Trap:
    """Kills (or halts) a process at a request: `heard` says whether Telegram still takes the request of the dead."""

    bot: Bot
    method: str
    heard: bool
    simulator: Simulator
    halt: bool
    sprung: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, entry: Entry) -> None:
        """See a request first."""
        if entry.method != self.method or self.sprung.is_set():
            return
        self.sprung.set()
        if self.halt:
            self.bot.halt()
        else:
            self.bot.kill()
        if not self.heard:
            self.simulator.faults.add("reset_before", methods=[self.method])

    async def wait(self) -> None:
        """Wait until the process is dead."""
        await asyncio.wait_for(self.sprung.wait(), SOON)


@dataclass
class Town:
    """Telegram, a database, people, and the processes started so far."""

    city: City
    told: Told
    bots: list[Bot] = field(default_factory=list)

    @property
    def simulator(self) -> Simulator:
        """Telegram on this machine."""
        return self.city.simulator

    @property
    def database(self) -> Database:
        """The database, seen from outside the processes."""
        return self.city.database

    def start(self, *named: str, webhook: tuple[int, str, str] | None = None) -> Bot:
        """Start a process with these parts (all when none is named)."""
        bot = Bot(replace(self.told, parts=parts(*named), webhook=webhook))
        self.bots.append(bot)
        return bot

    def trap(self, bot: Bot, method: str, *, heard: bool, halt: bool = False) -> Trap:
        """Kill (or halt) a process when it next makes a request of this method."""
        trap = Trap(bot, method, heard, self.simulator, halt)
        self.simulator.gateway.on_request = trap
        return trap

    async def states(self) -> dict[str, int]:
        """Count updates by state."""
        async with self.database.reading() as session:
            rows = await session.execute(select(Update.state, func.count()).group_by(Update.state))
            return {str(state): number for state, number in rows}

    async def requests(self) -> list[tuple[int, str]]:
        """List the requests: whose, and its number."""
        async with self.database.reading() as session:
            rows = await session.execute(select(Request.employee_id, Request.number).order_by(Request.id))
            return [(who, number) for who, number in rows]

    async def settled(self, seconds: float = SOON) -> None:
        """Wait until every update Telegram has made is acknowledged and dealt with."""

        async def nothing_open() -> bool:
            return not self.simulator.world.updates.pending and (await self.states()).keys() <= {"done", "parked"}

        try:
            await until(nothing_open, seconds)
        except TimeoutError:
            pending = len(self.simulator.world.updates.pending)
            raise AssertionError(f"not settled: {await self.states()}, {pending} with Telegram") from None

    async def erased(self) -> bool:
        """Tell whether nothing of any update's content is left."""
        left = select(func.count()).where(Update.payload_sealed.is_not(None) | Update.answer_sealed.is_not(None))
        async with self.database.reading() as session:
            return not await session.scalar(left)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = SOON) -> None:
    """Await a state: ask an async condition again and again until it holds; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  the database rings no bell
            await asyncio.sleep(0.03)


def answers(person: Person, part: str) -> list[str]:
    """List the messages of the bot with this part that a person's chat shows."""
    return [message.text for message in person.received if part in message.text]


@asynccontextmanager
async def open_town(
    database: Database, folder: Path, *, latency: float = 0.0, chat_lease: float = 2.0, rate: float = 1000
) -> AsyncIterator[Town]:
    """Open a town over a database at head; its processes are ended with it."""
    offset = MORNING - system_now()
    clock = Clock(ZoneInfo("Asia/Makassar"), offset=offset)
    async with Simulator(latency=latency) as simulator:
        settings = Settings(bot_token=simulator.token, api_url=simulator.api_url, database_url=database.url)  # type: ignore[arg-type]
        told = Told(
            database.url, database.keys.root, simulator.token, simulator.api_url, offset, str(folder / "bot.log"), (),
            chat_lease, rate,
        )  # fmt: skip
        town = Town(City(database, clock, simulator, settings), told)
        try:
            yield town
        finally:
            for bot in town.bots:
                bot.end()
