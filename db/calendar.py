"""The office's calendar: which days are holidays, and counting in working days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from db.errors import DomainError

WORKING_DAYS = (1, 2, 3, 4, 5)
"""Monday to Friday, as ISO numbers them (Perpres 21/2023)."""


class CalendarInvalid(DomainError):
    """A year's calendar is not written as it must be."""


class _Day(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    date: date
    kind: Literal["libur", "cuti bersama", "jendela pilkada"]
    name: str


class _Year(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int
    source: str
    days: list[_Day]


@dataclass(frozen=True)
class Calendar:
    """The holidays of the years somebody has entered; in any other year only weekends are free."""

    holidays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def knows(self, day: date) -> bool:
        """Tell whether the holidays of this day's year are known."""
        return day.year in self.years

    def is_working(self, day: date, days: Iterable[int] = WORKING_DAYS) -> bool:
        """Tell whether the office works on a day; `days` are ISO weekdays."""
        return day.isoweekday() in days and day not in self.holidays


def calendar_of(years: Iterable[Mapping[str, Any]]) -> Calendar:
    """Make the calendar from the mappings of its years; raises CalendarInvalid with the year and the place.

    A shared leave day (cuti bersama) is free like a holiday; a pilkada window is not.
    """
    read = [_year(mapping) for mapping in years]
    free = {day.date for year in read for day in year.days if day.kind != "jendela pilkada"}
    return Calendar(frozenset(free), frozenset(year.year for year in read))


def _year(mapping: Mapping[str, Any]) -> _Year:
    try:
        year = _Year.model_validate(mapping)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise CalendarInvalid(year=mapping.get("year"), place=place) from error
    stray = next((day.date for day in year.days if day.date.year != year.year), None)
    if stray is not None:
        raise CalendarInvalid(year=year.year, place=stray.isoformat())
    return year


def add_working_days(start: date, count: int, calendar: Calendar, days: Iterable[int] = WORKING_DAYS) -> date:
    """Give the day `count` working days after `start`, which itself does not count."""
    if count and not any(day in days for day in range(1, 8)):
        raise ValueError("no weekday is a working day")
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= calendar.is_working(day, days)
    return day
