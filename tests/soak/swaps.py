"""The swap game at length: `python -m tests.soak.swaps --games 25 --seed 1` plays on both databases, leaks and all."""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from db import schema
from db.engine import Database
from db.keys import Keyring
from tests import leaks, swap_runs, swapping
from tests.postgres import PostgreSQL
from tests.swap_runs import KEY, Run, deal
from tests.swapping import Leak

Planted = Mapping[str, tuple[Leak, Sequence[str]]]


class Count:
    """What the games of one database told."""

    def __init__(self) -> None:
        self.games = self.told = 0
        self.found: Counter[str] = Counter()

    async def game(self, runs: Sequence[Run], planted: Planted, server: PostgreSQL | None = None) -> None:
        """Close both runs of a game honestly, then with each leak."""
        shown = await swapping.play(runs, server=server, copied=True)
        self.games += 1
        self.told += bool(shown)
        if shown:
            print(f"seed {runs[0].deal.seed}: the two runs differ in {', '.join(shown)}")
        for name, (leak, where) in planted.items():
            self.found[name] += set(where) <= set(await swapping.play(runs, leak, server))

    def say(self, database: str, planted: Planted) -> bool:
        """Print what was found; tell whether all is well."""
        print(f"{database}: {self.games} games, told apart in {self.told}")
        for name in planted:
            print(f"  found in {self.found[name]} of {self.games}: {name}")
        return not self.told and all(self.found[name] == self.games for name in planted)


async def on_sqlite(first: int, games: int) -> bool:
    """Play on SQLite."""
    planted, count = leaks.EVERYWHERE | leaks.SQLITE, Count()
    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "head.db"
        made = Database(f"sqlite+aiosqlite:///{head}", Keyring(KEY))
        await schema.upgrade(made)
        await made.close()
        for seed in range(first, first + games):
            place = Path(folder) / str(seed)
            place.mkdir()
            await count.game(await swap_runs.on_sqlite(deal(seed), head, place), planted)
    return count.say("sqlite", planted)


async def on_postgresql(first: int, games: int, server: PostgreSQL) -> bool:
    """Play on PostgreSQL."""
    planted, count = leaks.EVERYWHERE | leaks.POSTGRESQL, Count()
    for seed in range(first, first + games):
        async with swap_runs.on_postgresql(deal(seed), server) as runs:
            await count.game(runs, planted, server)
    return count.say("postgresql", planted)


def main(words: list[str] | None = None) -> int:
    """Play the games; status 1 when two runs were told apart or a planted leak stayed hidden."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--games", type=int, default=25)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args(words)
    print(f"seed {asked.seed}")
    well = [asyncio.run(on_sqlite(asked.seed, asked.games))]
    with PostgreSQL.start() as server:
        well.append(asyncio.run(on_postgresql(asked.seed, asked.games, server)))
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
