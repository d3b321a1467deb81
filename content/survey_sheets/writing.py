"""Writes a definition as a workbook that reads back as the same definition, and the empty template."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from content.catalog import Catalog
from content.errors import SheetError
from content.sheets.writing import LONGEST_CELL, TEXT_FORMAT, neutral
from content.survey_sheets import columns, conditions

_ROWS_FOR_LISTS = 500
"""Rows in which the template offers the kinds to choose from."""
_WIDTHS = (24, 70, 70)


def write(definition: Mapping[str, Any]) -> bytes:
    """Write a definition's plain mapping as a workbook; raises SheetError `too_large` for a cell Excel cannot hold."""
    return _book(_survey_rows(definition), [_question_cells(one) for one in definition["questions"]], ())


def template(catalog: Catalog, language: str = "id") -> bytes:
    """Write the empty workbook, with a guide as its last sheet."""
    rows = [(title, "", "") for title in columns.SURVEY_ROWS.values()]
    guide = catalog.labels("survey_guide", language)
    return _book(rows, [], tuple(guide.values()))


def quoted(text: str) -> str:
    """Guard a text against being taken for a formula; `unquoted` takes the guard off again."""
    return f"'{text}" if _needs_guard(text) else text


def unquoted(text: str) -> str:
    """Take the guard off, and only a guard: any other apostrophe is the text's own."""
    return text[1:] if text.startswith("'") and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    return neutral(text) != text or (text.startswith("'") and _needs_guard(text[1:]))


def _book(survey: list[tuple[Any, ...]], questions: list[dict[str, Any]], guide: tuple[str, ...]) -> bytes:
    buffer = BytesIO()
    with Workbook(buffer) as book:
        title = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": TEXT_FORMAT, "text_wrap": True, "valign": "top"})
        pages = [book.add_worksheet(name) for name in (columns.SURVEY, columns.QUESTIONS)]
        _fill(pages[0], zip(columns.SURVEY_TITLES, _WIDTHS, strict=True), survey, (title, text))
        rows = [tuple(cells.get(field.name) for field in columns.FIELDS) for cells in questions]
        _fill(pages[1], ((field.titles[0], field.width) for field in columns.FIELDS), rows, (title, text))
        _offer(pages[1])
        if guide:
            page = book.add_worksheet(columns.GUIDE)
            page.set_column(0, 0, 110, text)
            for place, line in enumerate(guide):
                page.write_string(place, 0, line, text)
    return buffer.getvalue()


def _fill(page: Any, titles: Any, rows: list[tuple[Any, ...]], styles: tuple[Any, Any]) -> None:
    for place, (title, width) in enumerate(titles):
        page.set_column(place, place, width, styles[1])
        page.write_string(0, place, title, styles[0])
    page.freeze_panes(1, 1)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _cell(page, number, place, value, styles[1])


def _cell(page: Any, row: int, place: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float):
        page.write_number(row, place, value, style)
        return
    text = quoted(str(value))
    if len(text) > LONGEST_CELL:
        raise SheetError("too_large", size=len(text), limit=LONGEST_CELL)
    page.write_string(row, place, text, style)


def _offer(page: Any) -> None:
    offered = {"kind": list(columns.KINDS.values()), "picks": list(columns.PICKS.values())}
    offered |= {name: [columns.YES, columns.NO] for name in columns.BOOLEANS}
    for place, field in enumerate(columns.FIELDS):
        if field.name in offered:
            rule = {"validate": "list", "source": offered[field.name], "error_type": "warning"}
            page.data_validation(1, place, _ROWS_FOR_LISTS, place, rule)


def _survey_rows(definition: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for field, title in columns.SURVEY_ROWS.items():
        value = definition.get(field)
        if field in columns.SURVEY_TEXTS:
            rows.append((title, _words(value, "id"), _words(value, "en")))
        else:
            rows.append((title, columns.SECRECIES.get(str(value), value) if field == "secrecy" else value, None))
    parts = definition.get("parts", [])
    rows += [(f"{columns.PART} {one['code']}", _words(one["title"], "id"), _words(one["title"], "en")) for one in parts]
    return rows


def _question_cells(question: Mapping[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {**question}
    cells["kind"] = columns.KINDS.get(question["kind"], question["kind"])
    for field in columns.TEXTS:
        for language, suffix in (("id", ""), ("en", ".en")):
            cells[field + suffix] = _words(question.get(field), language)
    for field in columns.BOOLEANS:
        cells[field] = columns.YES if question.get(field) else None
    if "show_if" in question:
        cells["show_if"] = conditions.written(question["show_if"])
    if "picks" in question:
        cells["picks"] = columns.PICKS.get(question["picks"], question["picks"])
    cells["options"] = "\n".join(_option_lines(question, "id"))
    cells["options.en"] = "\n".join(_option_lines(question, "en"))
    return cells


def _option_lines(question: Mapping[str, Any], language: str) -> Iterator[str]:
    for option in question.get("options", []):
        words = _words(option["text"], language)
        marks = f" [{columns.ALONE}]" if option.get("exclusive") and language == "id" else ""
        if "show_if" in option and language == "id":
            marks += f" [{columns.IF} {conditions.written(option['show_if'])}]"
        if words is not None:
            yield f"{option['code']}{marks} = {words}"


def _words(text: Any, language: str) -> str | None:
    if isinstance(text, str):
        return text if language == "id" else None
    return text.get(language) if text else None
