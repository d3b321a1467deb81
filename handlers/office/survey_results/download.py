"""`Unduh XLSX`: the published tables with a code book; answers one by one only for who may read them."""

import asyncio
from typing import Any

from content.sheets import Sheet, write_book
from db.errors import StaleButton
from db.surveys import publications, raw, response
from db.surveys.publications import Results
from handlers.answers import Answer, File
from handlers.context import Context, Tools
from handlers.office.survey_results.feature import feature
from handlers.office.survey_results.screens import note
from handlers.office.survey_results.sheets import Book
from handlers.office.survey_results.wording import Wording
from handlers.speaking import Built, file_builder

BUILDER = "survey_results"


@feature.button("svr_file")
async def download(context: Context, round_id: int) -> Answer:
    """Give the workbook; what of it only few may read follows from the roles held now, and is kept in the audit."""
    found = await publications.results(context.session, round_id)
    if not found.published:
        raise StaleButton
    roles = frozenset(role.name for role in context.person.roles)
    secrecy = found.round.secrecy
    parts = {
        "rows": raw.may_read_rows(secrecy, roles),
        "texts": raw.may_read_texts(secrecy, roles),
        "special": "counsellor" in roles,
    }
    await note(context, "survey.results", found, **parts)
    minutes = context.tools.rules.file_delete_minutes
    return File(BUILDER, {"round": round_id, "minutes": minutes, **parts}, delete_minutes=minutes)


@file_builder(BUILDER)
async def build(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Write the workbook."""
    async with tools.database.reading() as session:
        found = await publications.results(session, values["round"])
        assert found.tables is not None
        words = Wording(tools.catalog, language, found)
        book = Book(words, found.tables)
        how, rates = await response.response(session, found.round.id), await response.rates(session, found.round.id)
        smallest = tools.rules.smallest_group
        first = [book.summary(how, rates, smallest)]
        first += [book.units(rates, await response.unit_rates(session, found.round.id), smallest), book.codes()]
        first += [book.overall(found.tables.questions), book.layouts(), book.word_lists()]
        rows = await raw.rows(session, found.round, found.definition) if values["rows"] else []
        more = [book.raw(rows)] if values["rows"] else []
        more += await _guarded(session, found, book, values)
    content = await asyncio.to_thread(write_book, [*first, *more], zone=tools.clock.zone.key)
    told = {"title": words.title(), "minutes": values["minutes"], "rows": len(rows)}
    name = words.label("file.name", code=found.definition.code.lower())
    return Built(name, content, tools.catalog.render("survey_results/file", told, language))


async def _guarded(session: Any, found: Results, book: Book, values: dict[str, Any]) -> list[Sheet]:
    sheets = []
    if values["texts"]:
        sheets.append(book.texts(await raw.texts(session, found.round, found.definition)))
    if values["special"]:
        sheets.append(book.overall(await raw.special(session, found.round, found.definition), "special"))
    return sheets
