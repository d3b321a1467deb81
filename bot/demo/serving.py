"""The demo, served: simulator and bot in one process, on a fresh database, until it is stopped."""

import asyncio
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot import logs
from bot.application import Service, load_tools, open_service
from bot.demo.office import sample_office
from bot.demo.opening import mark, open_office
from bot.settings import Settings
from bot.simulator import Simulator
from db import facts, schema
from db.clock import Clock, system_now
from db.engine import Database
from db.keys import load_or_make_keys

ZONE = ZoneInfo("Asia/Makassar")
BEGINNING = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)
"""A Tuesday morning in office hours, in a year whose calendar is packaged."""

PARTS = ("updates", "delivery", "polling", "ticks")
NAMES = ("demo.db", "demo.db-wal", "demo.db-shm", "demo.db.sender", "demo.key")


def fresh_folder(folder: Path) -> Path:
    """Make the demo's folder, without what an earlier demo left there."""
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "demo.key.rounds", ignore_errors=True)
    return folder


@asynccontextmanager
async def opened_demo(folder: Path, *, port: int = 0, people: int = 620) -> AsyncIterator[tuple[Simulator, Service]]:
    """Open the demo on a fresh database in `folder`: simulator and every part of the bot, running."""
    place = fresh_folder(folder)
    database = Database(f"sqlite+aiosqlite:///{place / 'demo.db'}", load_or_make_keys(place / "demo.key"))
    await schema.upgrade(database)
    clock = Clock(ZONE, offset=BEGINNING - system_now())
    await mark(database, clock.offset)

    async def move(to: datetime) -> None:
        async with database.transaction() as session:
            await facts.aim_clock(session, to, system_now())

    try:
        async with Simulator(port=port, start=BEGINNING, on_clock=move) as simulator:
            settings = Settings(
                bot_token=SecretStr(simulator.token), api_url=simulator.api_url, database_url=database.url
            )
            tools = load_tools(settings, database, clock)
            await open_office(simulator, sample_office(people), tools)
            async with open_service(settings, database=database, clock=clock) as service:
                await service.start(PARTS)
                yield simulator, service
    finally:
        await database.close()


async def serve(folder: Path, *, port: int = 0, people: int = 620) -> None:
    """Open the demo and serve it until interrupted; prints the page's address."""
    logs.set_up("WARNING")
    async with opened_demo(folder, port=port, people=people) as (simulator, service):
        sys.stdout.write(f"Teman Mutasi (demo, DATA FIKTIF): {simulator.page_url}\nCtrl+C to stop.\n")
        sys.stdout.flush()
        await until_stopped(service.wait())


async def until_stopped(running: Coroutine[Any, Any, None]) -> None:
    """Wait for SIGINT or SIGTERM, or for a part that ended by itself."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    waiting: list[asyncio.Task[Any]] = [asyncio.create_task(running), asyncio.create_task(stop.wait())]
    done, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    for task in done:
        task.result()
