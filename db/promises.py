"""The promise of an answer: a date from the office's setting and the load that lies open."""

from dataclasses import dataclass
from datetime import date, datetime

from db.calendar import Calendar, add_working_days
from db.rules import OfficeRules


@dataclass(frozen=True)
class Terms:
    """On what terms a request is taken: the moment, the office's date, its rules and its calendar."""

    now: datetime
    today: date
    rules: OfficeRules
    calendar: Calendar


def promised_on(terms: Terms, waiting: int, officers: int) -> date:
    """Give the day by which an answer is promised.

    `answer_days` working days, and one more for every day's work (`requests_per_officer_per_day` for each officer)
    that is `waiting` already.
    """
    rules = terms.rules
    days_of_work = waiting // (rules.requests_per_officer_per_day * max(officers, 1))
    return add_working_days(terms.today, rules.answer_days + days_of_work, terms.calendar, rules.window_days)


def is_late(state: str, promised: date, today: date) -> bool:
    """Tell whether a promise is broken: the day has passed and the question still waits."""
    return state == "open" and today > promised
