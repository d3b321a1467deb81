"""Writes files that open in Excel as they were meant: text stays text, nothing becomes a formula."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

LONGEST_CELL = 32_767
"""Signs Excel takes in one cell; the writer would leave a longer one out without a word."""
LONGEST_SHEET_NAME = 31
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HARMLESS = re.compile(r"[+-][\d\s().-]*")
"""A sign with digits only: a telephone number, a dash for "none"; no formula that could do anything."""

TEXT_FORMAT = 49
"""Excel's own number for "this is text": a cell keeps every digit typed into it."""
Kind = Literal["text", "number", "decimal", "share", "date", "moment"]
_NUMBER_FORMATS: dict[Kind, str | int] = {
    "text": TEXT_FORMAT,
    "number": "#,##0",
    "decimal": "#,##0.0",
    "share": "0.0%",
    "date": "dd-mm-yyyy",
    "moment": "dd-mm-yyyy hh:mm",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file to write: its title, what its cells hold, and its width in signs."""

    title: str
    kind: Kind = "text"
    width: int = 18


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a book to write."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def neutral(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula, even after a detour through CSV."""
    if value.lstrip(" \u00a0").startswith(_FORMULA_SIGNS) and not _HARMLESS.fullmatch(value):
        return "'" + value
    return value


def write_table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Data",
    zone: str = "Asia/Makassar",
) -> bytes:
    """Write rows under a frozen header, one at a time; moments are shown in `zone`."""
    return write_book([Sheet(sheet, columns, rows)], zone=zone)


def write_book(sheets: Iterable[Sheet], *, zone: str = "Asia/Makassar") -> bytes:
    """Write sheets one after the other, each row by row under a frozen header; moments are shown in `zone`."""
    buffer = BytesIO()
    with Workbook(buffer, {"constant_memory": True}) as book:
        for sheet in sheets:
            _fill(book, sheet, ZoneInfo(zone))
    return buffer.getvalue()


def _fill(book: Any, sheet: Sheet, shown_in: ZoneInfo) -> None:
    page = book.add_worksheet(sheet.name[:LONGEST_SHEET_NAME])
    formats = _dress(book, page, sheet.columns)
    writers = [_WRITERS[column.kind] for column in sheet.columns]
    for number, row in enumerate(sheet.rows, start=1):
        for place, (write, value) in enumerate(zip(writers, row, strict=True)):
            if value is not None:
                shown = value.astimezone(shown_in) if isinstance(value, datetime) else value
                write(page, (number, place), shown, formats[place])


def template(columns: Sequence[Column], *, sheet: str = "Data") -> bytes:
    """Return an empty file with a header, whose text columns stay text when people type numbers into them."""
    return write_table(columns, (), sheet=sheet)


def cell_text(value: str) -> str:
    """Return a text as it may stand in a cell: neutral, and cut with an ellipsis at Excel's limit."""
    value = neutral(value)
    return value if len(value) <= LONGEST_CELL else value[: LONGEST_CELL - 1] + "…"


def _dress(book: Any, page: Any, columns: Sequence[Column]) -> list[Any]:
    title = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = [book.add_format({"num_format": _NUMBER_FORMATS[column.kind]}) for column in columns]
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width, formats[place])
        page.write_string(0, place, cell_text(column.title), title)
    page.freeze_panes(1, 0)
    return formats


def _text(page: Any, at: tuple[int, int], value: object, style: Any) -> None:
    page.write_string(*at, cell_text(str(value)), style)


def _number(page: Any, at: tuple[int, int], value: float, style: Any) -> None:
    page.write_number(*at, value, style)


def _day(page: Any, at: tuple[int, int], value: date, style: Any) -> None:
    page.write_datetime(*at, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001


def _moment(page: Any, at: tuple[int, int], value: datetime, style: Any) -> None:
    page.write_datetime(*at, value.replace(tzinfo=None), style)


_WRITERS: dict[Kind, Callable[..., None]] = {
    "text": _text,
    "number": _number,
    "decimal": _number,
    "share": _number,
    "date": _day,
    "moment": _moment,
}
