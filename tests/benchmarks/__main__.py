"""`python -m tests.benchmarks` measures, prints the table and writes docs/benchmarks.md; `--quick`: small counts."""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.benchmarks import bulk, rostering, sending, storm, tallying, tapping
from tests.benchmarks.office import Line
from tests.postgres import PostgreSQL

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`. Ratios within one run, against the simulator with 50 ms of latency; the peer is
python-telegram-bot as people usually write it, run in the same session. {machine}

| | Goal | Ours | Peer |
|---|---|---|---|
"""


async def measure(server: PostgreSQL, *, quick: bool, only: str) -> list[Line]:
    """Run every benchmark whose name holds `only`."""
    tenth = 10 if quick else 1
    table: dict[str, Callable[[], Awaitable[Line | list[Line]]]] = {
        "rate-30": lambda: sending.at_rate(30, 900 // tenth, True, 0.99, 0.6),
        "rate-1000": lambda: sending.at_rate(1000, 20_000 // tenth, True, 0.98, 0.6),
        "no-limit": lambda: sending.everybody_without_limit(10_000 // tenth, peers=not quick),
        "flood-1": lambda: sending.floods(100, 1000 // tenth, 0.01),
        "flood-10": lambda: sending.floods(100, 300 // tenth, 0.10),
        "office": lambda: sending.the_offices_case(30 if not quick else 300, 10_000 // tenth),
        "pause-30": lambda: sending.pausing(30, 300),
        "pause-1000": lambda: sending.pausing(1000, 6000),
        "tap-30": lambda: tapping.tap_to_reply(30, 400 // tenth, 1.10),
        "tap-1000": lambda: tapping.tap_to_reply(1000, 200 // tenth, 1.25),
        "survey-storm": lambda: storm.one_process(10_000 // tenth),
        "survey-storm-two": lambda: storm.two_processes(server, 5_000 // tenth),
        "two": lambda: sending.two_processes(server, 500, 10_000 // tenth),
        "freeze": lambda: bulk.freezing(server, 1_000_000 // tenth),
        "tally": lambda: tallying.tallying(server, 1_000_000 // tenth),
        "memory": lambda: asyncio.to_thread(bulk.memory, 1_000_000 // tenth),
        "render": lambda: asyncio.to_thread(bulk.rendering),
        "roster": lambda: asyncio.to_thread(rostering.trying_out, 12_000 // tenth),
    }
    lines: list[Line] = []
    for name, run in table.items():
        if only in name:
            found = await run()
            for line in found if isinstance(found, list) else [found]:
                print(f"{'ok ' if line.good else 'MISSED'} {line.what}: {line.ours} (goal {line.goal}; {line.peer})")
                lines.append(line)
    return lines


def page(lines: list[Line]) -> str:
    """Give the table as a page."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}."
    rows = [f"| {one.what} | {one.goal} | {one.ours}{'' if one.good else ' **(missed)**'} | {one.peer} |"
            for one in lines]  # fmt: skip
    return HEAD.format(machine=machine) + "\n".join(rows) + "\n"


def main(words: list[str] | None = None) -> int:
    """Measure what was asked for; only a full run writes the page."""
    parser = argparse.ArgumentParser("tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the counts, without the page")
    parser.add_argument("--only", default="", help="those whose name holds this")
    asked = parser.parse_args(words)
    with PostgreSQL.start() as server:
        lines = asyncio.run(measure(server, quick=asked.quick, only=asked.only))
    if not asked.quick and not asked.only:
        PAGE.write_text(page(lines), encoding="utf-8")
    return 0 if all(line.good for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
