"""What machines are told: healthy or not and why, and numbers without anybody's data."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.application import load_tools
from bot.health import Health
from bot.jobs import JOBS, run_job, schedule
from bot.settings import Settings
from db import facts, leases, outbox, ticks
from db.clock import Clock
from db.engine import Database
from db.keys import Keyring
from db.outbox import Lane
from db.windows import Window
from tests.city import City
from tests.sending import until


@dataclass
class Ear:
    """Somebody who asks."""

    port: int
    session: aiohttp.ClientSession

    async def healthz(self) -> tuple[int, dict[str, Any]]:
        """Ask whether all is well."""
        async with self.session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
            return answer.status, await answer.json()

    async def metrics(self) -> dict[str, float]:
        """Ask for the numbers; every line must be in Prometheus' format."""
        async with self.session.get(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        values = [re.fullmatch(r'(teman_mutasi_\w+(?:\{\w+="[\w-]+"\})?) (\d+(?:\.\d+)?)', line) for line in lines]
        assert all(found or line.startswith("# ") for found, line in zip(values, lines, strict=True))
        return {found[1]: float(found[2]) for found in values if found}


@pytest.fixture
async def ear(city: City) -> AsyncIterator[Ear]:
    """Somebody who asks about a serving process."""
    assert city.service is not None
    health = Health(city.service.tools, polls=True)
    port = await health.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Ear(port, session)
    await health.stop()


async def tick_once(city: City) -> None:
    assert city.service is not None
    for job in JOBS:
        await run_job(city.service.tools, job)


async def test_a_process_is_healthy_while_it_ticks_and_polls(city: City, ear: Ear) -> None:
    person, _ = await city.member()
    await person.says("/menu")
    await person.sees("Silakan pilih")
    assert (await ear.healthz())[1]["wrong"] == ["ticks_late"], "it has not ticked yet"
    await tick_once(city)
    status, told = await ear.healthz()
    assert (status, told["healthy"], told["wrong"]) == (200, True, [])

    city.clock.offset += timedelta(minutes=10)
    status, told = await ear.healthz()
    assert (status, told["wrong"]) == (503, ["ticks_late"])

    await tick_once(city)
    assert city.service is not None
    await city.service.stop()
    status, told = await ear.healthz()
    assert (status, told["wrong"]) == (503, ["nobody_polls"])
    async with city.database.transaction() as session:
        await leases.take(session, "poller", "another process", 60)
    assert (await ear.healthz())[0] == 200


async def test_a_failed_tick_and_a_hold_are_told_but_do_not_start_anything_anew(city: City, ear: Ear) -> None:
    await tick_once(city)
    async with city.database.transaction() as session:
        await ticks.note(session, "requests", city.clock.now(), "ValueError")
        await facts.put(session, facts.HOLD, {"copied_at": None, "restored_at": None})
    status, told = await ear.healthz()
    assert (status, told["failed_ticks"], told["on_hold"]) == (200, ["requests"], True)
    numbers = await ear.metrics()
    assert (numbers["teman_mutasi_ticks_failed"], numbers["teman_mutasi_on_hold"]) == (1, 1)


async def test_the_numbers_tell_what_waits_and_nothing_about_anybody(city: City, ear: Ear) -> None:
    assert city.service is not None
    _, who = await city.member("Rina Rahasia")
    await city.service.stop()
    async with city.database.transaction() as session:
        for _ in range(3):
            await outbox.queue(
                session,
                "errors/parked",
                {"fault": "X"},
                employee_id=who.id,
                lane=Lane.REPLIES,
                due_at=city.clock.now() - timedelta(minutes=2),
            )
    numbers = await ear.metrics()
    assert numbers["teman_mutasi_database_up"] == 1
    assert numbers['teman_mutasi_outbox{state="queued"}'] == 3
    assert 120 <= numbers["teman_mutasi_outbox_overdue_seconds"] < 180
    assert numbers["teman_mutasi_poller_up"] == 0
    assert not [name for name in numbers if "Rina" in name or who.nip in name]


async def test_every_tick_runs_at_once_and_again_after_a_standstill(city: City, ear: Ear) -> None:
    assert city.service is not None
    assert city.service.application.job_queue is not None
    schedule(city.service.application, city.service.tools)

    async def well() -> bool:
        return (await ear.healthz())[0] == 200

    await until(well)
    scheduler = city.service.application.job_queue.scheduler
    scheduler.pause()
    gone = timedelta(hours=3.5)  # not a multiple of an hour: the hourly tick comes half an hour late
    for job in scheduler.get_jobs():  # as it is when the machine stood still: each should have run long ago
        job.modify(next_run_time=job.next_run_time - gone)
    city.clock.offset += gone
    assert (await ear.healthz())[1]["wrong"] == ["ticks_late"]
    scheduler.resume()
    await until(well)


async def test_what_waits_for_its_window_is_not_overdue(city: City, ear: Ear) -> None:
    assert city.service is not None
    _, who = await city.member()
    await city.service.stop()
    city.clock.offset += timedelta(hours=12)  # 21.00
    async with city.database.transaction() as session:
        await outbox.queue(
            session,
            "errors/parked",
            {"fault": "X"},
            employee_id=who.id,
            lane=Lane.REMINDERS,
            window=Window.OFFICE,
            due_at=city.clock.now(),
        )
    city.clock.offset += timedelta(hours=1)
    told = (await ear.healthz())[1]
    assert (told["overdue_seconds"], told["waiting_for_window"]) == (0, 1)
    assert (await ear.metrics())["teman_mutasi_outbox_waiting_for_window"] == 1
    city.clock.offset += timedelta(hours=12)  # 10.00 of the next day
    told = (await ear.healthz())[1]
    assert (told["overdue_seconds"] >= 13 * 3600, told["waiting_for_window"]) == (True, 0)


async def test_without_its_database_a_process_is_ill() -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", Keyring.fresh())
    health = Health(load_tools(Settings(), away, Clock()), polls=True)
    port = await health.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        ear = Ear(port, session)
        assert await ear.healthz() == (503, {"healthy": False, "wrong": ["database"]})
        assert await ear.metrics() == {"teman_mutasi_database_up": 0}
    await health.stop()
    await away.close()
