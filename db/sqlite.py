"""SQLite as this program drives it: short statements here, long ones on a thread (the disk: `db.lasting`).

The driver gives every call a hop to the connection's thread and back: four for a query (make the cursor, execute,
fetch, close). A hop costs ten times what finding a row does. So what is surely short runs where the loop runs, and
what proves long there, or finds the file locked, is begun anew on the thread; that takes one hop.
"""

import sqlite3
from collections import deque
from collections.abc import Iterable
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
WATCH = 2_000
"""Steps of SQLite's machine between two looks at the watch."""
FEW = 600
"""Parameters of an insert that is surely short: a poll's hundred updates."""
BRIEF = "/* brief */"
"""Marks a change that touches a row or a handful by their keys; queries are watched and need no mark."""
ELSEWHERE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT)

Changing = TypeVar("Changing", bound=UpdateBase)


def brief(statement: Changing) -> Changing:
    """Mark an update or a deletion as one that finds its few rows by their keys: it need not go to the thread."""
    marked: Changing = statement.prefix_with(BRIEF, dialect="sqlite")
    return marked


def runs_here(sql: str, parameters: int) -> bool:
    """Tell whether a statement may run where the loop runs: a query, or a change that is surely short.

    `parameters`: how many it has, of all its rows together.
    """
    if sql.startswith("SELECT"):
        return True
    if sql.startswith("INSERT"):
        return " SELECT " not in sql and parameters <= FEW
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

    def here(self, what: str, sql: str, parameters: Any) -> list[Any]:
        """Run a statement in the caller's thread and give its rows; one that takes too long there is broken off."""
        connection = self.raw
        if not sql.startswith("SELECT"):  # broken off, a change would take its whole transaction with it
            self._run(connection, what, sql, parameters)
            return self._rows
        until = perf_counter() + HERE_SECONDS
        connection.set_progress_handler(lambda: perf_counter() > until, WATCH)
        try:
            self._run(connection, what, sql, parameters)
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
        if runs_here(operation, len(parameters or ())) and self._is_done_here("execute", operation, parameters or ()):
            return self._cursor
        return super().execute(operation, parameters)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """Run a statement for each set of parameters: here where all of them are few, else on the thread."""
        many = sum(map(len, seq_of_parameters))
        if runs_here(operation, many) and self._is_done_here("executemany", operation, seq_of_parameters):
            return self._cursor
        return super().executemany(operation, seq_of_parameters)

    def _is_done_here(self, what: str, operation: Any, parameters: Any) -> bool:
        try:
            self._rows = deque(self._cursor.here(what, operation, parameters))
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in ELSEWHERE:
                return False
            self._adapt_connection._handle_exception(error)  # noqa: SLF001
        except Exception as error:  # noqa: BLE001  the adapter tells what it means
            self._adapt_connection._handle_exception(error)  # noqa: SLF001
        await_(_nothing())  # who asks through a connection insists on having been waited for
        return True

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
