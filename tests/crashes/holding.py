"""Holding a process inside its transaction: whoever inserts into a table waits there until the test lets go."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db.engine import Database
from tests.crashes.town import SOON, until

LOCK = 4711
"""The advisory lock of PostgreSQL that the inserting process waits for."""

HOLD = f"""CREATE OR REPLACE FUNCTION hold_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({LOCK}); RETURN NEW; END$$"""
POSTGRESQL = "CREATE TRIGGER hold_here AFTER INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION hold_here()"
SQLITE = """CREATE TRIGGER hold_here AFTER INSERT ON {table} WHEN {when} BEGIN
SELECT count(*) FROM sqlite_schema a, sqlite_schema b, sqlite_schema c, sqlite_schema d, sqlite_schema e; END"""
"""SQLite knows no lock to wait for; a count that takes minutes does as well for somebody who is killed in it."""


class Hold:
    """A held insert."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wait(self) -> None:
        """Wait until somebody is held."""
        await until(self._held_on_sqlite if self._database.dialect == "sqlite" else self._held_on_postgresql, SOON)

    async def _held_on_postgresql(self) -> bool:
        async with self._database.engine.connect() as connection:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
            return bool(await connection.scalar(text(f"{waiting} AND datname = current_database()")))

    async def _held_on_sqlite(self) -> bool:
        """Tell whether the writer's lock is held for longer than any transaction of ours takes."""
        async with self._database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            assert driver is not None
            for _ in range(20):
                await driver.rollback()
                await driver.execute("PRAGMA busy_timeout=0")
                try:
                    await driver.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    await asyncio.sleep(0.02)
                else:
                    await driver.rollback()
                    return False
            await connection.invalidate()  # with its time-out of nothing
            return True


@asynccontextmanager
async def holding(database: Database, table: str, when: str = "1 = 1") -> AsyncIterator[Hold]:
    """Hold whoever inserts a row of a table (that meets `when`) until the block ends; by then they should be dead."""
    statements = [SQLITE] if database.dialect == "sqlite" else [HOLD, POSTGRESQL]
    async with database.engine.connect() as guard:
        for statement in statements:
            await _execute(database, statement.format(table=table, when=when))
        if database.dialect == "postgresql":
            await guard.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        yield Hold(database)
        if database.dialect == "postgresql":
            await guard.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
        await guard.rollback()
    await _execute(database, "DROP TRIGGER hold_here" + ("" if database.dialect == "sqlite" else f" ON {table}"))


async def _execute(database: Database, statement: str) -> None:
    async def done() -> bool:
        try:
            async with database.transaction() as session:
                await session.execute(text(statement))
        except OperationalError:
            return False
        return True

    await until(done, SOON)
