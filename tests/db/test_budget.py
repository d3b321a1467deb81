"""The token's budget and the parts only one may play."""

import asyncio
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from db import budget, leases
from db.budget import Slots
from db.engine import Database
from db.sender_lock import SenderAlreadyRuns, SenderLock


async def take(database: Database, count: int, rate: float, budget_of: str = "one") -> Slots:
    async with database.transaction() as session:
        return await budget.take(session, budget_of, count, rate)


async def silence(database: Database, seconds: float) -> None:
    async with database.transaction() as session:
        await budget.silence(session, "one", seconds)


async def test_slots_follow_each_other_without_gap_or_overlap(database: Database) -> None:
    first, second, third = [await take(database, 10, 100) for _ in range(3)]
    assert first.start == pytest.approx(first.now, abs=0.01)
    assert second.start == pytest.approx(first.start + 0.1, abs=1e-4)
    assert third.start == pytest.approx(first.start + 0.2, abs=1e-4)


async def test_processes_share_one_budget(database: Database) -> None:
    taken = await asyncio.gather(*(take(database, 5, 100) for _ in range(10)))
    starts = sorted(slots.start for slots in taken)
    gaps = [after - before for before, after in itertools.pairwise(starts)]
    assert gaps == pytest.approx([0.05] * 9, abs=1e-4)


async def test_another_token_has_its_own(database: Database) -> None:
    await take(database, 50, 100)
    other = await take(database, 1, 100, budget_of="two")
    assert other.start == pytest.approx(other.now, abs=0.01)


async def test_time_that_passed_unused_is_no_credit(database: Database) -> None:
    first = await take(database, 1, 1000)
    slots = first
    while slots.now < first.now + 0.1:
        slots = await take(database, 1, 1000)
        assert slots.start >= slots.now


async def test_nothing_is_handed_out_far_ahead(database: Database) -> None:
    await take(database, 200, 100)
    later = await take(database, 10, 100)
    assert later.number == 0
    assert later.start == pytest.approx(later.now + 2, abs=0.2)
    assert (await take(database, 10, 100)).start == pytest.approx(later.start, abs=1e-3)


async def test_a_silence_holds_for_everybody_and_is_never_shortened(database: Database) -> None:
    await silence(database, 30)
    await silence(database, 3)
    slots = await take(database, 1, 100)
    assert slots.number == 0
    assert slots.start == pytest.approx(slots.now + 30, abs=0.5)


async def test_after_a_short_silence_slots_begin_at_its_end(database: Database) -> None:
    await silence(database, 0.5)
    slots = await take(database, 3, 100)
    assert slots.number == 3
    assert slots.start == pytest.approx(slots.now + 0.5, abs=0.1)


async def test_a_part_is_played_by_one_until_its_lease_ends(database: Database) -> None:
    async def ask(owner: str, seconds: float = 30) -> bool:
        async with database.transaction() as session:
            return await leases.take(session, "poller", owner, seconds)

    assert await ask("a")
    assert not await ask("b")
    assert await ask("a", seconds=-1)
    assert await ask("b")
    assert not await ask("a")
    async with database.transaction() as session:
        await leases.give_up(session, "poller", "a")
    assert not await ask("a")
    async with database.transaction() as session:
        await leases.give_up(session, "poller", "b")
    assert await ask("a")


def test_one_sender_for_one_sqlite_database(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    first, second = SenderLock(path), SenderLock(path)
    assert first.acquire()
    with pytest.raises(SenderAlreadyRuns):
        second.acquire()
    first.release()
    with second:
        assert SenderLock(tmp_path / "other.db").acquire()


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    code = (
        f"from db.sender_lock import *; SenderLock(Path({str(path)!r})).acquire(); print('held', flush=True); input()"
    )
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code + "; input()", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(SenderAlreadyRuns):
            SenderLock(path).acquire()
        other.kill()
        other.wait()
        assert SenderLock(path).acquire()


def test_postgresql_needs_no_lock() -> None:
    assert not SenderLock(None).acquire()
