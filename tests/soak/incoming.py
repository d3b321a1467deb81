"""Processes that die while people ask: `python -m tests.soak.incoming --database sqlite --kills 20 --seed 1`."""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db import schema
from db.engine import Database
from db.keys import Keyring
from tests.crashes.storm import Reckoning, crowd, reckon, storm
from tests.crashes.town import open_town
from tests.postgres import PostgreSQL

RESULTS = Path(__file__).parents[2] / "docs" / "soak.md"
TITLE = "## Coming in: `kill -9` at random instants while people ask"
HEAD = (
    "| Day | Database | Seed | Kills | with an answer on its way | Asked | Lost | Doubled | Out of order | Unanswered "
    "| Answers said twice | Seconds |"
)
PEOPLE = 10


@dataclass(frozen=True)
class Outcome:
    """What a run found."""

    database: str
    seed: int
    kills: int
    on_its_way: int
    found: Reckoning
    seconds: float

    @property
    def good(self) -> bool:
        """Whether every question is one request, in order, and answered; again only where a process died over it."""
        found = self.found
        wrong = found.lost + found.doubled + found.disorder + found.unanswered
        return not wrong and found.said_again <= self.kills * PEOPLE

    def line(self) -> str:
        """Say it as a table's row."""
        found = self.found
        cells = (
            f"{datetime.now(UTC):%Y-%m-%d}", self.database, self.seed, self.kills, self.on_its_way, found.asked,
            found.lost, found.doubled, found.disorder, found.unanswered, found.said_again, round(self.seconds),
        )  # fmt: skip
        return f"| {' | '.join(str(cell) for cell in cells)} |"


async def run(database: Database, kills: int, seed: int) -> Outcome:
    """Let people ask, kill so often, let the last process finish, and count."""
    chance, begun, folder = random.Random(seed), time.monotonic(), Path(tempfile.mkdtemp())  # noqa: S311  repeatable
    async with open_town(database, folder, latency=0.05) as town:
        askers = await crowd(town, PEOPLE)
        on_its_way = await storm(town, askers, kills, chance)
        await town.settled(600)
        found = await reckon(town, askers)
    shutil.rmtree(folder)
    return Outcome(database.dialect, seed, kills, on_its_way, found, time.monotonic() - begun)


async def on_sqlite(kills: int, seed: int) -> Outcome:
    """Run on a new SQLite file."""
    folder = Path(tempfile.mkdtemp())
    database = Database(f"sqlite+aiosqlite:///{folder / 'soak.db'}", Keyring.fresh())
    await schema.upgrade(database)
    outcome = await run(database, kills, seed)
    await database.close()
    shutil.rmtree(folder)
    return outcome


async def on_postgresql(kills: int, seed: int, server: PostgreSQL) -> Outcome:
    """Run on a new database of a PostgreSQL server."""
    await server.execute(f"CREATE DATABASE incoming TEMPLATE {server.template}")
    database = Database(server.url("incoming"), Keyring.fresh())
    outcome = await run(database, kills, seed)
    await database.close()
    return outcome


def keep(line: str, results: Path = RESULTS) -> None:
    """Add a row to our table, which is made at the end of the page when it is not there yet."""
    before = results.read_text() if results.exists() else "# Long runs\n"
    if TITLE not in before:
        before += f"\n{TITLE}\n\n{HEAD}\n|{'---|' * (HEAD.count('|') - 1)}\n"
    end = before.find("\n\n", before.index(HEAD))
    end = len(before.rstrip()) if end < 0 else end
    results.write_text(f"{before[:end]}\n{line}{before[end:].rstrip()}\n")


def main(words: list[str] | None = None) -> int:
    """Run what is asked for and keep its row; the exit status tells whether every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    if asked.database == "sqlite":
        outcome = asyncio.run(on_sqlite(asked.kills, asked.seed))
    else:
        with PostgreSQL.start() as server:
            outcome = asyncio.run(on_postgresql(asked.kills, asked.seed, server))
    print(HEAD, outcome.line(), sep="\n")
    keep(outcome.line())
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
