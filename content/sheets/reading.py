"""Reads an Excel or CSV file into raw cells, exactly as they stand: a number stays a number.

An employee number that Excel has turned into a number is then seen as one and refused, not quietly repaired.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from content.errors import SheetError
from content.sheets import guard

Cell = str | float | int | bool | date | datetime | time | timedelta
MOST_COLUMNS = 1_000
"""Columns of a CSV; the widest known export has under a hundred."""
_DELIMITERS = (";", ",", "\t")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
"""How the format before 2007 begins, and any workbook locked with a password."""
_LOOKED_AT = 20
"""Records read to tell the delimiter."""


@dataclass(frozen=True, slots=True)
class Table:
    """Every row of a sheet from the very first: `rows[0]` is the row the sheet calls 1."""

    sheet: str
    rows: list[list[Cell]]


def read_table(data: bytes, filename: str) -> Table:
    """Read the first visible sheet that has cells, or a CSV.

    Raises SheetError `empty`, `old_excel`, `unsupported`, `encoding`, `unreadable` and those of `guard.inspect`
    and, for a CSV, `too_many_rows` and `too_many_columns`.
    """
    if data.startswith(_OLD_EXCEL):
        raise SheetError("old_excel", filename=filename)
    if data.startswith(b"PK"):
        table = _workbook(data)
    elif filename.lower().endswith((".csv", ".txt")):
        table = Table(filename, _csv(data))
    elif filename.lower().endswith(".xlsx"):
        raise SheetError("not_a_workbook", reason="not a ZIP")
    else:
        raise SheetError("unsupported", filename=filename)
    if not _is_filled(table.rows):
        raise SheetError("empty", filename=filename)
    return table


def _workbook(data: bytes) -> Table:
    guard.inspect(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for described in book.sheets_metadata:
            if described.visible == SheetVisibleEnum.Visible:
                rows = book.get_sheet_by_name(described.name).to_python(skip_empty_area=False)
                if _is_filled(rows):
                    return Table(described.name, rows)
    except CalamineError as reason:
        raise SheetError("unreadable", reason=str(reason)) from reason
    return Table("", [])


def _is_filled(rows: list[list[Cell]]) -> bool:
    return any(cell != "" for row in rows for cell in row)


def _csv(data: bytes) -> list[list[Cell]]:
    text = _decoded(data)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep="):
        # Excel's own line naming the delimiter; Excel doesn't count it as a row either.
        return _records(rest, first.strip()[len("sep=") :] or "\t")
    return _records(text, max(_DELIMITERS, key=lambda sign: _evenness(text, sign)))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _tried(data, "utf-16")
    if b"\0" in data:
        raise SheetError("encoding")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _tried(data, "cp1252")


def _tried(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as reason:
        raise SheetError("encoding") from reason


def _evenness(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many of the first records agree on a width above one, and that width.

    The delimiter that is meant cuts every record alike; a comma between titles of a name does not.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(record) for record, _number in zip(reader, range(_LOOKED_AT), strict=False))
    except csv.Error:
        return (0, 0)
    return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))


def _records(text: str, delimiter: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    try:
        for record in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            rows.append([*record])
            if len(rows) > guard.MOST_ROWS:
                raise SheetError("too_many_rows", rows=len(rows), limit=guard.MOST_ROWS)
            if len(record) > MOST_COLUMNS:
                raise SheetError("too_many_columns", row=len(rows), limit=MOST_COLUMNS)
    except (csv.Error, TypeError) as reason:
        raise SheetError("unreadable", reason=str(reason)) from reason
    return rows
