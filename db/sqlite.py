"""SQLite as this program drives it: short statements here, long ones on a thread, one wait for the disk for all.

The driver gives every call a hop to the connection's thread and back: four for a query (make the cursor, execute,
fetch, close). A hop costs ten times what finding a row does. So what is surely short runs where the loop runs, and
what proves long there, or finds the file locked, is begun anew on the thread; that takes one hop.
"""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.util.concurrency import await_

BUSY_SECONDS = 5.0
"""How long a statement on the thread waits for another writer (another process, such as a backup) to be done."""
HERE_SECONDS = 0.003
"""How long a query may hold up the loop before it is begun anew on the thread."""
GATHER_SECONDS = 0.004
"""How long who has committed waits for the next to commit before the disk is asked, where the next is at work."""
WATCH = 2_000
"""Steps of SQLite's machine between two looks at the watch."""
FEW = 100
"""Parameters of an insert that is surely short."""
BRIEF = "/* brief */"
"""Marks a change that touches a row or a handful by their keys; queries are watched and need no mark."""
ELSEWHERE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT)

Changing = TypeVar("Changing", bound=UpdateBase)


def brief(statement: Changing) -> Changing:
    """Mark an update or a deletion as one that finds its few rows by their keys: it need not go to the thread."""
    marked: Changing = statement.prefix_with(BRIEF, dialect="sqlite")
    return marked


def runs_here(sql: str, parameters: Any) -> bool:
    """Tell whether a statement may run where the loop runs: a query, or a change that is surely short."""
    if sql.startswith("SELECT"):
        return True
    if sql.startswith("INSERT"):
        return " SELECT " not in sql and len(parameters or ()) <= FEW
    return sql.startswith("BEGIN") or BRIEF in sql[:32]


class OneHop(aiosqlite.Cursor):
    """A cursor that exists only while a statement runs: executed, fetched and closed at once, here or in one hop."""

    def __init__(self, connection: aiosqlite.Connection, way: "_Connection") -> None:
        self._conn = connection
        self._way = way
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
        self._way.elsewhere = True
        await self._execute(self._there, what, sql, parameters)  # type: ignore[no-untyped-call]

    def _there(self, what: str, sql: str, parameters: Any) -> None:
        connection = self.raw
        connection.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        try:
            self._run(connection, what, sql, parameters)
        finally:
            connection.execute("PRAGMA busy_timeout=0")
            self._way.elsewhere = False

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself, which never waits for another writer unless it is told to."""
        connection: sqlite3.Connection = self._conn._conn  # noqa: SLF001
        return connection

    def here(self, sql: str, parameters: Any) -> list[Any]:
        """Run a statement in the caller's thread and give its rows; one that takes too long there is broken off."""
        connection = self.raw
        if not sql.startswith("SELECT"):  # broken off, a change would take its whole transaction with it
            self._run(connection, "execute", sql, parameters)
            return self._rows
        until = perf_counter() + HERE_SECONDS
        connection.set_progress_handler(lambda: perf_counter() > until, WATCH)
        try:
            self._run(connection, "execute", sql, parameters)
        finally:
            connection.set_progress_handler(None, 0)
        return self._rows

    def _run(self, connection: sqlite3.Connection, what: str, sql: str, parameters: Any) -> None:
        cursor = connection.cursor()
        try:
            getattr(cursor, what)(sql, parameters)
            # Taken before the count is read: what RETURNING gives changes rows as it is fetched.
            self._rows = cursor.fetchall() if cursor.description else []
            self._told = (cursor.description, cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()


async def _nothing() -> None:
    """Wait for nothing."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    _adapt_connection: "_Connection"
    _cursor: Any

    def _make_new_cursor(self, connection: Any) -> Any:
        return OneHop(connection, self._adapt_connection)

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """Run a statement here where it is short, else on the thread."""
        if runs_here(operation, parameters):
            try:
                self._rows = deque(self._cursor.here(operation, parameters or ()))
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in ELSEWHERE:
                    self._adapt_connection._handle_exception(error)  # noqa: SLF001
            except Exception as error:  # noqa: BLE001  the adapter tells what it means
                self._adapt_connection._handle_exception(error)  # noqa: SLF001
            else:
                await_(_nothing())  # who asks through a connection insists on having been waited for
                return self._cursor
        return super().execute(operation, parameters)

    async def _async_soft_close(self) -> None:
        """Leave it: nothing is open."""

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ("elsewhere",)

    _cursor_cls = _Cursor

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.elsewhere = False
        """The thread is at work on a statement, perhaps of somebody who no longer waits for it."""

    def commit(self) -> None:
        """Commit here: it only adds to the log, and the disk is waited for elsewhere (`Lasting`)."""
        connection = self._connection._connection  # noqa: SLF001
        if self.elsewhere or connection is None:
            super().commit()
        else:
            connection.commit()

    def rollback(self) -> None:
        """Take back what is open: here, unless the thread must end something first."""
        connection = self._connection._connection  # noqa: SLF001
        if self.elsewhere or connection is None:
            super().rollback()
        elif connection.in_transaction:
            connection.rollback()


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """The driver as the engine sees it; only what is streamed still goes row by row."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """Open a connection that its thread and the loop's own may use, one after the other."""
        made = super().connect(*arg, **kw | {"check_same_thread": False})
        return _Connection(self, made._connection)  # noqa: SLF001


class Lasting:
    """Waits until what was committed is on the disk: one wait for the write-ahead log for all who wait.

    With `synchronous=FULL` SQLite does the same inside each commit, one writer after the other; here the next writes
    while the disk is still busy with the one before, and nobody says anything before the disk has said yes.
    """

    def __init__(self, path: Path | None) -> None:
        self._log = Path(f"{path}-wal") if path else None
        self.rounds = 0
        """How often the disk was waited for."""
        self._waiting: list[asyncio.Future[None]] = []
        self._syncing = False
        self._soon: asyncio.TimerHandle | None = None

    async def wait(self, *, others: bool = False) -> None:
        """Wait until everything committed before this call is on the disk; raises OSError when it cannot be.

        `others`: more is about to be committed, and the disk is asked a moment later for all of it.
        """
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting.append(mine)
        if not self._syncing:
            if not others:
                self._begin()
            elif self._soon is None:
                self._soon = loop.call_later(GATHER_SECONDS, self._begin)
        await mine

    def _begin(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        group, self._waiting = self._waiting, []
        self.rounds += 1
        self._syncing = True
        synced = asyncio.get_running_loop().run_in_executor(None, _fsync, self._log)
        synced.add_done_callback(partial(self._end, group))

    def _end(self, group: list[asyncio.Future[None]], synced: asyncio.Future[None]) -> None:
        self._syncing = False
        if self._waiting:
            self._begin()
        refused = asyncio.CancelledError() if synced.cancelled() else synced.exception()
        for one in group:
            if one.done():
                continue  # who waited was cancelled
            if refused is None:
                one.set_result(None)
            else:
                one.set_exception(refused)


def bring_home(path: Path) -> None:
    """Write what is in the write-ahead log into the database itself, as far as nobody still reads what was before.

    Raises sqlite3.OperationalError where another process is at it.
    """
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        connection.close()


def _fsync(log: Path | None) -> None:
    if log is None:
        return
    try:
        descriptor = os.open(log, os.O_RDONLY)
    except FileNotFoundError:
        return  # nothing is written yet, or another journal is in use
    try:
        # As SQLite does it itself: the data and the file's length, not when it was last touched.
        getattr(os, "fdatasync", os.fsync)(descriptor)
    finally:
        os.close(descriptor)
