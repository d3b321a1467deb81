"""What date is promised: working days from the setting, later when much lies open."""

from datetime import UTC, date, datetime

import pytest

from content import loading
from db.calendar import Calendar
from db.promises import Terms, is_late, promised_on
from db.rules import read_rules

RULES = read_rules(loading.office_rules()).rules.model_copy(
    update={"answer_days": 2, "requests_per_officer_per_day": 20, "window_days": (1, 2, 3, 4, 5)}
)
TUESDAY, FRIDAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 27), date(2026, 11, 28)


def terms(today: date, *holidays: date) -> Terms:
    return Terms(datetime(2026, 11, 24, 1, tzinfo=UTC), today, RULES, Calendar(frozenset(holidays)))


@pytest.mark.parametrize(
    ("today", "promised"),
    [(TUESDAY, date(2026, 11, 26)), (FRIDAY, date(2026, 12, 1)), (SATURDAY, date(2026, 12, 1))],
)
def test_two_working_days_pass_over_a_weekend(today: date, promised: date) -> None:
    assert promised_on(terms(today), waiting=0, officers=1) == promised


def test_a_holiday_moves_the_promise() -> None:
    assert promised_on(terms(TUESDAY, date(2026, 11, 25)), waiting=0, officers=1) == FRIDAY


@pytest.mark.parametrize(
    ("waiting", "officers", "day"),
    [(19, 1, 26), (20, 1, 27), (39, 2, 26), (40, 2, 27), (19, 0, 26), (20, 0, 27), (79, 2, 27)],
)
def test_a_days_work_that_waits_moves_the_promise_by_a_day(waiting: int, officers: int, day: int) -> None:
    assert promised_on(terms(TUESDAY), waiting, officers) == date(2026, 11, day)


def test_a_promise_is_kept_on_its_day_and_broken_the_day_after() -> None:
    assert not is_late("open", TUESDAY, TUESDAY)
    assert is_late("open", TUESDAY, date(2026, 11, 25))


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_what_is_answered_is_never_late(state: str) -> None:
    assert not is_late(state, TUESDAY, SATURDAY)
