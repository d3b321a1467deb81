"""A roster comes into the chat: asked for, fetched, tried out and kept sealed; the message with it goes at once."""

from dataclasses import dataclass, replace
from functools import partial

import telegram

from content.errors import SheetError
from db import units
from db.engine import Database
from db.errors import DomainError
from db.roster import imports
from db.roster.imports import StagedFile
from handlers.answers import Answer, File, Forget, parts, show
from handlers.buttons import act
from handlers.context import Context, Tools
from handlers.errors import excuse
from handlers.fetching import fetch
from handlers.office.roster.feature import feature
from handlers.office.roster.files import TEMPLATE, report_of
from handlers.office.roster.trial import Trial, note_trial, trial_screen, try_out

FILE = "roster_file"
LARGEST = 20 * 2**20
"""Bytes a bot may fetch (Bot API, getFile)."""


@dataclass(frozen=True)
class Came:
    """A file that came and could be read."""

    file: StagedFile
    trial: Trial


@feature.button("roupload")
async def ask_file(context: Context) -> Answer:
    """Ask for the file."""
    await context.enter(FILE)
    return show("roster/ask_file", [act("template", "rotemplate")], [act("abort", "cancel")])


@feature.button("rotemplate")
async def template(_context: Context) -> Answer:
    """Hand out the template."""
    return File(TEMPLATE)


@feature.document(FILE)
async def receive(context: Context) -> Answer:
    """Try the file out and keep it, or say why it cannot be read and wait for another."""
    document, bot = context.message.document, context.bot
    assert document is not None
    assert bot is not None
    came = await context.outside(partial(_fetch_and_try, context.tools, bot, document))
    if not isinstance(came, Came):
        return [Forget(), *parts(await excuse(context, came))]
    by, now = context.person.employee_id, context.now
    await imports.drop_staged(context.session, by, now)
    row = await imports.stage(context.session, came.trial.plan, came.file, actor_id=by, now=now)
    await context.leave()
    await note_trial(context, row, came.trial)
    return [Forget(), trial_screen(context, row.id, came.trial, came.file), report_of(context, row.id)]


async def _fetch_and_try(
    tools: Tools, bot: telegram.Bot, document: telegram.Document
) -> Came | DomainError | SheetError:
    """Fetch and try; a refusal is a result here, so that the file goes from the chat all the same."""
    try:
        data = await fetch(bot, document, LARGEST)
        file = StagedFile(document.file_name or "", data)
        trial = await try_out(tools, file)
        return Came(replace(file, agencies=await _known_agencies(tools.database, trial)), trial)
    except (DomainError, SheetError) as refusal:
        return refusal


async def _known_agencies(database: Database, trial: Trial) -> tuple[int, ...]:
    """Give those agencies of the file in which somebody works."""
    in_file = {entry.agency.key for entry in trial.read.judged.entries}
    async with database.reading() as session:
        known = await units.agencies(session)
    return tuple(one.id for one in known if one.people and units.name_key(one.name) in in_file)
