"""SQLite as we drive it: what is short stays here, what is long takes one hop; a commit is on the disk when said."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError

from db.engine import Database, Session
from db.lasting import Lasting
from tests.handlers.test_survey_kinds import ONE_DATABASE

MANY = 1_000
GIVEN = "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 1000) SELECT n FROM g"


@ONE_DATABASE
async def test_a_statement_gives_its_rows_and_tells_how_many_it_changed(database: Database) -> None:
    async with database.transaction() as session:
        rows = (await session.execute(text(GIVEN))).all()
        assert [row[0] for row in rows] == list(range(1, MANY + 1))
        added = text("INSERT INTO facts (name, value) VALUES (:name, '{}') RETURNING name")
        for name in ("a", "b"):
            assert (await session.execute(added, {"name": name})).scalar_one() == name
        changed = await session.execute(text("UPDATE facts SET value = '[]' WHERE name IN ('a', 'b', 'c')"))
        assert isinstance(changed, CursorResult)
        assert changed.rowcount == 2
        gone = await session.execute(text("DELETE FROM facts WHERE name = 'a' RETURNING name"))
        assert gone.scalars().all() == ["a"]
        assert (await session.execute(text("SELECT name FROM facts WHERE name = 'z'"))).first() is None


@ONE_DATABASE
async def test_what_is_streamed_still_comes_row_by_row(database: Database) -> None:
    async with database.reading() as session:
        rows = await session.stream(text(GIVEN))
        assert [row[0] async for row in rows] == list(range(1, MANY + 1))


LONG = f"SELECT max(n) FROM ({GIVEN.replace('< 1000', '< 3000000')})"  # noqa: S608


async def hops_of(session: Session) -> list[object]:
    """Note from now on who goes to the connection's thread."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    hops: list[object] = []
    driver._tx = _Counting(driver._tx, hops)
    return hops


@ONE_DATABASE
@pytest.mark.parametrize(
    ("statement", "hops"),
    [
        ("SELECT name FROM facts", 0),
        ("INSERT INTO facts (name, value) VALUES ('c', '{}') RETURNING name", 0),
        ("UPDATE /* brief */ facts SET value = '[]' WHERE name = 'a'", 0),
        ("UPDATE facts SET value = '[]'", 1),
        ("DELETE FROM facts", 1),
        ("INSERT INTO facts (name, value) SELECT name || 'x', value FROM facts", 1),
        (GIVEN, 1),
    ],
)
async def test_what_is_surely_short_stays_here_and_the_rest_takes_one_hop(
    database: Database, statement: str, hops: int
) -> None:
    async with database.transaction() as session:
        taken = await hops_of(session)
        await session.execute(text(statement))
        assert len(taken) == hops


@ONE_DATABASE
@pytest.mark.parametrize(("rows", "hops"), [(100, 0), (1000, 1)])
async def test_a_few_rows_at_once_are_short_and_many_are_not(database: Database, rows: int, hops: int) -> None:
    async with database.transaction() as session:
        taken = await hops_of(session)
        several = [{"name": f"x{number}"} for number in range(rows)]
        await session.execute(text("INSERT INTO facts (name, value) VALUES (:name, '{}')"), several)
        assert len(taken) == hops
        assert (await session.execute(text("SELECT count(*) FROM facts WHERE name LIKE 'x%'"))).scalar_one() == rows


@ONE_DATABASE
async def test_what_is_wrong_with_one_of_several_rows_is_said_and_nothing_is_kept(database: Database) -> None:
    twice = [{"name": "a"}, {"name": "b"}, {"name": "a"}]
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO facts (name, value) VALUES (:name, '{}')"), twice)
    async with database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM facts"))).scalar_one() == 0


