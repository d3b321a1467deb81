"""A small office for tests of sending: linked people in the simulator, a deliverer, and waiting for what becomes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from telegram import Bot

from bot import sending_ticks
from bot.delivery import Delivery, Pace
from bot.simulator import Simulator
from bot.transport import AiohttpRequest
from content.loading import calendar, office_rules
from db import batches, outbox
from db.calendar import calendar_of
from db.clock import Clock
from db.engine import Database, Session
from db.models import Chat, Employee, Link, Outbox, Unit
from db.outbox import Claimed, Lane, Outcome, Reason, State, Terms
from db.rules import OfficeRules, read_rules
from db.windows import Window, open_windows

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten o'clock of a working day in Samarinda."""
EARLIER = TUESDAY - timedelta(hours=1)
"""Since when messages are due, unless told otherwise."""
CALENDAR = calendar_of([calendar(2026)])
RULES: OfficeRules = read_rules(office_rules()).rules


@dataclass(frozen=True)
class Said:
    """The simplest thing a renderer gives."""

    text: str
    markup: dict[str, Any] | None = None


def render(name: str, values: Mapping[str, Any], language: str) -> Said:
    """Say the values: `text` with the person's name in it."""
    return Said(values["text"].format(**values.get("person", {}), number=values["reference"]), values.get("markup"))


def civil(moment: datetime = TUESDAY) -> Clock:
    """Give a civil clock that stands still."""
    return Clock(source=lambda: moment)


async def add_people(session: Session, chats: Iterable[int | None], *, at: datetime = TUESDAY) -> list[int]:
    """Put employees into the roster, linked to these chats (None: has not joined), and give their ids."""
    unit = (
        await session.scalar(select(Unit.id))
        or (
            await session.scalars(
                insert(Unit).returning(Unit.id), {"name": "Dinas Contoh", "name_key": "x", "path": "/1/"}
            )
        ).one()
    )
    first = (await session.scalar(select(func.max(Employee.id))) or 0) + 1
    chats = list(chats)
    people = [
        {"id": first + n, "nip": f"{10**17 + first + n}", "full_name": f"Pegawai {first + n}",
         "employment_type": "permanent_servant", "unit_id": unit, "agency_id": unit, "updated_at": at}
        for n in range(len(chats))
    ]  # fmt: skip
    joined = [(one["id"], chat) for one, chat in zip(people, chats, strict=True) if chat is not None]
    await session.execute(insert(Employee), people)
    if joined:
        await session.execute(
            insert(Chat), [{"chat_id": chat, "language": "id", "first_seen": at, "last_seen": at} for _, chat in joined]
        )
        await session.execute(
            insert(Link),
            [{"employee_id": one, "chat_id": chat, "generation": 1, "level": 1, "way": "contact", "linked_at": at,
              "level_at": at} for one, chat in joined],
        )  # fmt: skip
    return [first + n for n in range(len(chats))]


async def announce(
    session: Session,
    text: str = "Halo {full_name}",
    *,
    people: Iterable[int] | None = None,
    at: datetime = EARLIER,
    window: Window = Window.ANY,
    counted: bool = False,
    valid_until: datetime | None = None,
    lane: Lane = Lane.ANNOUNCEMENTS,
) -> int:
    """Confirm a batch to everybody (or to some) and let it run."""
    batch_id = await batches.open_batch(
        session, kind="announcement", message="announcement", values={"text": text}, content_hash="0" * 64,
        due_at=at, window=window, counted=counted, valid_until=valid_until, lane=lane,
    )  # fmt: skip
    audience = select(Employee.id) if people is None else select(Employee.id).where(Employee.id.in_(list(people)))
    await batches.freeze(session, batch_id, audience)
    await batches.start_due(session, at)
    return batch_id


async def people(database: Database, *chats: int | None) -> list[int]:
    """Put employees into the roster, linked to these chats (None: has not joined), and give their ids."""
    async with database.transaction() as session:
        return await add_people(session, chats)


async def leave(database: Database, message: str | None = "x", values: Any = None, **more: Any) -> int:
    """Leave a message, in the lane of replies, to chat 5 and due for an hour unless told otherwise."""
    target = {} if "employee_id" in more else {"chat_id": 5}
    options: dict[str, Any] = {"lane": Lane.REPLIES, "due_at": EARLIER} | target | more
    async with database.transaction() as session:
        return await outbox.queue(session, message, values or {}, **options)


