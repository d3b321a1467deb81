"""When a survey ends: some days from now, at the end of the office's hours, on a day the office works."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.calendar import Calendar
from db.rules import OfficeRules

USUAL_DAYS = 14
CHOICES = (7, 14, 21, 30)
"""Days offered as buttons; any other day is typed."""
LONGEST_DAYS = 366
"""How far ahead a day may lie; further away it is a slip of the finger."""


def on(day: date, zone: ZoneInfo, rules: OfficeRules) -> datetime:
    """Give the moment (UTC) at which a survey ends on a day."""
    return datetime.combine(day, rules.window_end, tzinfo=zone).astimezone(UTC)


def after(today: date, days: int, zone: ZoneInfo, calendar: Calendar, rules: OfficeRules) -> datetime:
    """Give the end some days from today; a day off is passed over, so that the last reminder can still go."""
    day = today + timedelta(days=days)
    while not calendar.is_working(day, rules.window_days):
        day += timedelta(days=1)
    return on(day, zone, rules)
