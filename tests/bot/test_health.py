"""What machines are told: healthy or not and why, and numbers without anybody's data."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.health import Health
from bot.jobs import JOBS, run_job
from db import facts, leases, outbox, ticks
from db.clock import Clock
from db.engine import Database
from db.keys import Keyring
from db.outbox import Lane
from tests.city import City


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
    health = Health(city.database, city.clock, polls=True)
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


async def test_without_its_database_a_process_is_ill() -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", Keyring.fresh())
    health = Health(away, Clock(), polls=True)
    port = await health.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        ear = Ear(port, session)
        assert await ear.healthz() == (503, {"healthy": False, "wrong": ["database"]})
        assert await ear.metrics() == {"teman_mutasi_database_up": 0}
    await health.stop()
    await away.close()
