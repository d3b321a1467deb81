"""The report: a row for every recipient with state, reason and what to do, as a file that goes again in an hour."""

import asyncio
from typing import Any

from content.catalog import Catalog
from content.filters import samarkan_nip
from content.sheets import Column, write_table
from content.sheets.writing import Kind
from db import announcement_live, announcements, audit
from db.announcement_live import Line
from db.errors import StaleButton
from db.outbox import Reason, State
from handlers.answers import Answer, File
from handlers.context import Context, Tools
from handlers.office.announcement.feature import feature
from handlers.speaking import Built, file_builder

BUILDER = "announcement_report"
COLUMNS: tuple[tuple[str, Kind, int], ...] = (
    ("name", "text", 32),
    ("nip", "text", 20),
    ("unit", "text", 34),
    ("state", "text", 18),
    ("reason", "text", 34),
    ("advice", "text", 52),
    ("twice", "text", 16),
    ("sent_at", "moment", 18),
    ("reference", "text", 12),
)
_ITSELF = {None, Reason.CLAIMED, Reason.ACCEPTED, Reason.NOT_MODIFIED}
"""Reasons that say no more than the state does."""


@feature.button("ann_report")
async def report(context: Context, announcement_id: int) -> Answer:
    """Give the report; whoever took it is kept in the audit."""
    one = await announcements.get(context.session, announcement_id)
    if one.batch_id is None:
        raise StaleButton
    if announcements.audience_of(one).veiled:
        raise announcements.RecipientsVeiled
    await audit.write(
        context.session, "announcement.report", at=context.now, subject=announcements.KIND, subject_id=one.id,
        actor_id=context.person.employee_id,
    )  # fmt: skip
    minutes = context.tools.rules.file_delete_minutes
    return File(BUILDER, {"id": one.id, "batch_id": one.batch_id, "minutes": minutes}, delete_minutes=minutes)


@file_builder(BUILDER)
async def build(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Write the file from what the outbox knows at this moment."""
    async with tools.database.reading() as session:
        lines = await announcement_live.lines(session, values["batch_id"])
    content = await asyncio.to_thread(_table, tools, lines, language)
    said = {"people": len(lines), "minutes": values["minutes"]}
    name = tools.catalog.label("report.filename", language, id=values["id"])
    return Built(name, content, tools.catalog.render("announcements/report", said, language))


def _table(tools: Tools, lines: list[Line], language: str) -> bytes:
    label = tools.catalog.label
    zone = tools.clock.local().tzname()
    columns = [Column(label(f"report.{key}", language, zone=zone), kind, width) for key, kind, width in COLUMNS]
    rows = (_row(tools.catalog, line, language) for line in lines)
    return write_table(columns, rows, sheet=label("report.sheet", language), zone=tools.clock.zone.key)


def _row(catalog: Catalog, line: Line, language: str) -> list[Any]:
    reason = None if line.reason in _ITSELF else line.reason
    return [
        line.full_name,
        samarkan_nip(line.nip),
        line.unit,
        catalog.label(f"report_states.{line.state}", language),
        catalog.label(f"reasons.{reason}", language) if reason else None,
        catalog.label(f"advice.{reason}", language) if reason and line.state != State.SENT else None,
        catalog.label("report.maybe_twice", language) if line.maybe_twice else None,
        line.sent_at,
        line.reference,
    ]
