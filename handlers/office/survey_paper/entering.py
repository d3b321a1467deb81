"""A filled sheet comes: tried out, every mistake told with its cell, and its good rows saved in one transaction."""

from base64 import b64decode, b64encode
from functools import partial
from typing import Any

import telegram

from content.errors import SheetError
from db import audit
from db.errors import NotFound, StaleButton
from db.surveys import paper
from db.surveys.paper import PaperNotOffered
from handlers.answers import Answer, Forget, Show, parts, say, show
from handlers.buttons import act
from handlers.context import Context, Tools
from handlers.employee.survey.wording import clip
from handlers.errors import excuse
from handlers.fetching import fetch
from handlers.office.links import scope_of
from handlers.office.survey_paper.feature import feature
from handlers.office.survey_paper.files import report_of
from handlers.office.survey_paper.screens import STEP, paper_screen
from handlers.office.survey_paper.trial import Sheet, Trial, mistake_words, try_out

LARGEST = 2**20
"""Bytes of a sheet; a thousand people's answers take a third of it."""
TOLD = 10
"""Mistakes and columns told in the message; the file back has them all."""
LONGEST_MISTAKE, LONGEST_COLUMN = 250, 40
"""Characters of each."""


@feature.button("svp_upload")
async def ask_sheet(context: Context, round_id: int) -> Answer:
    """Ask for the filled sheet."""
    await paper.opened(context.session, round_id, context.now)
    await context.enter(STEP, round=round_id)
    return show("survey_paper/ask_sheet", [act("paper_sheet_file", "svp_sheet", round_id)], [act("abort", "cancel")])


@feature.document(STEP)
async def receive(context: Context) -> Answer:
    """Try a filled sheet out and keep it, sealed, until it is saved or dropped; the message with it goes at once."""
    place = await context.place()
    document, bot = context.message.document, context.bot
    assert place is not None
    assert document is not None
    assert bot is not None
    round_id: int = place.values["round"]
    try:
        await paper.opened(context.session, round_id, context.now)
    except (NotFound, PaperNotOffered) as refusal:  # let through, the message with people's answers would stay
        await context.leave()
        return [Forget(), *parts(await excuse(context, refusal))]
    came = await context.outside(partial(_fetch_and_try, context.tools, bot, document, _empty(context, round_id)))
    if isinstance(came, SheetError):
        return [Forget(), *parts(await excuse(context, came))]
    sheet, trial = came
    kept = {"name": sheet.name, "data": b64encode(sheet.data).decode()} if trial.ready else {}
    await context.enter(STEP, round=round_id, **kept)
    return [Forget(), _trial_screen(context, sheet, trial), report_of(context, sheet)]


def _empty(context: Context, round_id: int) -> Sheet:
    return Sheet(round_id, scope_of(context.person), "", b"")


async def _fetch_and_try(
    tools: Tools, bot: telegram.Bot, document: telegram.Document, empty: Sheet
) -> tuple[Sheet, Trial] | SheetError:
    """Fetch and try; a refusal is a result here, so that the file goes from the chat all the same."""
    try:
        data = await fetch(bot, document, LARGEST)
        sheet = Sheet(empty.round_id, empty.scope, document.file_name or "", data)
        return sheet, await try_out(tools, sheet)
    except SheetError as refusal:
        return refusal


def _trial_screen(context: Context, sheet: Sheet, trial: Trial) -> Show:
    catalog, language = context.tools.catalog, context.language
    told = [
        clip(mistake_words(catalog, trial.entries, number, one, language), LONGEST_MISTAKE)
        for number, found in trial.mistakes.items()
        for one in found
    ]
    unused = [clip(title, LONGEST_COLUMN) for title in trial.unused[:TOLD]]
    save = [[act("save_changes", "svp_save", sheet.round_id)]] if trial.ready else []
    return show(
        "survey_paper/trial",
        *save,
        [act("abort", "svp_drop", sheet.round_id)],
        ready=len(trial.ready),
        wrong=len(trial.mistakes),
        blank=trial.blank,
        mistakes=told[:TOLD],
        more=max(0, len(told) - TOLD),
        unused=unused,
        unused_more=len(trial.unused) - len(unused),
    )


@feature.button("svp_save")
async def save(context: Context, round_id: int) -> Answer:
    """Take the good rows of the sheet that was tried; who has answered since is left alone."""
    round_ = await paper.opened(context.session, round_id, context.now)
    values = await _kept(context, round_id)
    sheet = Sheet(round_id, scope_of(context.person), values["name"], b64decode(values["data"]))
    trial = await context.outside(partial(try_out, context.tools, sheet))
    by = context.person.employee_id
    count = await paper.save(context.session, round_, list(trial.ready.values()), by, context.now)
    await audit.write(
        context.session, "survey.paper_saved", at=context.now, subject="survey", subject_id=round_id, actor_id=by,
        people=count,
    )  # fmt: skip
    await context.leave()
    return show("survey_paper/saved", [act("back", "svp", round_id)], people=count, left=len(trial.mistakes))


async def _kept(context: Context, round_id: int) -> dict[str, Any]:
    place = await context.place()
    if place is None or place.step != STEP or place.values["round"] != round_id or "data" not in place.values:
        raise StaleButton
    return place.values


@feature.button("svp_drop")
async def drop(context: Context, round_id: int) -> Answer:
    """Save nothing and forget the sheet."""
    await context.leave()
    return [say("survey_paper/dropped"), await paper_screen(context, round_id)]
