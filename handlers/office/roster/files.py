"""The roster's files: the template, the own file back with KETERANGAN, and the list of who would leave."""

import asyncio
from typing import Any

from content.filters import samarkan_nip
from content.sheets import Column, write_table
from db import employees
from db.employees import Placed
from db.roster import imports
from handlers.answers import File
from handlers.context import Context, Tools
from handlers.office.roster.trial import compare, read, try_out
from handlers.office.roster_file import empty_template, report
from handlers.speaking import Built, file_builder

REPORT, TEMPLATE, LEAVING = "roster_report", "roster_template", "roster_leaving"
WIDTHS = {"name": 32, "nip": 20, "unit": 40}


def report_of(context: Context, import_id: int) -> File:
    """Give a kept file back with a remark beside each row; it goes from the chat after a while."""
    return _file(context, REPORT, import_id)


def leaving_of(context: Context, import_id: int) -> File:
    """Give the list of who would leave; it goes from the chat after a while."""
    return _file(context, LEAVING, import_id)


def _file(context: Context, builder: str, import_id: int) -> File:
    minutes = context.tools.rules.file_delete_minutes
    return File(builder, {"id": import_id, "minutes": minutes}, minutes)


@file_builder(TEMPLATE)
async def build_template(tools: Tools, _values: dict[str, Any], language: str) -> Built:
    """Make the empty file an office fills in."""
    name = tools.catalog.label("roster.template", language)
    return Built(name, await asyncio.to_thread(empty_template), tools.catalog.render("roster/template", {}, language))


@file_builder(REPORT)
async def build_report(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Try the kept file out once more and write what is said to each row beside it."""
    async with tools.database.reading() as session:
        row, file = await imports.kept(session, values["id"])
    trial = await try_out(tools, file, row.complete_agencies)
    content = await asyncio.to_thread(report, trial.read.opened, trial.plan, tools.catalog, language)
    counts = trial.plan.counts
    told = {"refused": counts.refused, "warned": counts.warned, "minutes": values["minutes"]}
    name = tools.catalog.label("roster.report", language)
    return Built(name, content, tools.catalog.render("roster/report", told, language))


@file_builder(LEAVING)
async def build_leaving(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """List who would be counted as left, with masked numbers."""
    async with tools.database.reading() as session:
        row, file = await imports.kept(session, values["id"])
    found = await read(tools, file)
    async with tools.database.reading() as session:
        planned = await compare(session, tools, found.judged, row.complete_agencies)
        there = await employees.placed(session, row.complete_agencies)
    gone = set(planned.leaving.people)
    people = [one for one in there if one.id in gone]
    content = await asyncio.to_thread(_table, tools, people, language)
    told = {"people": len(people), "minutes": values["minutes"]}
    name = tools.catalog.label("roster.leaving", language)
    return Built(name, content, tools.catalog.render("roster/leaving", told, language))


def _table(tools: Tools, people: list[Placed], language: str) -> bytes:
    word = tools.catalog.label
    columns = [Column(word(f"roster.{name}", language), width=width) for name, width in WIDTHS.items()]
    rows = ([one.full_name, samarkan_nip(one.nip), one.unit] for one in people)
    return write_table(columns, rows, sheet=word("roster.leaving_sheet", language))
