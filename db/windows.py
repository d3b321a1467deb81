"""When the bot may write unasked: four windows in the office's local time."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from db.calendar import Calendar
from db.rules import OfficeRules

FRIDAY = 5
DAYS_AHEAD = 400
"""How far to look for an open day before we say that there is none."""


class Window(StrEnum):
    """When a message may go: any time, office hours, by day, or while something is urgent."""

    ANY = "any"
    OFFICE = "office"
    DAY = "day"
    URGENT = "urgent"


class NeverOpen(ValueError):
    """No day within reach has an open hour: the rules or the calendar leave none."""


Span = tuple[time, time]


def spans(window: Window, day: date, calendar: Calendar, rules: OfficeRules) -> tuple[Span, ...]:
    """Give the open spans of a day, start within, end without; `any` has no spans, it is never shut."""
    match window:
        case Window.OFFICE:
            return _office_spans(day, calendar, rules)
        case Window.DAY:
            return ((rules.official_start, rules.official_end),)
        case Window.URGENT:
            return ((rules.official_start, rules.urgent_end),)
        case Window.ANY:
            return ((time.min, time.max),)


def _office_spans(day: date, calendar: Calendar, rules: OfficeRules) -> tuple[Span, ...]:
    if not calendar.is_working(day, rules.window_days):
        return ()
    if day.isoweekday() != FRIDAY:
        return ((rules.window_start, rules.window_end),)
    before = (rules.window_start, min(rules.friday_pause_start, rules.window_end))
    after = (max(rules.friday_pause_end, rules.window_start), rules.window_end)
    return tuple(span for span in (before, after) if span[0] < span[1])


def open_at(window: Window, local: datetime, calendar: Calendar, rules: OfficeRules) -> bool:
    """Tell whether a window is open at a moment of the office's local time."""
    if window is Window.ANY:
        return True
    return any(start <= local.time() < end for start, end in spans(window, local.date(), calendar, rules))


def open_windows(local: datetime, calendar: Calendar, rules: OfficeRules) -> frozenset[Window]:
    """Give the windows open at a moment of the office's local time."""
    return frozenset(window for window in Window if open_at(window, local, calendar, rules))


def next_open(window: Window, local: datetime, calendar: Calendar, rules: OfficeRules) -> datetime:
    """Give the moment itself if the window is open, else its next opening; raises NeverOpen."""
    if open_at(window, local, calendar, rules):
        return local
    for ahead in range(DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        for start, _end in spans(window, day, calendar, rules):
            opening = datetime.combine(day, start, tzinfo=local.tzinfo)
            if opening > local:
                return opening
    raise NeverOpen(window)


def last_arrival(window: Window, local: datetime, work: timedelta, calendar: Calendar, rules: OfficeRules) -> datetime:
    """Give when `work` (time of steady sending) begun at a moment ends, waiting where the window is shut."""
    moment = next_open(window, local, calendar, rules)
    if window is Window.ANY:
        return moment + work
    while True:
        end = next(
            datetime.combine(moment.date(), end, tzinfo=moment.tzinfo)
            for start, end in spans(window, moment.date(), calendar, rules)
            if start <= moment.time() < end
        )
        if moment + work <= end:
            return moment + work
        work -= end - moment
        moment = next_open(window, end, calendar, rules)
