"""What to do when sending goes wrong as such: wait for the network, stop a batch that mostly fails."""

import logging
import time
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

MAYBE_AWAY = (SQLAlchemyError, OSError)
"""What to catch around the database, and then to hand to `excuse_database`."""

log = logging.getLogger(__name__)


def excuse_database(error: Exception) -> None:
    """Log that the database is away, so that the caller tries again; raise again what is a fault of the program."""
    faults = (ProgrammingError, IntegrityError, DataError)
    if isinstance(error, faults) or not isinstance(error, DBAPIError | NoConnection | OSError):
        raise error
    log.warning("the database is away: %s", type(error).__name__)


FIRST_WAIT = 0.25
LONGEST_WAIT = 30.0


@dataclass
class Backoff:
    """Waits longer after each failure that comes after the last wait is over; a success ends it."""

    until: float = 0.0
    _wait: float = 0.0

    def failed(self) -> None:
        """Note a failure of the network, not of one message."""
        now = time.monotonic()
        if now >= self.until:
            self._wait = min(LONGEST_WAIT, self._wait * 2 or FIRST_WAIT)
            self.until = now + self._wait

    def worked(self) -> None:
        """Note that a request got its answer."""
        self.until = self._wait = 0.0

    def seconds(self) -> float:
        """Give how long to wait from now."""
        return max(0.0, self.until - time.monotonic())


@dataclass
class _Count:
    attempted: int = 0
    failed: int = 0


@dataclass
class ErrorShare:
    """Counts what became of a batch's requests since this process began on it, or since it was resumed."""

    share: float
    minimum: int
    _counts: defaultdict[int, _Count] = field(default_factory=lambda: defaultdict(_Count))

    def count(self, batch_id: int, *, failed: bool) -> bool:
        """Count one request and tell whether the batch should pause now; then its count starts anew.

        People who blocked the bot are no errors: they are counted as attempted.
        """
        count = self._counts[batch_id]
        count.attempted += 1
        count.failed += failed
        too_many = failed and count.failed >= self.minimum and count.failed > self.share * count.attempted
        if too_many:
            del self._counts[batch_id]
        return too_many
