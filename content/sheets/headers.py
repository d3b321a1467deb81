"""Finds the header of a table by known titles and walks the rows below it, up to the signatures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from content.errors import SheetError
from content.sheets.reading import Cell

HEADER_WITHIN = 10
"""Rows from the top in which a header is looked for."""
FEWEST_TITLES = 2
"""Known titles that make a row a header; one alone may stand in a heading."""
_DIGITS_OF_A_NUMBER = 15
_LONG_NUMBER = 1e14
_ALPHABET = 26
_SEPARATORS = re.compile(r"[\s_./\-:*()]+")


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known field stands: `row` counts from 1, `columns` from 0; `unused` titles were not known."""

    row: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    unused: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the number the sheet shows for it and its raw cells by field."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's rows to be read column by column: `numbers` are the ones the sheet shows, `fields` where each stands.

    `even` is how many cells every row has at least.
    """

    numbers: list[int]
    fields: Mapping[str, int]
    rows: list[Sequence[Cell]]
    even: int

    def column(self, field: str) -> Iterator[Cell]:
        """Yield a field's raw cells from the top; a row that ends before them has an empty one."""
        place = self.fields[field]
        if place < self.even:
            return map(itemgetter(place), self.rows)
        return (row[place] if place < len(row) else "" for row in self.rows)

    def filled(self, at: int) -> int:
        """Count the known fields a row fills, the first row being 0."""
        row = self.rows[at]
        return sum(place < len(row) and not _is_empty(row[place]) for place in self.fields.values())


def letter(column: int) -> str:
    """Return a column's letters for its place counted from 0: 0 is A, 27 is AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def normal_title(value: Cell) -> str:
    """Bring a title to the form in which titles are compared: capitals, single blanks, no punctuation."""
    return _SEPARATORS.sub(" ", str(value)).strip().upper()


def find_header(rows: Sequence[Sequence[Cell]], aliases: Mapping[str, Sequence[str]]) -> Header:
    """Find the header among the first ten rows: the one with most known titles.

    `aliases` gives for each field the titles it may have, the preferred one first.
    Raises SheetError `no_header` or `column_twice` (one title in two columns).
    """
    known = {normal_title(title): field for field, titles in aliases.items() for title in titles}
    counted = [len(known.keys() & {normal_title(cell) for cell in row}) for row in rows[:HEADER_WITHIN]]
    best = max(counted, default=0)
    if best < min(FEWEST_TITLES, len(aliases)):
        raise SheetError("no_header", within=HEADER_WITHIN, expected=[titles[0] for titles in aliases.values()])
    place = counted.index(best)
    return _header(place, rows[place], aliases, known)


def records(rows: Sequence[Sequence[Cell]], header: Header) -> Iterator[Row]:
    """Yield the rows below a header as cells by field, without blank rows, repeated headers and signatures."""
    fields = list(header.columns.items())
    for place in _places(rows, header):
        row = rows[place]
        width = len(row)
        yield Row(place + 1, {field: row[column] if column < width else "" for field, column in fields})


def in_columns(rows: Sequence[Sequence[Cell]], header: Header) -> Columns:
    """Return what `records` yields, by columns: twice as fast where every row is wanted."""
    places = list(_places(rows, header))
    kept = [rows[place] for place in places]
    return Columns([place + 1 for place in places], header.columns, kept, min(map(len, kept), default=0))


def _places(rows: Sequence[Sequence[Cell]], header: Header) -> Iterator[int]:
    title_row = rows[header.row - 1]
    for place in range(header.row, _end(rows, header)):
        row = rows[place]
        if not (_is_blank(row) or row == title_row or (place == header.row and _counts_columns(row))):
            yield place


def _header(place: int, row: Sequence[Cell], aliases: Mapping[str, Sequence[str]], known: Mapping[str, str]) -> Header:
    titles = [normal_title(cell) for cell in row]
    columns: dict[str, int] = {}
    for field, names in aliases.items():
        found = next((name for name in map(normal_title, names) if name in titles), None)
        if found is None:
            continue
        columns[field] = titles.index(found)
        if titles.count(found) > 1:
            places = [letter(at) for at, title in enumerate(titles) if title == found]
            raise SheetError("column_twice", title=found, columns=places)
    used = set(columns.values())
    unused = tuple(str(row[at]).strip() for at, title in enumerate(titles) if title and at not in used)
    width = max((at for at, title in enumerate(titles) if title), default=0) + 1
    written = {field: str(row[at]).strip() for field, at in columns.items()}
    return Header(place + 1, columns, written, unused, width)


def _end(rows: Sequence[Sequence[Cell]], header: Header) -> int:
    """Return the place after the last row of the table: blank rows and signatures at the end are left out."""
    end = len(rows)
    while end > header.row and _is_footer(rows[end - 1], header.width):
        end -= 1
    return end


def _is_footer(row: Sequence[Cell], width: int) -> bool:
    filled = [cell for cell in row if not _is_empty(cell)]
    # A signature is a word or two in a wide table; a row holding an employee number is a person all the same.
    return len(filled) <= min(2, width // 4) and not any(_is_long_number(cell) for cell in filled)


def _is_long_number(cell: Cell) -> bool:
    if isinstance(cell, int | float):
        return cell >= _LONG_NUMBER
    digits = re.sub(r"[\s.']", "", str(cell))
    return digits.isdecimal() and len(digits) >= _DIGITS_OF_A_NUMBER


def _is_blank(row: Sequence[Cell]) -> bool:
    return all(map(_is_empty, row))


def _is_empty(cell: Cell) -> bool:
    return cell.__class__ is str and (not cell or cell.isspace())


def _counts_columns(row: Sequence[Cell]) -> bool:
    """Tell whether a row only numbers the columns (1, 2, 3 …), as forms of this administration do."""
    numbers = [str(cell).strip().removesuffix(".0").strip("()") for cell in row if not _is_empty(cell)]
    if len(numbers) < FEWEST_TITLES or not all(number.isdecimal() for number in numbers):
        return False
    return all(int(right) - int(left) == 1 for left, right in pairwise(numbers)) and int(numbers[0]) <= 1
