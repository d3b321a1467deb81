"""Gives a file back with a remark beside each row, so that an office can correct it where it stands."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from content.sheets.headers import normal_title
from content.sheets.reading import Cell, read_table
from content.sheets.writing import LONGEST_SHEET_NAME, TEXT_FORMAT, cell_text

REMARKS = "KETERANGAN"
"""Title of the added column."""
_WIDTH = 60


def annotate(original: bytes, filename: str, remarks: Mapping[int, str], *, header_row: int) -> bytes:
    """Return the file as Excel, every cell as it came, with the remarks by row number in a last column.

    `header_row` counts from 1. A remarks column from an earlier round is written over. Raises what `read_table` does.
    """
    table = read_table(original, filename)
    buffer = BytesIO()
    with Workbook(buffer, {"constant_memory": True}) as book:
        page = book.add_worksheet(table.sheet[:LONGEST_SHEET_NAME] if _is_sheet_name(table.sheet) else None)
        annotate_page(book, page, table.rows, remarks, header_row=header_row)
    return buffer.getvalue()


def annotate_page(
    book: Any, page: Any, rows: Sequence[Sequence[Cell]], remarks: Mapping[int, str], *, header_row: int
) -> None:
    """Write the rows of one sheet on a page of a workbook, the remarks by row number in a last column."""
    place = _remarks_place(rows, header_row)
    writer = _Writer(book, page)
    page.set_column(place, place, _WIDTH)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if column != place:
                writer.cell(number - 1, column, cell)
        remark = REMARKS if number == header_row else remarks.get(number, "")
        writer.cell(number - 1, place, remark)


def _remarks_place(rows: Sequence[Sequence[Cell]], header_row: int) -> int:
    header = rows[header_row - 1]
    for place, title in reversed(list(enumerate(header))):
        if normal_title(title):
            # Only as the last title is it ours; a column of that name further left is the office's own.
            if normal_title(title) == REMARKS:
                return place
            break
    return max(map(len, rows))


def _is_sheet_name(name: str) -> bool:
    return not any(sign in name for sign in "[]:*?/\\") and not name.lower().endswith((".csv", ".txt"))


class _Writer:
    """Writes a cell as the kind it came in."""

    def __init__(self, book: Any, page: Any) -> None:
        self._page = page
        self._text = book.add_format({"num_format": TEXT_FORMAT})
        self._date = book.add_format({"num_format": "dd-mm-yyyy"})
        self._moment = book.add_format({"num_format": "dd-mm-yyyy hh:mm:ss"})
        self._time = book.add_format({"num_format": "hh:mm:ss"})

    def cell(self, row: int, column: int, value: Cell) -> None:
        """Write one cell; an empty one leaves no trace."""
        if isinstance(value, str):
            if value:
                self._page.write_string(row, column, cell_text(value), self._text)
        elif isinstance(value, bool):
            self._page.write_boolean(row, column, value)
        elif isinstance(value, int | float):
            self._page.write_number(row, column, value)
        else:
            self._page.write_datetime(row, column, value, self._style(value))

    def _style(self, value: date | datetime | time | timedelta) -> Any:
        if isinstance(value, datetime):
            return self._moment
        return self._date if isinstance(value, date) else self._time
