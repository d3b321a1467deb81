"""Readers of single cells: each takes a cell as people and programs leave it and gives one form, or says why not.

An empty cell (also `-`, `NULL`, `#N/A`) reads as None. Everything else that cannot be read raises `Unreadable`.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from db.remarks import Cell, Unreadable, quoted

NOTHING = frozenset({"", "-", "--", "–", "—", "NULL", "null", "N/A", "#N/A", "#REF!", "#VALUE!"})
"""What stands in a cell when nothing does."""

EXCEL_DAY_ZERO = date(1899, 12, 30)
"""Excel counts days from here (it believes in a 29 February 1900)."""
EXCEL_DAYS = range(10_000, 80_000)
"""Serial numbers taken for dates: 1927 to 2119."""

MONTHS = {
    "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MEI": 5, "MAY": 5, "JUN": 6, "JUL": 7, "AGU": 8, "AGS": 8, "AUG": 8,
    "SEP": 9, "OKT": 10, "OCT": 10, "NOV": 11, "NOP": 11, "DES": 12, "DEC": 12,
}  # fmt: skip
"""Months by the first three letters, Indonesian and English."""
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[ T].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
_IN_WORDS = re.compile(r"(\d{1,2})[- ]([A-Z]{3,9})[- ](\d{4})")

_PHONE_NOISE = str.maketrans("", "", " ().'`’-–\u00a0\t")
_SECOND_PHONE = re.compile(r"[/,;|]|\bATAU\b|\bDAN\b", re.IGNORECASE)
_PLAIN = re.compile(r"(?:\+62|62|0)(8\d{7,11})")
"""How most numbers stand in a roster."""
_MOBILE = re.compile(r"8\d{7,11}")
"""An Indonesian mobile number after 0 or 62: 8 and 7 to 11 more digits."""
_ABROAD = re.compile(r"\+[1-9]\d{7,14}")
"""Any number in E.164: at most 15 digits."""
_LONGEST_PHONE = 10**15
"""Above it a spreadsheet no longer keeps the digits."""

HIGHEST_SCORE = 100
EARLIEST_YEAR = 2000
LATEST_YEAR = 2100
_SCORE = re.compile(r"\d{1,3}(?:[.,]\d+)?")


def words(cell: Cell) -> str | None:
    """Read words: one blank between, no signs that cannot be seen; a whole number loses its `.0`."""
    text = cell if isinstance(cell, str) else _written(cell)
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join("".join(sign for sign in text if sign.isprintable() or sign == " ").split())
    return None if text in NOTHING else text


def upper(cell: Cell) -> str | None:
    """Read words in capitals, for looking them up."""
    text = words(cell)
    return text.upper() if text else None


def within(limit: int) -> Callable[[Cell], str | None]:
    """Give a reader of words of at most `limit` signs; raises `Unreadable` `too_long`."""

    def read(cell: Cell) -> str | None:
        text = words(cell)
        if text and len(text) > limit:
            raise Unreadable("too_long", value=quoted(text), limit=limit)
        return text

    return read


def day(cell: Cell) -> date | None:
    """Read a date: a date cell, `dd-mm-yyyy` with any sign between, ISO, `1 Januari 2020`, or Excel's serial number.

    Raises `Unreadable` `date_unreadable`.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and int(cell) in EXCEL_DAYS:
        return EXCEL_DAY_ZERO + timedelta(days=int(cell))
    text = upper(cell)
    if text is None:
        return None
    try:
        return _day_from(text)
    except (ValueError, KeyError):
        raise Unreadable("date_unreadable", value=quoted(cell)) from None


def _day_from(text: str) -> date:
    if found := _DAY_FIRST.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _IN_WORDS.fullmatch(text):
        return date(int(found[3]), MONTHS[found[2][:3]], int(found[1]))
    if text.isascii() and text.isdigit() and int(text) in EXCEL_DAYS:
        return EXCEL_DAY_ZERO + timedelta(days=int(text))
    raise ValueError(text)


def phone(cell: Cell) -> str | None:
    """Read a telephone number into E.164: `+62…`, `62…`, `08…`, or `8…` where a spreadsheet ate the zero.

    Of several in one cell the first counts. Raises `Unreadable` `phone_unreadable`, also for a land line: Telegram
    knows mobile numbers only.
    """
    if isinstance(cell, str) and (plain := _PLAIN.fullmatch(cell) or _PLAIN.fullmatch(cell.translate(_PHONE_NOISE))):
        return "+62" + plain[1]  # most of them, without a detour
    text = words(cell)
    if text is None:
        return None
    if not isinstance(cell, str) and not _is_whole(cell):
        raise Unreadable("phone_unreadable")
    first = _SECOND_PHONE.split(text, maxsplit=1)[0]
    digits = first.translate(_PHONE_NOISE)
    national = _national(digits)
    if _MOBILE.fullmatch(national):
        return "+62" + national
    if _ABROAD.fullmatch(digits) and not digits.startswith("+62"):
        return digits
    # The cell's text is not quoted: it may be anybody's number.
    raise Unreadable("phone_unreadable")


def _national(digits: str) -> str:
    for prefix in ("+620", "+62", "620", "62", "0"):
        if digits.startswith(prefix):
            return digits.removeprefix(prefix)
    return digits


def score(cell: Cell) -> float | None:
    """Read a score from 0 to 100, with a point or a comma; raises `Unreadable` `score_unreadable`."""
    text = words(cell)
    if text is None:
        return None
    value = float(text.replace(",", ".")) if _SCORE.fullmatch(text) else -1.0
    if not 0 <= value <= HIGHEST_SCORE:
        raise Unreadable("score_unreadable", value=quoted(cell))
    return value


def year(cell: Cell) -> int | None:
    """Read a year of this century; raises `Unreadable` `year_unreadable`."""
    text = words(cell)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and EARLIEST_YEAR <= int(text) <= LATEST_YEAR):
        raise Unreadable("year_unreadable", value=quoted(cell))
    return int(text)


def listed(cell: Cell) -> list[str] | None:
    """Read what stands between semicolons, each once, in order."""
    text = words(cell)
    return list(dict.fromkeys(filter(None, map(str.strip, text.split(";"))))) if text else None


def _is_whole(cell: Cell) -> bool:
    return isinstance(cell, int | float) and float(cell).is_integer() and abs(cell) < _LONGEST_PHONE


def _written(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
