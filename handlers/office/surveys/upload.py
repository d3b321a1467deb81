"""A survey comes as a workbook: all its mistakes with their cells, or a draft."""

import asyncio
from dataclasses import dataclass
from functools import partial

import telegram

from content.errors import SheetError
from content.survey_sheets import Mistake
from db.surveys import reading, versions
from db.surveys.definition import Definition
from handlers.answers import Answer, File, say, show
from handlers.buttons import act
from handlers.context import Context
from handlers.errors import excuse
from handlers.fetching import fetch
from handlers.office.surveys.feature import feature
from handlers.office.surveys.files import TEMPLATE, remarks_of
from handlers.office.surveys.measuring import measure
from handlers.office.surveys.sheet import cell_words, mistake_words, read_sheet
from handlers.office.surveys.version import version_screen

FILE = "survey_file"
LARGEST = 2**20
"""Bytes of a workbook; two hundred questions with all their options take a tenth of it."""
TOLD = 20
"""Mistakes told in the message; the file back has them all."""


@dataclass(frozen=True)
class Came:
    """A workbook that came: its definition, or its mistakes."""

    name: str
    data: bytes
    definition: Definition | None
    mistakes: list[Mistake]


@feature.button("svk_upload")
async def ask_file(context: Context) -> Answer:
    """Ask for the workbook."""
    await context.enter(FILE)
    return show("office_surveys/ask_file", [act("template", "svk_template")], [act("abort", "cancel")])


@feature.button("svk_template")
async def template(_context: Context) -> Answer:
    """Hand out the template."""
    return File(TEMPLATE)


@feature.document(FILE)
async def receive(context: Context) -> Answer:
    """Keep a sound definition as a draft; tell every mistake of another, keep nothing of it, and wait for the next."""
    document, bot = context.message.document, context.bot
    assert document is not None
    assert bot is not None
    came = await context.outside(partial(_fetch_and_read, bot, document))
    if isinstance(came, SheetError):
        return await excuse(context, came)
    if came.definition is None:
        return _mistakes(context, came)
    await context.leave()
    made = await versions.keep(context.session, came.definition, context.person.employee_id, context.now)
    return await version_screen(context, made)


def _mistakes(context: Context, came: Came) -> Answer:
    catalog, language = context.tools.catalog, context.language
    told = [
        {"cell": cell_words(catalog, one, language), "words": mistake_words(catalog, one, language)}
        for one in came.mistakes[:TOLD]
    ]
    screen = say(
        "office_surveys/mistakes", [act("abort", "cancel")], mistakes=told, count=len(came.mistakes), told=len(told)
    )
    return [screen, remarks_of(came.name, came.data)]


async def _fetch_and_read(bot: telegram.Bot, document: telegram.Document) -> Came | SheetError:
    """Fetch and read; a file that is no workbook is a result here, so that the next one is still waited for."""
    name = document.file_name or ""
    try:
        data = await fetch(bot, document, LARGEST)
        return await asyncio.to_thread(_read, name, data)
    except SheetError as refusal:
        return refusal


def _read(name: str, data: bytes) -> Came:
    mapping, mistakes = read_sheet(data, name)
    definition = None if mistakes else reading.read(mapping)
    if definition is not None:
        measure(definition)  # its screen follows, and a handler works outside only once
    return Came(name, data, definition, mistakes)
