"""Rosters for tests, all invented: rows as an office would type them, as columns for a rule or as a file for a door."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from itertools import count
from typing import Any

from xlsxwriter import Workbook

from content.sheets import find_header, in_columns
from db.nip import AppointmentRules
from db.remarks import Cell
from db.roster.columns import aliases
from db.roster.judging import Judged, judge
from db.roster.rules import RetirementAges, RosterRules

TODAY = date(2026, 11, 24)
RULES = RosterRules(
    AppointmentRules(youngest=18, oldest_permanent=35, oldest_contract=59, earliest_year=1975, future_months=3),
    RetirementAges(most=58, senior=60, highest=65),
    leaving_share=0.01,
)

PERSON: dict[str, Cell] = {
    "NIP": "198704122010012903",
    "NAMA": "Rina Contoh",
    "GELAR DEPAN": "",
    "GELAR BELAKANG": "S.Sos., M.Si.",
    "JENIS KELAMIN": "P",
    "JENIS PEGAWAI": "PNS",
    "GOL RUANG": "III/d",
    "JENIS JABATAN": "PELAKSANA",
    "JABATAN NAMA": "Penelaah Teknis Kebijakan",
    "TMT JABATAN": "01-02-2021",
    "TINGKAT PENDIDIKAN": "S2",
    "NAMA PENDIDIKAN": "Administrasi Publik",
    "UNOR NAMA": "Subbagian Umum",
    "UNOR INDUK": "Dinas Sosial dan Pemberdayaan Masyarakat",
    "NOMOR HP": "081100000001",
}
"""A row nobody could find fault with."""

_SERIALS = count(1)


def number(serial: int | None = None) -> str:
    """Give an invented number; serials 900 to 999 mean invented, the birth date makes room for many."""
    extra, last = divmod(next(_SERIALS) if serial is None else serial, 100)
    return f"1985{1 + extra // 28 % 12:02}{1 + extra % 28:02}2010012{900 + last}"


def person(**cells: Cell) -> dict[str, Cell]:
    """Give a good row of somebody new, with other cells where named (`UNOR_NAMA="…"`)."""
    own = number()
    phone = f"0812{int(own[4:8]):04}{own[-3:]}"
    return PERSON | {"NIP": own, "NOMOR HP": phone} | {name.replace("_", " "): cell for name, cell in cells.items()}


def table(rows: Sequence[Mapping[str, Cell]]) -> list[list[Cell]]:
    """Give rows under their titles; a title only some rows have is blank in the others."""
    titles = list(dict.fromkeys(name for row in rows for name in row))
    return [[*titles], *([row.get(name, "") for name in titles] for row in rows)]


def judged(*rows: Mapping[str, Cell], rules: RosterRules = RULES, today: date = TODAY) -> Judged:
    """Judge rows as a file would bring them; the first stands in the sheet's row 2."""
    cells = table(rows)
    return judge(in_columns(cells, find_header(cells, aliases(today.year))), rules, today)


def codes(found: Judged, row: int = 2) -> list[str]:
    """Give the remarks on a row of the sheet, by code."""
    return [remark.code for remark in found.remarks.get(row, [])]


def workbook(rows: Sequence[Mapping[str, Cell]], *, above: Sequence[str] = (), below: Sequence[str] = ()) -> bytes:
    """Write rows as an Excel file, with headings above and signatures below."""
    buffer = BytesIO()
    with Workbook(buffer) as book:
        page = book.add_worksheet("DATA FIKTIF")
        dated = book.add_format({"num_format": "dd-mm-yyyy"})
        lines: list[list[Any]] = [*([text] for text in above), *table(rows), [""], *(["", text] for text in below)]
        for place, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, date):
                    page.write_datetime(place, column, cell, dated)
                elif isinstance(cell, str):
                    page.write_string(place, column, cell)
                else:
                    page.write_number(place, column, cell)
    return buffer.getvalue()
