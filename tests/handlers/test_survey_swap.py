"""The swap game: an honest closing tells nothing apart, and each planted leak is found where it must show."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests import leaks, swap_runs, swapping
from tests.postgres import PostgreSQL
from tests.swap_runs import Run, deal
from tests.swapping import Leak


async def unfound(
    runs: Sequence[Run], planted: Mapping[str, tuple[Leak, Sequence[str]]], server: PostgreSQL | None = None
) -> dict[str, list[str]]:
    """Give the leaks that do not show where they must, with what showed."""
    shown = {name: await swapping.play(runs, leak, server) for name, (leak, _where) in planted.items()}
    return {name: where for name, where in shown.items() if not set(planted[name][1]) <= set(where)}


async def test_exchanged_answers_cannot_be_told_on_sqlite_and_every_planted_leak_shows(
    tmp_path: Path, sqlite_at_head: Path
) -> None:
    runs = await swap_runs.on_sqlite(deal(seed=1), sqlite_at_head, tmp_path)
    assert await swapping.play(runs, copied=True) == []
    assert await unfound(runs, leaks.EVERYWHERE | leaks.SQLITE) == {}


async def test_exchanged_answers_cannot_be_told_on_postgresql_by_who_wrote_what_in_which_order(
    postgres: PostgreSQL,
) -> None:
    async with swap_runs.on_postgresql(deal(seed=2), postgres) as runs:
        assert await swapping.play(runs, server=postgres) == []
        assert await unfound(runs, leaks.POSTGRESQL, postgres) == {}
