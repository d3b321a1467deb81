"""What SQLite committed, on the disk: one wait for all who wait; and its log, brought home beside the work."""

import asyncio
import os
import sqlite3
from functools import partial
from pathlib import Path


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

    async def wait(self) -> None:
        """Wait until everything committed before this call is on the disk; raises OSError when it cannot be."""
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        if not self._syncing:
            self._begin()
        await mine

    def _begin(self) -> None:
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
