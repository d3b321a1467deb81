"""`Formulir kertas`: for which surveys there are forms, and what can be done with one of them."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from db.surveys import definitions, paper
from handlers.answers import Answer, File, Show, show
from handlers.buttons import Button, Rows, act, pick
from handlers.context import Context
from handlers.employee.survey_reminders import in_language
from handlers.office.links import scope_of
from handlers.office.survey_paper.feature import feature
from handlers.office.survey_paper.files import FORM, SHEET
from handlers.outgoing import filled_by, keyboard_for

STEP = "survey_paper"
"""The dialog's step at which a filled sheet is waited for, and kept between its trial and its saving."""


async def paper_rows(context: Context) -> list[list[Button]]:
    """Give the row that leads to paper forms, where somebody of the own subtree may still hand one in."""
    found = await paper.open_rounds(context.session, scope_of(context.person), context.now)
    return [[act("paper_forms", "svp_list")]] if found else []


@feature.button("svp_list")
async def list_rounds(context: Context) -> Answer:
    """List the surveys for which forms may be handed in."""
    found = await paper.open_rounds(context.session, scope_of(context.person), context.now)
    entries = [[pick(in_language(title, context.language), "svp", round_id)] for round_id, title in found]
    return show("survey_paper/list", *entries, [act("to_links", "menu", "pegawai")], count=len(found))


@feature.button("svp")
async def open_paper(context: Context, round_id: int) -> Answer:
    """Show what can be done on paper in one round."""
    return await paper_screen(context, round_id)


async def paper_screen(context: Context, round_id: int) -> Show:
    """Show the form, the sheet and the way back in."""
    round_ = await paper.opened(context.session, round_id, context.now)
    definition = await definitions.of_version(context.session, round_.version_id)
    officer = context.person.has("officer")
    back = act("back", "svk_round", round_id) if officer else act("back", "svp_list")
    return show(
        "survey_paper/overview",
        [act("paper_form_file", "svp_form", round_id)],
        [act("paper_sheet_file", "svp_sheet", round_id)],
        [act("paper_upload", "svp_upload", round_id)],
        [back],
        title=definition.title.said(context.language),
        waiting=await paper.count(context.session, round_id, scope_of(context.person)),
        secrecy=round_.secrecy,
    )


@feature.button("svp_form")
async def form(context: Context, round_id: int) -> Answer:
    """Hand out the form to print; there is nothing about anybody in it."""
    await paper.opened(context.session, round_id, context.now)
    return File(FORM, {"round": round_id})


@feature.button("svp_sheet")
async def sheet(context: Context, round_id: int) -> Answer:
    """Hand out the sheet to type into; it names people, so it goes from the chat after a while."""
    await paper.opened(context.session, round_id, context.now)
    minutes = context.tools.rules.file_delete_minutes
    return File(SHEET, {"round": round_id, "scope": scope_of(context.person), "minutes": minutes}, minutes)


@filled_by(paper.MESSAGE)
def _entered(_catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    return {"title": in_language(values["title"], language), "at": values["at"]}


@keyboard_for(paper.MESSAGE)
def _under(values: Mapping[str, Any]) -> Rows:
    return [[act("my_answers", "md_survey", values["round"])]]
