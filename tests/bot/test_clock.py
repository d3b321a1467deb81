"""A demo's clock: only a demo's, only forward, and what falls due on the way happens in its order."""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.jobs import JOBS, run_job
from db import facts, leases, outbox
from db.clock import system_now
from db.engine import Database
from db.facts import NotADemo
from db.models import Employee
from db.outbox import Lane
from db.windows import Window
from tests.city import MORNING, City
from tests.sending import all_rows

ZONE = ZoneInfo("Asia/Makassar")
MONTH = timedelta(days=30)


@pytest.fixture
async def demo(city: City) -> City:
    """A city whose database is a demo's, at nine o'clock of a Tuesday."""
    async with city.database.transaction() as session:
        await facts.put(session, facts.DEMO, {"is": True})
        await facts.put(session, facts.CLOCK, {"offset": city.clock.offset.total_seconds()})
    return city


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def goes_to(city: City, target: datetime) -> None:
    """Ask for a moment and let the clock's tick take it there."""
    async with city.database.transaction() as session:
        await facts.aim_clock(session, target, system_now())
    assert city.service is not None
    await run_job(city.service.tools, next(job for job in JOBS if job.name == "clock"))


async def leave(city: City, who: Employee, due_at: datetime, window: Window = Window.ANY) -> str:
    """Leave a message and give the word it will carry."""
    word = secrets.token_hex(4)
    async with city.database.transaction() as session:
        await outbox.queue(
            session,
            "errors/parked",
            {"fault": word},
            employee_id=who.id,
            lane=Lane.REPLIES,
            due_at=due_at,
            window=window,
        )
    return word


async def test_a_month_passes_in_seconds_and_everything_happens_at_its_time(demo: City) -> None:
    person, who = await demo.member()
    second = await leave(demo, who, local("2026-12-03T10:00"))
    first = await leave(demo, who, local("2026-12-01T21:30"))
    after_it = await leave(demo, who, MORNING + MONTH + timedelta(days=1))
    third = await leave(demo, who, local("2026-12-05T22:00"), Window.OFFICE)  # a Saturday night

    await goes_to(demo, MORNING + MONTH)

    assert timedelta() <= demo.clock.now() - (MORNING + MONTH) < timedelta(seconds=30)
    texts = [message.text or "" for message in person.messages]
    assert [one for text in texts for one in (first, second, third, after_it) if one in text] == [first, second, third]
    sent = {row.due_at: row.sent_at for row in await all_rows(demo.database) if row.sent_at}
    minute = timedelta(minutes=1)
    assert sent[local("2026-12-01T21:30")] - local("2026-12-01T21:30") < minute
    assert sent[local("2026-12-03T10:00")] - local("2026-12-03T10:00") < minute
    assert timedelta() <= sent[local("2026-12-05T22:00")] - local("2026-12-07T08:00") < minute


async def test_a_tick_that_finds_the_clock_led_elsewhere_only_follows(demo: City) -> None:
    async with demo.database.transaction() as session:
        await leases.take(session, "clock", "another process", 30)
    before = demo.clock.offset
    await goes_to(demo, MORNING + MONTH)
    assert demo.clock.offset == before
    async with demo.database.transaction() as session:
        await facts.step_clock(session, MORNING + MONTH, system_now(), arrived=True)
    assert demo.service is not None
    await run_job(demo.service.tools, next(job for job in JOBS if job.name == "clock"))
    assert demo.clock.now() >= MORNING + MONTH


async def test_on_hold_the_clock_arrives_and_nothing_is_sent(demo: City) -> None:
    person, who = await demo.member()
    held = await leave(demo, who, local("2026-11-24T15:00"))
    async with demo.database.transaction() as session:
        await facts.put(session, facts.HOLD, {"copied_at": None, "restored_at": None})
    await goes_to(demo, local("2026-11-24T18:00"))
    assert demo.clock.now() >= local("2026-11-24T18:00")
    assert not [message for message in person.messages if held in (message.text or "")]


async def test_outside_a_demo_the_clock_cannot_be_moved(city: City) -> None:
    before = city.clock.offset
    with pytest.raises(NotADemo):
        await goes_to(city, MORNING + MONTH)
    assert city.service is not None
    await run_job(city.service.tools, next(job for job in JOBS if job.name == "clock"))
    assert city.clock.offset == before


async def test_a_clock_that_never_moved_is_the_machines(database: Database) -> None:
    async with database.reading() as session:
        assert await facts.clock_offset(session) == timedelta()
        assert await facts.clock_target(session) is None
