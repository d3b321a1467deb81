"""Deleted rows taken out of the files, too: the log of a SQLite database cut, PostgreSQL's dead rows vacuumed away."""

import asyncio
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database

PATIENCE = 1.0
"""Seconds to wait for others who still see what was deleted; whoever calls comes again."""
PAUSE = 0.05
LOCK_TIMEOUT = "2s"
"""How long PostgreSQL may hold up everybody who wants a table because we wait for it."""

OLDER = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL AND xact_start < :moment"""


async def scrub(
    database: Database, rewritten: Iterable[str], vacuumed: Iterable[str], *, patience: float | None = None
) -> bool:
    """Take what is deleted out of the database's files; False while somebody still reads it: ask again later.

    SQLite has written zeros over it (`secure_delete`); its log is brought home and cut. PostgreSQL writes the tables
    `rewritten` anew, each locked meanwhile, and marks the rest as free. `patience` in seconds.
    """
    patience = PATIENCE if patience is None else patience
    async with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            return await _cut_log(connection, patience)
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            return await _vacuum(connection, rewritten, vacuumed, patience)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != "55P03":  # lock_not_available
                raise
            return False


async def _cut_log(connection: AsyncConnection, patience: float) -> bool:
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection  # outside SQLAlchemy's transaction: within one nothing can be cut
    await driver.execute(f"PRAGMA busy_timeout={int(PAUSE * 1000)}")  # writers wait as long as we do
    try:
        for _ in range(max(1, int(patience / PAUSE))):
            cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = await cursor.fetchone()
            await cursor.close()
            if not busy:
                return True
            await asyncio.sleep(PAUSE)
        return False
    finally:
        await driver.execute("PRAGMA busy_timeout=0")


async def _vacuum(
    connection: AsyncConnection, rewritten: Iterable[str], vacuumed: Iterable[str], patience: float
) -> bool:
    moment = (await _row(connection, "SELECT clock_timestamp()"))[0]
    for _ in range(max(1, int(patience / PAUSE))):
        if not (await connection.execute(text(OLDER), {"moment": moment})).scalar_one():
            break
        await asyncio.sleep(PAUSE)
    else:
        return False
    await connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    try:
        for table in rewritten:
            await connection.execute(text(f"VACUUM (FULL) {table}"))
        for table in vacuumed:
            await connection.execute(text(f"VACUUM {table}"))
    finally:
        await connection.execute(text("RESET lock_timeout"))
    return True


async def _row(connection: AsyncConnection, statement: str) -> Row[Any]:
    return (await connection.execute(text(statement))).one()