@ONE_DATABASE
async def test_a_query_that_proves_long_holds_nobody_up_and_loses_nothing(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO facts (name, value) VALUES ('a', '{}')"))
        taken = await hops_of(session)
        query = asyncio.create_task(session.scalar(text(LONG)))
        turns = 0
        while not query.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert (await query, len(taken)) == (3_000_000, 1)
        assert turns > 10, "the loop stood still"
    async with database.reading() as session:
        assert (await session.execute(text("SELECT name FROM facts"))).scalars().all() == ["a"]


@ONE_DATABASE
async def test_who_finds_the_file_locked_waits_on_the_thread_until_it_is_free(database: Database) -> None:
    assert database.path is not None
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    written = asyncio.create_task(_writes(database))
    turns = 0
    while turns < 20:
        await asyncio.sleep(0.001)
        turns += 1
    assert not written.done()
    other.execute("COMMIT")
    other.close()
    await written


async def _writes(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO facts (name, value) VALUES ('a', '{}')"))


@ONE_DATABASE
async def test_whoever_gives_up_waiting_leaves_the_connection_as_it_came(database: Database) -> None:
    async def waits() -> None:
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO facts (name, value) VALUES ('a', '{}')"))
            asyncio.get_running_loop().call_soon(asking.set)
            await session.scalar(text(LONG))

    asking = asyncio.Event()
    task = asyncio.create_task(waits())
    await asking.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _writes(database)  # the same name again: what was begun before is taken back


class _Counting:
    """The way to the connection's thread, which notes who takes it."""

    def __init__(self, way: object, hops: list[object]) -> None:
        self._way, self._hops = way, hops

    def put_nowait(self, told: object) -> None:
        """Note it and let it pass."""
        self._hops.append(told)
        self._way.put_nowait(told)  # type: ignore[attr-defined]


async def test_many_who_commit_at_once_wait_for_the_disk_together(tmp_path: Path) -> None:
    (tmp_path / "x.db-wal").write_bytes(b"log")
    lasting = Lasting(tmp_path / "x.db")
    await asyncio.gather(*(lasting.wait() for _ in range(50)))
    assert lasting.rounds <= 2
    await lasting.wait()
    assert lasting.rounds <= 3


async def test_nobody_is_told_that_it_is_kept_when_the_disk_refuses(tmp_path: Path) -> None:
    lasting = Lasting(tmp_path / "x.db")
    await lasting.wait()  # no log yet: nothing to keep
    (tmp_path / "x.db-wal").symlink_to("/dev/null")  # which cannot be brought to a disk
    with pytest.raises(OSError, match="Invalid argument"):
        await lasting.wait()
    (tmp_path / "x.db-wal").unlink()
    await lasting.wait()


@ONE_DATABASE
async def test_every_transaction_waits_for_the_disk_before_it_is_over(database: Database) -> None:
    assert database.path is not None
    before = database._lasting.rounds
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM facts"))
        assert database._lasting.rounds == before
    assert database._lasting.rounds == before + 1
    async with database.reading() as session:
        assert (await session.execute(text("PRAGMA synchronous"))).scalar_one() == 1


@ONE_DATABASE
async def test_who_came_first_is_kept_before_the_last_has_begun(database: Database) -> None:
    order: list[str] = []

    async def writes(number: int) -> None:
        async with database.transaction() as session:
            order.append(f"begins {number}")
            await session.execute(text("INSERT INTO facts (name, value) VALUES (:name, '{}')"), {"name": str(number)})
        order.append(f"kept {number}")

    await asyncio.gather(*(writes(number) for number in range(12)))
    assert order.index("kept 0") < order.index("begins 11")
    assert [one for one in order if one.startswith("begins")] == [f"begins {number}" for number in range(12)]


@ONE_DATABASE
async def test_what_may_be_lost_with_the_power_does_not_wait_for_the_disk(database: Database) -> None:
    before = database._lasting.rounds
    async with database.transaction(lasting=False) as session:
        await session.execute(text("INSERT INTO facts (name, value) VALUES ('a', '{}')"))
    assert database._lasting.rounds == before
    async with database.reading() as session:
        assert (await session.execute(text("SELECT name FROM facts"))).scalars().all() == ["a"]


def size_of(file: Path) -> int:
    return file.stat().st_size


@ONE_DATABASE
async def test_the_log_is_brought_home_beside_the_work_and_starts_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.path is not None
    monkeypatch.setattr("db.engine.LOG_COMMITS", 4)
    log, much = Path(f"{database.path}-wal"), "x" * 200_000
    longest = 0
    for number in range(24):
        async with database.transaction() as session:
            added = text("INSERT INTO facts (name, value) VALUES (:name, :value)")
            await session.execute(added, {"name": str(number), "value": f'"{much}"'})
        if database._tidying is not None:
            await database._tidying
        longest = max(longest, size_of(log))
    assert longest < 8 * len(much), "it held all that was ever written"
    async with database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM facts"))).scalar_one() == 24
