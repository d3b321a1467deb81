"""The rows of a roster, read column by column: a column has few distinct cells, and each is read once."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress, repeat
from typing import Any, Protocol

from db import cells
from db.nip import Nip, parse_nip
from db.remarks import Cell, Remark, Unreadable
from db.roster import words as book
from db.roster.columns import PERFORMANCE, REQUIRED, TALENT
from db.units import unit_name

Reader = Callable[[Any], Any]


class RawColumns(Protocol):
    """A file's rows as they stand: the numbers the sheet shows for them, and each field's cells from top to bottom."""

    @property
    def numbers(self) -> Sequence[int]:
        """The rows' numbers, from 1."""

    @property
    def fields(self) -> Collection[str]:
        """The fields the file has."""

    def column(self, field: str, /) -> Iterable[Cell]:
        """Give the raw cells of a field, one a row."""

    def filled(self, at: int, /) -> int:
        """Count the fields a row fills, the first row being 0."""


READERS: dict[str, Reader] = {
    "full_name": cells.within(200),
    "title_prefix": cells.within(60),
    "title_suffix": cells.within(120),
    "sex": book.looked_up(book.SEXES, "sex_unreadable"),
    "birth": cells.day,
    "employment_type": book.employment_type,
    "probation": book.employment_type,
    "legal_status": cells.within(60),
    "grade": book.grade,
    "position_name": cells.within(200),
    "position_date": cells.day,
    "education_level": book.education,
    "education_field": cells.within(200),
    "unit": unit_name,
    "agency": unit_name,
    "phone": cells.phone,
    "kecamatan": cells.within(60),
    "potential": cells.score,
    "competency": cells.score,
    "assessment_year": cells.year,
    "discipline": book.looked_up(book.SANCTIONS, "discipline_unknown"),
    "skills": cells.listed,
}
RATING = book.looked_up(book.RATINGS, "rating_unknown")
NUMBERS = ("superior", "former_nip")
"""Numbers of others in a row: what cannot be read is doubtful, never a reason to refuse the row."""


@dataclass
class Rows:
    """A roster's rows as columns; every list has one entry a row, None where a cell is empty or unreadable.

    `refusals` and `doubts` hold remarks by place (from 0), `unread` the fields of a row whose cell could not be read.
    """

    numbers: list[int]
    nips: list[Nip | None]
    present: frozenset[str]
    columns: dict[str, list[Any]] = field(default_factory=dict)
    refusals: dict[int, list[Remark]] = field(default_factory=dict)
    doubts: dict[int, list[Remark]] = field(default_factory=dict)
    unread: dict[int, set[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> list[Any]:
        """Give a column; one that is not in the file is empty."""
        return self.columns.get(name) or [None] * len(self)

    def refuse(self, place: int, remark: Remark) -> None:
        """Note why a row is refused."""
        self.refusals.setdefault(place, []).append(remark)

    def doubt(self, place: int, remark: Remark) -> None:
        """Note what is doubtful about a row."""
        self.doubts.setdefault(place, []).append(remark)

    def flaw(self, place: int, name: str, remark: Remark) -> None:
        """Note a cell that cannot be read: in a required column the row is refused, in another it is passed over."""
        (self.refuse if name in REQUIRED else self.doubt)(place, remark)
        self.unread.setdefault(place, set()).add(name)


class _Memo(dict[Any, Any]):
    """Reads a cell at its first appearance; what cannot be read is kept as the remark about it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.flawed = False

    def __missing__(self, cell: Any) -> Any:
        try:
            value = self._reader(cell)
        except Unreadable as flaw:
            value = flaw.remark
            self.flawed = True
        self[cell] = value
        return value


def read_rows(raw: RawColumns) -> Rows:
    """Read a roster's rows. Headings between them (one filled cell, no number) are passed over."""
    column = raw.column("nip") if "nip" in raw.fields else [""] * len(raw.numbers)
    every = list(map(_read_nip, column))
    everyone = [nip.__class__ is Nip or raw.filled(place) > 1 for place, nip in enumerate(every)]
    found = list(compress(every, everyone))
    nips = [nip if isinstance(nip, Nip) else None for nip in found]
    rows = Rows(list(compress(raw.numbers, everyone)), nips, present=frozenset(raw.fields))
    for place, nip in enumerate(found):
        if isinstance(nip, Remark):
            rows.flaw(place, "nip", nip)
    _read_columns(rows, raw, everyone)
    return rows


def _read_nip(cell: Cell) -> Nip | Remark:
    try:
        return parse_nip(cell)
    except Unreadable as flaw:
        return flaw.remark


def _read_columns(rows: Rows, raw: RawColumns, everyone: Sequence[bool]) -> None:
    for name in raw.fields:
        if reader := reader_of(name):
            _fill(rows, name, reader, compress(raw.column(name), everyone))
    if "position_kind" in raw.fields:
        told = [raw.column(name) if name in raw.fields else repeat("") for name in ("position_name", "echelon")]
        together = zip(raw.column("position_kind"), *told, strict=False)
        _fill(rows, "position_kind", lambda three: book.position_kind(*three), compress(together, everyone))


def reader_of(name: str) -> Reader | None:
    """Give the reader of a field; None for those that are read otherwise (the row's own number, the kind of a post)."""
    if name.startswith(PERFORMANCE):
        return RATING
    if name in NUMBERS:
        return _number_of_another
    return READERS.get(name)


def _number_of_another(cell: Cell) -> str | None:
    try:
        return parse_nip(cell).digits
    except Unreadable as flaw:
        if flaw.remark.code in {"nip_missing", "nip_old"}:
            return None
        raise Unreadable("other_nip_unreadable") from flaw


def _fill(rows: Rows, name: str, reader: Reader, raw: Iterable[Any]) -> None:
    memo = _Memo(reader)
    values = [memo[cell] for cell in raw]
    if memo.flawed:
        for place, value in enumerate(values):
            if value.__class__ is Remark:
                rows.flaw(place, name, value)
                values[place] = None
    rows.columns[name] = values


def talent_fields(present: Iterable[str]) -> list[str]:
    """Name the fields of a file that are kept sealed, in a settled order."""
    return sorted(name for name in present if name in TALENT or name.startswith(PERFORMANCE))
