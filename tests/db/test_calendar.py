"""Holidays and working days."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading import calendar
from db.calendar import Calendar, CalendarInvalid, add_working_days, calendar_of

YEAR = calendar_of([calendar(2026)])


def a_year(**changes: Any) -> dict[str, Any]:
    day = {"date": date(2026, 1, 1), "kind": "libur", "name": "Tahun Baru"}
    return {"year": 2026, "source": "contoh", "days": [day | changes.pop("day", {})]} | changes


def test_the_packaged_year_has_its_holidays_and_shared_leave() -> None:
    assert len(YEAR.holidays) == 25
    assert YEAR.knows(date(2026, 12, 31))
    assert not YEAR.knows(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 12, 25), False),  # holiday
        (date(2026, 12, 24), False),  # shared leave
    ],
)
def test_the_office_works_on_working_days(day: date, works: bool) -> None:
    assert YEAR.is_working(day) is works


def test_a_pilkada_window_is_not_free() -> None:
    year = calendar_of([a_year(day={"kind": "jendela pilkada", "date": date(2026, 1, 2)})])
    assert year.is_working(date(2026, 1, 2))


def test_an_office_may_work_on_other_weekdays() -> None:
    assert YEAR.is_working(date(2026, 11, 28), days=(6,))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (a_year(day={"kind": "pesta"}), "days.0.kind"),
        (a_year(day={"date": "31-31-2026"}), "days.0.date"),
        (a_year(day={"date": date(2025, 1, 1)}), "2025-01-01"),
        (a_year(extra=1), "extra"),
    ],
)
def test_a_wrong_calendar_names_the_year_and_the_place(wrong: dict[str, Any], place: str) -> None:
    with pytest.raises(CalendarInvalid) as refusal:
        calendar_of([wrong])
    assert refusal.value.values == {"year": 2026, "place": place}


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
        (date(2026, 11, 24), 2, date(2026, 11, 26)),
        (date(2026, 11, 26), 2, date(2026, 11, 30)),  # over a weekend
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # over Christmas and a weekend
    ],
)
def test_counting_working_days(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count, YEAR) == end


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_the_promised_day_is_a_working_day_with_exactly_so_many_before_it(start: date, count: int) -> None:
    end = add_working_days(start, count, YEAR)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(day.weekday() < 5 and day not in YEAR.holidays for day in between) == count
    assert end.weekday() < 5


def test_without_any_working_weekday_there_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no weekday"):
        add_working_days(date(2026, 1, 1), 1, Calendar(), days=())
