"""A survey's files: the empty template, a version as a workbook, and an upload back with what is to be mended."""

import asyncio
from base64 import b64decode, b64encode
from typing import Any

from content import survey_sheets
from content.survey_sheets import Mistake
from db.surveys import definitions, versions
from handlers.answers import File
from handlers.context import Tools
from handlers.office.surveys.sheet import mistake_words, read_sheet
from handlers.speaking import Built, file_builder

WORKBOOK, TEMPLATE, REMARKS = "survey_workbook", "survey_template", "survey_remarks"


def remarks_of(name: str, data: bytes) -> File:
    """Give an upload back with remarks; it travels sealed with the answer and is kept nowhere."""
    return File(REMARKS, {"name": name, "data": b64encode(data).decode()})


@file_builder(TEMPLATE)
async def build_template(tools: Tools, _values: dict[str, Any], language: str) -> Built:
    """Make the empty workbook with its guide."""
    data = await asyncio.to_thread(survey_sheets.template, tools.catalog, language)
    name = tools.catalog.label("survey_files.template", language)
    return Built(name, data, tools.catalog.render("office_surveys/template_file", {}, language))


@file_builder(WORKBOOK)
async def build_workbook(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Write a version as a workbook that reads back as the same definition."""
    async with tools.database.reading() as session:
        version = await versions.get(session, values["id"])
    data = await asyncio.to_thread(survey_sheets.write, version.definition)
    told = {"title": definitions.of(version).title.said(language), "version": version.version}
    name = tools.catalog.label("survey_files.workbook", language, code=version.code.lower(), version=version.version)
    return Built(name, data, tools.catalog.render("office_surveys/workbook_file", told, language))


@file_builder(REMARKS)
async def build_remarks(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Write beside each row of an upload what is wrong with it."""
    original = b64decode(values["data"])
    data, count = await asyncio.to_thread(_remarked, tools, original, values["name"], language)
    name = tools.catalog.label("survey_files.remarks", language)
    return Built(name, data, tools.catalog.render("office_surveys/remarks_file", {"mistakes": count}, language))


def _remarked(tools: Tools, original: bytes, name: str, language: str) -> tuple[bytes, int]:
    _, mistakes = read_sheet(original, name)

    def said(mistake: Mistake) -> str:
        return mistake_words(tools.catalog, mistake, language)

    return survey_sheets.remarked(original, name, [(one, said(one)) for one in mistakes]), len(mistakes)
