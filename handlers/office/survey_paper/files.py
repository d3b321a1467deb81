"""The files of a survey on paper: the form as PDF, the sheet to type into, and a filled one back with KETERANGAN."""

import asyncio
from base64 import b64decode, b64encode
from typing import Any

from content.sheets import annotate
from content.survey_sheets.paper_form import Form, form_pdf
from content.survey_sheets.paper_sheet import Person, entry_book
from db.engine import Session
from db.models import SurveyRound, SurveyVersion
from db.surveys import definitions, paper
from db.surveys.paper_rows import on_paper
from handlers.answers import File
from handlers.context import Context, Tools
from handlers.office.survey_paper.trial import Sheet, Trial, remarks, try_out
from handlers.speaking import Built, file_builder

FORM, SHEET, REPORT = "survey_paper_form", "survey_paper_sheet", "survey_paper_report"


async def _asked(session: Session, round_id: int) -> tuple[SurveyRound, Any, list[str]]:
    round_ = await session.get_one(SurveyRound, round_id)
    version = await session.get_one(SurveyVersion, round_.version_id)
    return round_, version.definition, [one.code for one in on_paper(await definitions.of_version(session, version.id))]


@file_builder(FORM)
async def build_form(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Make the form to print."""
    async with tools.database.reading() as session:
        round_, definition, asked = await _asked(session, values["round"])
    made = Form(definition, asked, round_.secrecy, tools.rules.office_name, round_.closes_at)
    content = await asyncio.to_thread(form_pdf, made, tools.catalog, language)
    name = tools.catalog.label("survey_paper.form", language, code=str(definition["code"]).lower())
    return Built(name, content, tools.catalog.render("survey_paper/form_file", {}, language))


@file_builder(SHEET)
async def build_sheet(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Make the sheet with a row for everybody who has not answered yet."""
    async with tools.database.reading() as session:
        _, definition, asked = await _asked(session, values["round"])
        waiting = await paper.waiting(session, values["round"], values["scope"])
    people = [Person(one.nip, one.name, one.unit) for one in waiting]
    content = await asyncio.to_thread(entry_book, definition, asked, people, tools.catalog, language)
    name = tools.catalog.label("survey_paper.sheet", language, code=str(definition["code"]).lower())
    told = {"people": len(people), "minutes": values["minutes"]}
    return Built(name, content, tools.catalog.render("survey_paper/sheet_file", told, language))


def report_of(context: Context, sheet: Sheet) -> File:
    """Give a filled sheet back with a remark beside each row; it goes from the chat after a while."""
    minutes = context.tools.rules.file_delete_minutes
    data = b64encode(sheet.data).decode()
    told = {"round": sheet.round_id, "scope": sheet.scope, "name": sheet.name, "data": data, "minutes": minutes}
    return File(REPORT, told, minutes)


@file_builder(REPORT)
async def build_report(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Try a sheet out once more and say to each of its rows what is wrong, or that it is good."""
    sheet = Sheet(values["round"], values["scope"], values["name"], b64decode(values["data"]))
    trial = await try_out(tools, sheet)
    content = await asyncio.to_thread(_annotated, tools, sheet, trial, language)
    name = tools.catalog.label("survey_paper.report", language)
    told = {"mistakes": len(trial.mistakes), "minutes": values["minutes"]}
    return Built(name, content, tools.catalog.render("survey_paper/report_file", told, language))


def _annotated(tools: Tools, sheet: Sheet, trial: Trial, language: str) -> bytes:
    said = remarks(trial, tools.catalog, language)
    return annotate(sheet.data, sheet.name, said, header_row=trial.entries.header.row)