async def claim(
    database: Database,
    limit: int = 100,
    *,
    owner: str = "a",
    at: datetime = TUESDAY,
    lease: float = 15.0,
    windows: Iterable[Window] | None = None,
) -> list[Claimed]:
    """Claim as a deliverer does, in the windows open at that moment."""
    opened = open_windows(civil().local(at), CALENDAR, RULES) if windows is None else frozenset(windows)
    async with database.transaction() as session:
        claims = await outbox.claim(session, limit, Terms(owner, lease, opened, at, RULES.weekly_limit))
    return claims.ready


async def accept(database: Database, rows: Iterable[Claimed], *, at: datetime = TUESDAY) -> None:
    """Settle claims as sent."""
    sent = [Outcome(row.id, row.claim, State.SENT, Reason.ACCEPTED, row.chat_id, 1000 + row.id, at) for row in rows]
    async with database.transaction() as session:
        await outbox.settle(session, sent)


async def lines(database: Database) -> list[tuple[str, str | None]]:
    """Give state and reason of every row in the order they were made."""
    return [(row.state, row.reason) for row in await all_rows(database)]


async def by_state(database: Database, batch_id: int | None = None) -> dict[str, int]:
    """Count the outbox by state."""
    which = [] if batch_id is None else [Outbox.batch_id == batch_id]
    async with database.reading() as session:
        rows = await session.execute(select(Outbox.state, func.count()).where(*which).group_by(Outbox.state))
        return {str(state): number for state, number in rows}


async def all_rows(database: Database) -> list[Outbox]:
    """Give every row of the outbox in the order they were made."""
    async with database.reading() as session:
        return list(await session.scalars(select(Outbox).order_by(Outbox.id)))


async def pass_time(seconds: float) -> None:
    """Let real time pass, where the test is that nothing happens in it."""
    await asyncio.wait([asyncio.ensure_future(asyncio.sleep(seconds))])


async def until(condition: Any, seconds: float = 15.0) -> None:
    """Await a state: call an async condition again and again until it holds; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the database rings no bell
            await asyncio.sleep(0.02)


@dataclass
class Post:
    """A deliverer at work between a database and a simulator."""

    database: Database
    simulator: Simulator
    delivery: Delivery
    make: Callable[[], Delivery]
    task: asyncio.Task[None] = field(init=False)

    async def settled(self, seconds: float = 30.0) -> None:
        """Wait until nothing is on its way any more."""

        async def quiet() -> bool:
            states = await by_state(self.database)
            return not states.keys() & {"queued", "sending", "uncertain"}

        await until(quiet, seconds)

    async def recovered(self) -> bool:
        """Run the tick that takes back what was lost; tell whether anything was."""
        return await sending_ticks.recover(self.database) > 0

    async def nothing_in_hand(self) -> bool:
        """Tell whether no claim is open."""
        return "sending" not in await by_state(self.database)

    def another(self) -> Delivery:
        """Give a second deliverer for the same database."""
        return self.make()

    def start(self) -> None:
        """Let it work."""
        self.task = asyncio.create_task(self.delivery.run())

    async def stop(self) -> None:
        """End it in order."""
        self.delivery.stop()
        await self.task


@asynccontextmanager
async def post_office(
    database: Database, simulator: Simulator, *, pace: Pace | None = None, clock: Clock | None = None,
    begin: bool = True, rules: OfficeRules = RULES,
) -> AsyncIterator[Post]:  # fmt: skip
    """Put a deliverer to work; it is stopped at the end."""
    request, polling = AiohttpRequest(64), AiohttpRequest(1)
    bot = Bot(simulator.token, base_url=f"{simulator.api_url}/bot", request=request, get_updates_request=polling)

    def make() -> Delivery:
        return Delivery(
            database, bot, render, token="digest", clock=clock or civil(), rules=rules, calendar=CALENDAR,
            pace=pace or Pace(rate=500, poll=0.05),
        )  # fmt: skip

    post = Post(database, simulator, make(), make)
    await request.initialize()
    try:
        if begin:
            post.start()
        yield post
        if begin:
            await post.stop()
    finally:
        await request.shutdown()
