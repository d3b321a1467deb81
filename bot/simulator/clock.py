"""The small world's clock: real time, moved ahead by whoever plays with it, never back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Clock:
    """Civil time of the simulator; `zone` is where its people live."""

    def __init__(self, start: datetime | None = None, zone: str = "Asia/Makassar") -> None:
        self.zone = ZoneInfo(zone)
        self._ahead = start - datetime.now(UTC) if start else timedelta()

    def now(self) -> datetime:
        """Return the simulated instant in UTC."""
        return datetime.now(UTC) + self._ahead

    def timestamp(self) -> int:
        """Return the simulated instant as Telegram's messages carry it."""
        return int(self.now().timestamp())

    def move(self, to: datetime) -> None:
        """Set the clock; raises ValueError for the past."""
        if to < self.now():
            raise ValueError("Jam hanya maju.")
        self._ahead = to - datetime.now(UTC)

    def target(self, *, to: str = "", advance: str = "") -> datetime:
        """Return the instant meant by an ISO time (local unless it says otherwise), "HH:MM" (the next), or "7d".

        Raises ValueError for what is none of these.
        """
        if advance:
            return self.now() + timedelta(**{_UNITS[advance[-1:]]: int(advance[:-1])})
        if len(to) == len("08:00"):
            return self._next(time.fromisoformat(to))
        parsed = datetime.fromisoformat(to)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=self.zone)).astimezone(UTC)

    def _next(self, hour: time) -> datetime:
        local = self.now().astimezone(self.zone)
        meant = datetime.combine(local.date(), hour, self.zone)
        return (meant if meant > local else meant + timedelta(days=1)).astimezone(UTC)

    def shown(self) -> dict[str, str]:
        """Return the time as the page shows it."""
        local = self.now().astimezone(self.zone)
        return {
            "now": self.now().isoformat(timespec="seconds"),
            "local": local.replace(tzinfo=None).isoformat(timespec="seconds"),
            "zone": local.tzname() or str(self.zone),
            "timezone": str(self.zone),
        }
