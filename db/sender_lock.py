"""One sender for one SQLite database: a lock of the operating system's, which dies with its process."""

import fcntl
import os
from pathlib import Path
from typing import Self

from db.errors import DomainError


class SenderAlreadyRuns(DomainError):
    """Another process already sends from this SQLite database; several need PostgreSQL."""


class SenderLock:
    """The lock beside a SQLite file; whoever holds it knows that every other sender is dead.

    Without a path (PostgreSQL) it locks nothing: there any number may send.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path.with_name(path.name + ".sender") if path else None
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock, or keep it, and tell whether other senders are now impossible; raises SenderAlreadyRuns."""
        if self.path is None or self._descriptor is not None:
            return self.path is not None
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise SenderAlreadyRuns(database=str(self.path)) from error
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
