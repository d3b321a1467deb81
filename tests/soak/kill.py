"""Senders that die: `python -m tests.soak.kill --database sqlite --kills 200 --seed 1` tells what was lost."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from db import schema
from db.engine import Database
from db.keys import Keyring
from tests.postgres import PostgreSQL
from tests.soak.campaign import Toll, campaign, halt_one


def people_for(kills: int) -> int:
    """Give how many people are enough for so many deaths."""
    return 100 + kills * 20


async def _on_sqlite(kills: int, seed: int) -> list[Toll]:
    folder = Path(tempfile.mkdtemp())
    database = Database(f"sqlite+aiosqlite:///{folder / 'soak.db'}", Keyring.fresh())
    await schema.upgrade(database)
    toll = Toll("sqlite", kills, seed)
    async with campaign(database, people_for(kills), toll) as made:
        await made.run()
    await database.close()
    shutil.rmtree(folder)
    return [toll]


async def _on_postgresql(kills: int, seed: int, server: PostgreSQL) -> list[Toll]:
    tolls = [Toll("postgresql", kills, seed), Toll("postgresql, SIGSTOP 20 s", 0, seed)]
    for number, toll in enumerate(tolls):
        await server.execute(f"CREATE DATABASE soak{number} TEMPLATE {server.template}")
        database = Database(server.url(f"soak{number}"), Keyring.fresh())
        async with campaign(database, people_for(kills or 100), toll) as made:
            await (made.run() if toll.kills else halt_one(made, 20))
        await database.close()
    return tolls


def main(words: list[str] | None = None) -> int:
    """Run the campaign asked for; the exit status tells whether every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    if asked.database == "sqlite":
        tolls = asyncio.run(_on_sqlite(asked.kills, asked.seed))
    else:
        with PostgreSQL.start() as server:
            tolls = asyncio.run(_on_postgresql(asked.kills, asked.seed, server))
    for toll in tolls:
        print(toll.line())
    return 0 if all(toll.good for toll in tolls) else 1


if __name__ == "__main__":
    sys.exit(main())
