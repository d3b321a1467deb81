"""Of which agencies a file holds everybody: only there can somebody count as left."""

from functools import partial

from db import approvals, units
from db.roster import approving, imports
from handlers.answers import Answer, Show, show
from handlers.buttons import act, pick
from handlers.context import Context
from handlers.keyboards import paged
from handlers.office.roster.asking import close_askings
from handlers.office.roster.feature import feature
from handlers.office.roster.files import report_of
from handlers.office.roster.trial import note_trial, own, trial_screen, try_out


@feature.button("rocomplete")
async def list_agencies(context: Context, import_id: int, page: int) -> Answer:
    """List the file's agencies, the chosen ones marked."""
    row, file = await imports.held(context.session, import_id)
    own(context, row)
    return await _listed(context, import_id, page, file.agencies, row.complete_agencies)


@feature.button("rochoose")
async def choose(context: Context, import_id: int, agency_id: int, page: int) -> Answer:
    """Choose an agency, or choose it no more."""
    row, file = await imports.held(context.session, import_id)
    own(context, row)
    if agency_id in file.agencies:
        imports.choose(row, agency_id)
    return await _listed(context, import_id, page, file.agencies, row.complete_agencies)


@feature.button("rocheck")
async def check_again(context: Context, import_id: int) -> Answer:
    """Compare the kept file anew; who asked a second officer takes that back by it."""
    row, file = await imports.held(context.session, import_id, imports.STAGED, imports.AWAITING)
    own(context, row)
    trial = await context.outside(partial(try_out, context.tools, file, tuple(row.complete_agencies)))
    for approval_id in await approving.withdraw(context.session, row, context.person.employee_id, context.now):
        await close_askings(context, approval_id, approvals.WITHDRAWN)
    imports.take_back(row)
    row.counts = trial.plan.counts.as_dict()
    await note_trial(context, row, trial)
    return [trial_screen(context, import_id, trial, file), report_of(context, import_id)]


async def _listed(context: Context, import_id: int, page: int, offered: tuple[int, ...], chosen: list[int]) -> Show:
    word = context.tools.catalog.label
    choices = []
    for one in await units.agencies(context.session):
        if one.id in offered:
            key = "roster.chosen" if one.id in chosen else "roster.not_chosen"
            text = word(key, context.language, name=one.name, people=one.people)
            choices.append(pick(text, "rochoose", import_id, one.id, page))
    rows = [*paged(choices, page, "rocomplete", import_id), [act("chosen", "rocheck", import_id)]]
    return show("roster/complete", *rows, [act("abort", "rodrop", import_id)], chosen=len(chosen))
