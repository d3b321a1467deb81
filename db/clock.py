"""Three clocks: civil time with its zone, the database's own now, and (in bot) a monotonic one for spacing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, DateTime, Dialect, func, literal_column
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """An instant, kept in UTC with microseconds on both databases; a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time refused: an instant needs its zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def system_now() -> datetime:
    """Tell the machine's own time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass
class Clock:
    """The civil clock: the machine's time plus an offset that only a demo database (or a test) may set.

    Due dates, deadlines and windows are measured by it; leases and the token's budget never are.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Makassar"))
    offset: timedelta = timedelta()
    source: Callable[[], datetime] = system_now

    def now(self) -> datetime:
        """Tell the civil time, aware, in UTC."""
        return self.source() + self.offset

    def local(self, instant: datetime | None = None) -> datetime:
        """Tell an instant (default: now) in the office's zone."""
        return (instant or self.now()).astimezone(self.zone)

    def today(self) -> date:
        """Tell the office's date."""
        return self.local().date()


def database_now(dialect: str) -> ColumnElement[datetime]:
    """Give the database's own clock as an expression in the form `UTCDateTime` columns keep.

    SQLite writes microseconds so that its text sorts like the driver's own.
    """
    if dialect == "sqlite":
        return literal_column("strftime('%Y-%m-%d %H:%M:%f000', 'now')", UTCDateTime())
    return func.clock_timestamp(type_=UTCDateTime())


def database_later(dialect: str, seconds: float) -> ColumnElement[datetime]:
    """Give the database's clock plus a number of seconds (negative: before), for leases."""
    if dialect == "sqlite":
        return literal_column(f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{float(seconds):+f} seconds')", UTCDateTime())
    return literal_column(f"(clock_timestamp() + interval '{float(seconds):f} seconds')", UTCDateTime())


def shifted(dialect: str, column: InstrumentedAttribute[datetime], seconds: float) -> ColumnElement[datetime]:
    """Give a column's instant a number of seconds later, in the form `UTCDateTime` columns keep."""
    if dialect == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f000", column, f"{float(seconds):+f} seconds", type_=UTCDateTime())
    return column.op("+", return_type=UTCDateTime())(literal_column(f"interval '{float(seconds):f} seconds'"))
