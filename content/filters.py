"""How dates, hours, numbers and names are written, in Indonesian and in English.

Values arrive as Python objects or, out of a stored row, as ISO 8601 text; moments are shown in the office's zone.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

Moment = date | datetime | str
KEPT_DIGITS = 4
"""Digits of a number left readable at either end when it is masked (1987••••••••••2003)."""
KILO = 1000
"""Step of file sizes; decimal, as file managers on phones show them."""


def tanggal(value: Moment, *, language: str, zone: ZoneInfo) -> str:
    """Write a date as `24 November 2026`, without Babel's leading zero."""
    return _written(_day(value, zone), "d MMMM y", language)


def hari_tanggal(value: Moment, *, language: str, zone: ZoneInfo) -> str:
    """Write a date with its weekday: `Kamis, 26 November 2026`."""
    return _written(_day(value, zone), "EEEE, d MMMM y", language)


def bulan(value: date, *, language: str) -> str:
    """Write a month as `November 2026`."""
    return _written(value, "MMMM y", language)


def pukul(value: datetime | time | str, *, language: str, zone: ZoneInfo) -> str:
    """Write a time of day with its zone: `pukul 08.00 WITA`, in English `08:00 WITA`.

    A time without a date, like `time(8)` or "08:00", is taken as the office's own.
    """
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value or " " in value else time.fromisoformat(value)
    if isinstance(value, datetime):
        value = _aware(value).astimezone(zone).time()
    written = value.strftime("%H:%M") if language == "en" else value.strftime("pukul %H.%M")
    return f"{written} {_zone_name(zone)}"


def ribuan(value: float, *, language: str) -> str:
    """Group the thousands: `9.900`, in English `9,900`."""
    return format_decimal(value, locale=language)


def persen(value: float, *, language: str) -> str:
    """Write a share between 0 and 1 as per cent with at most one decimal: `12,5 %`."""
    number = format_decimal(value * 100, format="#,##0.#", locale=language)
    return f"{number}%" if language == "en" else f"{number} %"


def ukuran(value: int, *, language: str) -> str:
    """Write a size given in bytes: `850 B`, `12,5 kB`, `2 MB`."""
    size, units = float(value), ["B", "kB", "MB", "GB"]
    while size >= KILO and len(units) > 1:
        size /= KILO
        units.pop(0)
    return f"{format_decimal(size, format='#,##0.#', locale=language)} {units[0]}"


def samarkan_nip(value: str) -> str:
    """Mask an employee number, keeping four digits at either end; anything too short is masked whole."""
    hidden = len(value) - 2 * KEPT_DIGITS
    if hidden <= 0:
        return "•" * len(value)
    return value[:KEPT_DIGITS] + "•" * hidden + value[-KEPT_DIGITS:]


def inisial(value: str) -> str:
    """Shorten a name without titles to its initials: `R. C.`."""
    letters = (next((sign for sign in word if sign.isalpha()), "") for word in value.split())
    return " ".join(f"{letter.upper()}." for letter in letters if letter)


def for_language(language: str, zone: ZoneInfo) -> dict[str, Callable[..., str]]:
    """Every filter by the name templates use, bound to a language and the office's zone."""
    timed = {name: partial(call, language=language, zone=zone) for name, call in _TIMED.items()}
    counted = {name: partial(call, language=language) for name, call in _COUNTED.items()}
    return {**timed, **counted, "samarkan_nip": samarkan_nip, "inisial": inisial}


_TIMED: dict[str, Callable[..., str]] = {"tanggal": tanggal, "hari_tanggal": hari_tanggal, "pukul": pukul}
_COUNTED: dict[str, Callable[..., str]] = {"ribuan": ribuan, "persen": persen, "ukuran": ukuran}


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a zone cannot be shown")
    return value


def _day(value: Moment, zone: ZoneInfo) -> date:
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == len("2026-11-24") else datetime.fromisoformat(value)
    return _aware(value).astimezone(zone).date() if isinstance(value, datetime) else value


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


@lru_cache(maxsize=16)
def _zone_name(zone: ZoneInfo) -> str:
    # The zone's own abbreviation is WIB, WITA or WIT; Babel's English would answer with an offset.
    # No Indonesian zone has a summer time, so any day tells the name.
    return datetime(2026, 1, 1, tzinfo=zone).tzname() or zone.key
