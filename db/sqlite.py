"""SQLite as this program drives it: one hop to its thread a statement, and one wait for the disk for all who commit.

The driver gives every call a hop to the connection's thread and back: four for a query (make the cursor, execute,
fetch, close). On a busy loop a hop costs more than the query.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class OneHop(aiosqlite.Cursor):
    """A cursor that exists only while a statement runs: executed, fetched and closed in one call to the thread."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._conn = connection
        self._rows: list[Any] = []
        self._told: tuple[Any, int, int | None] = (None, -1, None)

    @property
    def description(self) -> Any:
        """The columns of the last statement, None where it gave no rows."""
        return self._told[0]

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._told[1]

    @property
    def lastrowid(self) -> int | None:
        """The row number of the last insert."""
        return self._told[2]

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "OneHop":
        """Run a statement and take all its rows."""
        await self._hop("execute", sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "OneHop":
        """Run a statement once for each set of parameters."""
        await self._hop("executemany", sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Give the rows that were taken."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: it was closed where it ran."""

    async def _hop(self, what: str, sql: str, parameters: Any) -> None:
        await self._execute(self._run, what, sql, parameters)  # type: ignore[no-untyped-call]

    def _run(self, what: str, sql: str, parameters: Any) -> None:
        connection: sqlite3.Connection = self._conn._conn  # noqa: SLF001
        cursor = connection.cursor()
        try:
            getattr(cursor, what)(sql, parameters)
            # Taken before the count is read: what RETURNING gives changes rows as it is fetched.
            self._rows = cursor.fetchall() if cursor.description else []
            self._told = (cursor.description, cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return OneHop(connection)

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _async_soft_close(self) -> None:
        """Leave it: nothing is open."""

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _Cursor


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """The driver as the engine sees it; only what is streamed still goes row by row."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """Open a connection whose statements take one hop."""
        made = super().connect(*arg, **kw)
        return _Connection(self, made._connection)  # noqa: SLF001


class Lasting:
    """Waits until what was committed is on the disk: one `fsync` of the write-ahead log for all who wait.

    With `synchronous=FULL` SQLite does the same inside each commit, one writer after the other; here the next writes
    while the disk is still busy with the one before, and nobody says anything before the disk has said yes.
    """

    def __init__(self, path: Path | None) -> None:
        self._log = Path(f"{path}-wal") if path else None
        self._asked = self._done = 0
        self.rounds = 0
        """How often the disk was waited for."""
        self._syncing: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Wait until everything committed before this call is on the disk; raises OSError when it cannot be."""
        self._asked += 1
        mine = self._asked
        while self._done < mine:
            if self._syncing is None or self._syncing.done():
                self._syncing = asyncio.create_task(self._sync(self._asked))
            await asyncio.shield(self._syncing)

    async def _sync(self, asked: int) -> None:
        self.rounds += 1
        if self._log is not None:
            await asyncio.to_thread(_fsync, self._log)
        self._done = max(self._done, asked)


def _fsync(log: Path) -> None:
    try:
        descriptor = os.open(log, os.O_RDONLY)
    except FileNotFoundError:
        return  # nothing is written yet, or another journal is in use
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
