"""When the bot may write: the table as the office reads it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.calendar import Calendar
from db.windows import NeverOpen, Window, last_arrival, next_open, open_at, open_windows
from tests.sending import CALENDAR, RULES

WITA = ZoneInfo("Asia/Makassar")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=WITA)
MOMENTS = st.integers(0, 364 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))
TIMED = st.sampled_from([Window.OFFICE, Window.DAY, Window.URGENT])


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WITA)


@pytest.mark.parametrize(
    ("moment", "windows"),
    [
        (at(24, 5, 59), "any"),
        (at(24, 6), "any day urgent"),  # Tuesday
        (at(24, 7, 59), "any day urgent"),
        (at(24, 8), "any day office urgent"),
        (at(24, 16, 59), "any day office urgent"),
        (at(24, 17), "any day urgent"),
        (at(24, 19, 59), "any day urgent"),
        (at(24, 20), "any"),
        (at(27, 10, 59), "any day office urgent"),  # Friday
        (at(27, 11), "any day urgent"),
        (at(27, 13, 59), "any day urgent"),
        (at(27, 14), "any day office urgent"),
        (at(28, 10), "any day urgent"),  # Saturday
        (at(25, 10, month=12), "any day urgent"),  # Christmas
        (at(24, 10, month=12), "any day urgent"),  # shared leave
    ],
)
def test_what_is_open_when(moment: datetime, windows: str) -> None:
    assert open_windows(moment, CALENDAR, RULES) == {Window(name) for name in windows.split()}


@pytest.mark.parametrize(
    ("window", "moment", "opening"),
    [
        (Window.OFFICE, at(24, 10), at(24, 10)),
        (Window.OFFICE, at(24, 17), at(25, 8)),
        (Window.OFFICE, at(27, 11), at(27, 14)),
        (Window.OFFICE, at(27, 17), at(30, 8)),
        (Window.OFFICE, at(23, 17, month=12), at(28, 8, month=12)),
        (Window.DAY, at(24, 20), at(25, 6)),
        (Window.DAY, at(28, 3), at(28, 6)),
        (Window.ANY, at(24, 3), at(24, 3)),
    ],
)
def test_the_next_opening(window: Window, moment: datetime, opening: datetime) -> None:
    assert next_open(window, moment, CALENDAR, RULES) == opening


@given(TIMED, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(window: Window, moment: datetime) -> None:
    opening = next_open(window, moment, CALENDAR, RULES)
    assert open_at(window, opening, CALENDAR, RULES)
    if opening > moment:
        span = opening - moment
        tries = [moment + span * part / 50 for part in range(50)]
        assert not any(open_at(window, early, CALENDAR, RULES) for early in tries)


@pytest.mark.parametrize(
    ("window", "begun", "work", "last"),
    [
        (Window.ANY, at(24, 23), timedelta(hours=5), at(25, 4)),
        (Window.OFFICE, at(24, 10), timedelta(minutes=7), at(24, 10, 7)),
        (Window.OFFICE, at(24, 16, 55), timedelta(minutes=7), at(25, 8, 2)),
        (Window.OFFICE, at(27, 10, 59), timedelta(minutes=2), at(27, 14, 1)),
        (Window.DAY, at(24, 22), timedelta(hours=15), at(26, 7)),
    ],
)
def test_when_the_last_message_arrives(window: Window, begun: datetime, work: timedelta, last: datetime) -> None:
    assert last_arrival(window, begun, work, CALENDAR, RULES) == last


def test_rules_that_leave_no_open_day_are_told() -> None:
    every_day = frozenset(at(1, 0, month=1).date() + timedelta(days=n) for n in range(900))
    with pytest.raises(NeverOpen):
        next_open(Window.OFFICE, at(24, 10), Calendar(every_day), RULES)


def test_a_pause_longer_than_friday_leaves_no_friday() -> None:
    rules = RULES.model_copy(update={"friday_pause_start": RULES.window_start, "friday_pause_end": RULES.window_end})
    assert next_open(Window.OFFICE, at(27, 8), CALENDAR, rules) == at(30, 8)
