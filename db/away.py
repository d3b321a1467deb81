"""A database that is away for a moment: not reachable, restarting, locked by another process, out of space."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

log = logging.getLogger(__name__)
T = TypeVar("T")

PAUSE = 0.5
"""Seconds between two tries."""

SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
"""SQLite's primary result codes that pass by themselves or with the machine's trouble."""

POSTGRESQL = ("08", "40", "53", "57")
"""Classes of SQLSTATE: connection, rollback (a deadlock's), resources, the operator's intervention."""


class DatabaseAway(ConnectionError):
    """No connection to the database could be made."""


def is_away(error: BaseException) -> bool:
    """Tell whether an error speaks of the database's own state and not of what was asked of it."""
    if isinstance(error, DatabaseAway | PoolExhausted):
        return True
    if not isinstance(error, DBAPIError):
        return False
    told = error.orig
    sqlite = getattr(told, "sqlite_errorcode", None)
    if sqlite is not None:
        return sqlite & 0xFF in SQLITE  # the upper bytes hold details
    return error.connection_invalidated or str(getattr(told, "sqlstate", None)).startswith(POSTGRESQL)


async def patiently(act: Callable[[], Awaitable[T]]) -> T:
    """Do something that opens its own transaction; while the database is away, wait and do it again.

    It may be done twice when the connection is lost in the very commit, so it must bear that.
    """
    while True:
        try:
            return await act()
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("the database is away", extra={"fault": type(error).__name__})
        await asyncio.sleep(PAUSE)
