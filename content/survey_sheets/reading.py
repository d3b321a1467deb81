"""Reads a survey's workbook into the plain mapping of a definition, every mistake with its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from content.errors import SheetError
from content.sheets import Cell, Header, find_header, guard, letter, read_table
from content.survey_sheets import cells, columns
from content.survey_sheets.cells import Unreadable

_ALIASES = {field.name: field.titles for field in columns.FIELDS}
_SURVEY_ALIASES = dict(zip(("name", "value", "en"), [(title,) for title in columns.SURVEY_TITLES], strict=True))
_NEEDED = ("code", "kind", "text")

Problem = tuple[str, tuple[int | None, str, int | None], Mapping[str, Any]]
"""What the archive says of a definition: a code, the question's place in the list with field and option, values."""


class Mistake(NamedTuple):
    """One thing to correct: `code` and `values` give its sentence, sheet, column and row the cell."""

    code: str
    sheet: str
    column: str
    row: int
    values: Mapping[str, Any] = {}


@dataclass
class SurveySheet:
    """A workbook as read: the mapping, what could not be read, and the cell of every field."""

    mapping: dict[str, Any] = field(default_factory=lambda: {"questions": []})
    mistakes: list[Mistake] = field(default_factory=list)
    cells: dict[tuple[int | None, str], tuple[str, str, int]] = field(default_factory=dict)

    def cell(self, question: int | None, name: str) -> tuple[str, str, int]:
        """Give sheet, column and row of a field; one that has no cell is looked for at the question's code."""
        usual = (columns.SURVEY, "A", 1) if question is None else self.cells.get((question, "code"))
        return self.cells.get((question, name)) or usual or (columns.QUESTIONS, "A", 1)

    def with_problems(self, problems: Sequence[Problem]) -> list[Mistake]:
        """Join what the archive found to what could not be read, by sheet and cell, each cell once."""
        read = {(one.sheet, one.column, one.row) for one in self.mistakes}
        found = [
            Mistake(code, *self.cell(at[0], at[1]), {"title": columns.title(at[0] is None, at[1]), **values})
            for code, at, values in problems
        ]
        joined = [*self.mistakes, *(one for one in found if (one.sheet, one.column, one.row) not in read)]
        return sorted(joined, key=lambda one: (one.sheet != columns.SURVEY, one.row, len(one.column), one.column))

    def note(self, code: str, question: int | None, name: str, **values: Any) -> None:
        """Remember a mistake at a field's cell."""
        self.mistakes.append(Mistake(code, *self.cell(question, name), values))


def read(data: bytes, filename: str) -> SurveySheet:
    """Read a workbook (or a CSV with the questions alone).

    Raises SheetError only for a file that is none, or has no table of questions.
    """
    sheets = sheets_of(data, filename)
    sheet = SurveySheet()
    questions = sheets.get(columns.QUESTIONS, [])
    header = find_header(questions, _ALIASES)
    _survey(sheet, sheets.get(columns.SURVEY, []))
    for number, row in enumerate(questions[header.row :], start=header.row + 1):
        if _is_question(row, header):
            _question(sheet, row, number, header)
    return sheet


def header_row_of(sheet: str, rows: list[list[Cell]]) -> int:
    """Give the row of a sheet's titles, from 1; the first where there is none."""
    try:
        return find_header(rows, _SURVEY_ALIASES if sheet == columns.SURVEY else _ALIASES).row if rows else 1
    except SheetError:
        return 1


def sheets_of(data: bytes, filename: str) -> dict[str, list[list[Cell]]]:
    """Give the rows of every sheet by its name in capitals; a CSV holds the questions alone. Raises SheetError."""
    if not data.startswith(b"PK"):
        return {columns.QUESTIONS: read_table(data, filename).rows}
    guard.inspect(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return {
            name.strip().upper(): book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except CalamineError as reason:
        raise SheetError("unreadable", reason=str(reason)) from reason


def _survey(sheet: SurveySheet, rows: list[list[Cell]]) -> None:
    header = find_header(rows, _SURVEY_ALIASES) if rows else None
    names = {title: name for name, title in columns.SURVEY_ROWS.items()}
    for number, row in enumerate(rows[header.row :] if header else [], start=header.row + 1 if header else 1):
        assert header is not None
        title = cells.words(_at(row, header, "name")).upper()
        value, english = _at(row, header, "value"), _at(row, header, "en")
        part = title.removeprefix(f"{columns.PART} ").strip() if title.startswith(f"{columns.PART} ") else None
        name = "parts" if part else names.get(title)
        places = {"": "value", ".en": "en"}
        for suffix, column in places.items():
            if name and column in header.columns:
                sheet.cells[None, name + suffix] = (columns.SURVEY, letter(header.columns[column]), number)
        if part:
            entry = {"code": part, "title": cells.text(value, english)}
            sheet.mapping.setdefault("parts", []).append(entry)
        elif name in columns.SURVEY_TEXTS:
            _put(sheet.mapping, name, cells.text(value, english))
        elif name:
            _put(sheet.mapping, name, _plain_value(sheet, name, value))
        elif title:
            spot = (columns.SURVEY, letter(header.columns["name"]), number)
            sheet.mistakes.append(Mistake("unknown_field", *spot, {"field": title}))


def _plain_value(sheet: SurveySheet, name: str, value: Cell) -> Any:
    if name == "code":
        return cells.words(value) or None
    try:
        return cells.word(value, columns.SECRECIES) if name == "secrecy" else cells.limit(value)
    except Unreadable as reason:
        sheet.note(reason.code, None, name, **reason.values)
        return None


def _is_question(row: list[Cell], header: Header) -> bool:
    """Tell a question from a signature under the table, which has no code and no more than one cell."""
    filled = [name for name in header.columns if cells.words(_at(row, header, name))]
    return "code" in filled or (len(filled) > 1 and any(name in filled for name in _NEEDED))


def _question(sheet: SurveySheet, row: list[Cell], number: int, header: Header) -> None:
    place = len(sheet.mapping["questions"])
    for name, column in header.columns.items():
        sheet.cells[place, name] = (columns.QUESTIONS, letter(column), number)
    question: dict[str, Any] = {}
    for name, reader in cells.READERS.items():
        try:
            _put(question, name, reader(_at(row, header, name)))
        except Unreadable as reason:
            sheet.note(reason.code, place, name, **reason.values)
    for name in columns.TEXTS:
        _put(question, name, cells.text(_at(row, header, name), _at(row, header, f"{name}.en")))
    options, mistakes = cells.options(_at(row, header, "options"), _at(row, header, "options.en"))
    _put(question, "options", options)
    for name, mistake in mistakes:
        sheet.note(mistake.code, place, name, **mistake.values)
    sheet.mapping["questions"].append(question)


def _at(row: list[Cell], header: Header, name: str) -> Cell:
    column = header.columns.get(name)
    return row[column] if column is not None and column < len(row) else ""


def _put(mapping: dict[str, Any], name: str, value: Any) -> None:
    if value not in (None, "", []):
        mapping[name] = value
