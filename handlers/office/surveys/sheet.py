"""A survey's workbook at the counter: read by the voice, judged by the archive, each mistake said with its cell."""

from typing import Any

from content import survey_sheets
from content.catalog import Catalog
from content.survey_sheets import Mistake
from db.surveys import inspecting


def read_sheet(data: bytes, name: str) -> tuple[dict[str, Any], list[Mistake]]:
    """Read a workbook into a definition's mapping and all its mistakes, by cell; raises SheetError for no workbook.

    The number of a version is ours to give: one that is missing is no mistake.
    """
    sheet = survey_sheets.read(data, name)
    sheet.mapping.setdefault("version", 1)
    return sheet.mapping, sheet.with_problems(inspecting.inspect(sheet.mapping))


def mistake_words(catalog: Catalog, mistake: Mistake, language: str) -> str:
    """Say what is wrong in a cell and what to do."""
    return catalog.label(f"survey_problems.{mistake.code}", language, **mistake.values)


def cell_words(catalog: Catalog, mistake: Mistake, language: str) -> str:
    """Name a mistake's cell: the sheet, the column, the row."""
    return catalog.label("survey_places.cell", language, sheet=mistake.sheet, column=mistake.column, row=mistake.row)
