"""The workbook into which paper forms are typed: a row a person, a column a question, the codes on a second sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from content.catalog import Catalog
from content.sheets import Cell, Header, find_header, letter, read_table, records
from content.sheets.writing import TEXT_FORMAT, cell_text
from content.survey_sheets.paper_words import GIVEN, Words

ENTRY, CODES = "ISIAN", "KODE"
NIP, NAME, UNIT = "nip", "name", "unit"
"""Fields of a row besides the questions, which go by their codes."""
PERSON = {NIP: ("NIP PEGAWAI", "NIP"), NAME: ("NAMA PEGAWAI", "NAMA"), UNIT: ("UNIT KERJA",)}
_WIDTHS = {NIP: 22, NAME: 30, UNIT: 30}
_ONE = ("single", "yes_no", "consent", "scale", "nps")
"""Kinds that take one code, offered as a list in the cell."""
_HIGHEST, _USUAL = 10, 5
_COLUMN = 16


@dataclass(frozen=True, slots=True)
class Person:
    """Who gets a row."""

    nip: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A row as it came: its number in the sheet, and its cells by field; those of questions by their codes."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Entries:
    """A workbook as read."""

    header: Header
    rows: list[Filled]

    def place(self, field: str, row: int) -> str:
        """Give a cell's name, such as `D5`; the row alone where the sheet has no such column."""
        column = self.header.columns.get(field)
        return f"{letter(column)}{row}" if column is not None else str(row)


def read_entries(data: bytes, name: str, asked: Sequence[str]) -> Entries:
    """Read a filled workbook; `asked` are the codes of its questions. Raises SheetError."""
    table = read_table(data, name)
    header = find_header(table.rows, {**PERSON, **{code: (code,) for code in asked}})
    return Entries(header, [Filled(row.number, row.cells) for row in records(table.rows, header)])


def entry_book(
    definition: Mapping[str, Any],
    asked: Sequence[str],
    people: Sequence[Person],
    catalog: Catalog,
    language: str = "id",
) -> bytes:
    """Write the workbook for these people; `asked` are the codes of the questions on paper."""
    words = Words(catalog, language, definition, {})
    questions = [one for one in definition["questions"] if one["code"] in asked and one["kind"] != "page"]
    buffer = BytesIO()
    with Workbook(buffer) as book:
        style = {"title": book.add_format({"bold": True, "bottom": 1}),
                 "text": book.add_format({"num_format": TEXT_FORMAT}),
                 "wrap": book.add_format({"num_format": TEXT_FORMAT, "text_wrap": True, "valign": "top"})}  # fmt: skip
        entry, codes = book.add_worksheet(ENTRY), book.add_worksheet(CODES)
        spans = _codes_page(codes, words, questions, style)
        _entry_page(entry, questions, people, spans, style)
    return buffer.getvalue()


def _entry_page(
    page: Any, questions: Sequence[Mapping[str, Any]], people: Sequence[Person], spans: Mapping[str, str],
    style: Mapping[str, Any],
) -> None:  # fmt: skip
    titles = [(PERSON[field][0], width) for field, width in _WIDTHS.items()]
    titles += [(one["code"], _COLUMN) for one in questions]
    for place, (title, width) in enumerate(titles):
        page.set_column(place, place, width, style["text"])
        page.write_string(0, place, title, style["title"])
    page.freeze_panes(1, len(_WIDTHS))
    for number, person in enumerate(people, start=1):
        for place, value in enumerate((person.nip, person.name, person.unit)):
            page.write_string(number, place, cell_text(value), style["text"])
    for place, question in enumerate(questions, start=len(_WIDTHS)):
        if question["code"] in spans:
            rule = {"validate": "list", "source": spans[question["code"]], "error_type": "stop"}
            page.data_validation(1, place, max(1, len(people)), place, rule)


def _codes_page(
    page: Any, words: Words, questions: Sequence[Mapping[str, Any]], style: Mapping[str, Any]
) -> dict[str, str]:
    """Explain every column and its codes; give where the codes of each stand, for the lists in the cells."""
    spans: dict[str, str] = {}
    for place, (name, width) in enumerate((("column", 14), ("asked", 60), ("how", 40), ("code", 14), ("meaning", 50))):
        page.set_column(place, place, width, style["wrap"])
        page.write_string(0, place, words.label(f"sheet_{name}"), style["title"])
    page.freeze_panes(1, 1)
    row = 1
    for question in questions:
        offered = _codes(words, question)
        for place, value in enumerate((question["code"], words.said(question["text"]), _how(words, question))):
            page.write_string(row, place, cell_text(value), style["wrap"])
        for number, (code, meaning) in enumerate(offered):
            page.write_string(row + number, 3, cell_text(code), style["wrap"])
            page.write_string(row + number, 4, cell_text(meaning), style["wrap"])
        if question["kind"] in _ONE and offered:
            spans[question["code"]] = f"={CODES}!$D${row + 1}:$D${row + len(offered)}"
        row += max(1, len(offered)) + 1
    return spans


def _codes(words: Words, question: Mapping[str, Any]) -> list[tuple[str, str]]:
    kind = question["kind"]
    if kind in ("yes_no", "consent"):
        codes = ("SETUJU", "TIDAK") if kind == "consent" else ("YA", "TIDAK")
        return [(code, words.label(GIVEN[code])) for code in codes]
    if kind == "nps":
        return [(str(number), "") for number in range(_HIGHEST + 1)]
    if kind == "scale":
        numbers = range(1, int(question.get("max") or _USUAL) + 1)
        ends = {1: words.said(question.get("low_label")), numbers[-1]: words.said(question.get("high_label"))}
        return [(str(number), ends.get(number, "")) for number in numbers]
    return [(one["code"], words.said(one["text"])) for one in words.options(question)]


def _how(words: Words, question: Mapping[str, Any]) -> str:
    said = [words.label("required")] if question.get("required") else []
    said += [words.for_whom(question.get("show_if"))] if question.get("show_if") else []
    kind = "gate" if question["kind"] == "consent" and question.get("required") else question["kind"]
    typed = {"multiple": "several", "ranked": "in_order", "unit": "places", "gate": "gate", "number": "number",
             "date": "day", "short_text": "text", "long_text": "text"}.get(kind, "one")  # fmt: skip
    most = question.get("max") or (1 if kind == "unit" else len(words.options(question)) or 1)
    return " ".join([*said, words.label(f"sheet_{typed}", most=most)])
