"""A batch sent by processes that are killed or halted: what was lost, what came twice, what was marked."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field

from sqlalchemy import select

from bot.delivery import Pace
from bot.simulator import Simulator
from bot.simulator.ledger import Entry
from db.engine import Database
from db.models import Link, Outbox
from tests.sending import add_people, announce, by_state, until
from tests.soak.sender import Sender, Told

LATENCY = 0.05
POINTS = ("request arrives", "accepted, not answered", "answered, not written down", "any moment")
"""Where a sender dies; the last one is drawn."""


@dataclass
class Toll:
    """What a campaign found: `doubled` messages beyond the first, `unmarked` among them, sends to the wrong chat."""

    database: str
    kills: int
    seed: int
    people: int = 0
    in_flight: int = 0
    kills_with_request: int = 0
    lost: int = 0
    doubled: int = 0
    unmarked: int = 0
    slowest_restart: float = 0.0
    seconds: float = 0.0
    refused: int = 0
    restarts: list[float] = field(default_factory=list, repr=False)

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return not self.lost and not self.unmarked and self.doubled <= self.in_flight

    def line(self) -> str:
        """Say it in one line of a table."""
        told = {name: value for name, value in asdict(self).items() if name != "restarts"}
        return ", ".join(f"{name} {value:.2f}" if isinstance(value, float) else f"{name} {value}"
                         for name, value in told.items())  # fmt: skip


class Campaign:
    """A batch to a crowd, sent by processes that are killed again and again."""

    def __init__(self, database: Database, simulator: Simulator, told: Told, toll: Toll) -> None:
        self.database, self.simulator, self.told, self.toll = database, simulator, told, toll
        self.random = random.Random(toll.seed)  # noqa: S311 - a repeatable draw, no secret
        self.senders: list[Sender] = []
        self._hanging: set[tuple[int, str | None]] = set()

    def start(self) -> Sender:
        """Start one more sender."""
        sender = Sender(self.told)
        self.senders.append(sender)
        return sender

    def entries(self) -> list[Entry]:
        """Give the requests so far."""
        return self.simulator.ledger.entries

    async def next_request(self, after: int) -> Entry:
        """Wait for the request after so many, and give it."""
        await until(lambda: self._has(after + 1), 60)
        return self.entries()[after]

    async def _has(self, number: int) -> bool:
        return len(self.entries()) >= number

    async def count_in_flight(self) -> None:
        """Count the claims of a dead (or halted) sender that it had already asked Telegram to deliver."""
        async with self.database.reading() as session:
            held = await session.execute(
                select(Link.chat_id, Outbox.lease_owner).join(Outbox, Outbox.employee_id == Link.employee_id)
                .where(Outbox.state == "sending")
            )  # fmt: skip
            asked = {entry.chat_id for entry in self.entries()}
            self._hanging |= {(row.chat_id, row.lease_owner) for row in held if row.chat_id in asked}
        self.toll.in_flight = len(self._hanging)

    async def die(self, sender: Sender, point: str) -> None:
        """Let it send a little, then kill it at a point."""
        seen = len(self.entries())
        entry = await self.next_request(seen + self.random.randrange(2, 12))
        match point:
            case "accepted, not answered":
                await until(lambda: _true(entry.code != 0), 5)
            case "answered, not written down":
                await until(lambda: _true(entry.delivered is not None), 5)
            case "any moment":
                await asyncio.sleep(self.random.uniform(0, 0.1))
        open_requests = any(one.delivered is None for one in self.entries()[-200:])
        sender.kill()
        # What it had written into its connections still arrives after its death, and counts as on its way.
        await until(lambda: _true(self.simulator.connections == 0), 5)
        self.toll.kills_with_request += open_requests
        await self.count_in_flight()

    async def run(self) -> None:
        """Kill so often, let the last one finish, and count."""
        begun = time.monotonic()
        sender = self.start()
        for number in range(self.toll.kills):
            await self.die(sender, POINTS[number % len(POINTS)])
            before, dead_at = len(self.entries()), time.monotonic()
            sender = self.start()
            await self.next_request(before)
            self.toll.restarts.append(time.monotonic() - dead_at)
        await self.finish()
        self.toll.seconds = time.monotonic() - begun

    async def finish(self) -> None:
        """Wait until nothing is open, then compare rows and ledger."""

        async def quiet() -> bool:
            return not (await by_state(self.database)).keys() & {"queued", "sending", "uncertain"}

        await until(quiet, 600)
        for sender in self.senders:
            sender.end()
        toll, reached = self.toll, self.simulator.ledger.per_chat()
        async with self.database.reading() as session:
            rows = (await session.execute(
                select(Link.chat_id, Outbox.state, Outbox.uncertain)
                .join(Outbox, Outbox.employee_id == Link.employee_id)
            )).all()  # fmt: skip
        toll.people = len(rows)
        toll.lost = sum(reached[row.chat_id] == 0 or row.state != "sent" for row in rows)
        toll.doubled = sum(max(0, reached[row.chat_id] - 1) for row in rows)
        toll.unmarked = sum(reached[row.chat_id] > 1 + row.uncertain for row in rows)
        toll.refused = len(self.simulator.ledger.refused())
        toll.slowest_restart = max(toll.restarts, default=0.0)


async def _true(condition: bool) -> bool:
    return condition


async def halt_one(campaign: Campaign, seconds: float) -> None:
    """Let two senders work, stop one for longer than its lease in mid-send, let it go on, and count."""
    begun = time.monotonic()
    late, _other = campaign.start(), campaign.start()
    await campaign.next_request(20)
    late.signal(signal.SIGSTOP)
    await campaign.count_in_flight()
    await asyncio.sleep(seconds)
    late.signal(signal.SIGCONT)
    await campaign.finish()
    campaign.toll.seconds = time.monotonic() - begun


@asynccontextmanager
async def campaign(
    database: Database, people: int, toll: Toll, pace: Pace | None = None, latency: float = LATENCY
) -> AsyncIterator[Campaign]:
    """Make a crowd, freeze a batch for it, and end every process at the end."""
    async with Simulator(latency=latency, keep_history=False) as simulator:
        async with database.transaction() as session:
            await add_people(session, simulator.crowd(people))
            await announce(session, text="Nomor {number}")
        told = Told(database.url, database.keys.root, simulator.token, simulator.api_url, pace or Pace(rate=100))
        made = Campaign(database, simulator, told, toll)
        try:
            yield made
        finally:
            for sender in made.senders:
                sender.end()
