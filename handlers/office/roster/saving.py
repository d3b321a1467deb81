"""`Simpan perubahan` and `Batal`: planned anew where it is saved, so a second press finds nothing to save."""

from functools import partial

from db import approvals, audit
from db.models import RosterImport
from db.roster import approving, imports
from db.roster.planning import Plan
from db.roster.saving import save
from handlers.answers import Answer, Show, show, toast
from handlers.buttons import act
from handlers.context import Context
from handlers.office.roster.asking import ask_others, close_askings
from handlers.office.roster.feature import feature
from handlers.office.roster.trial import Trial, compare, own, read, told, trial_screen


@feature.button("rosave")
async def save_changes(context: Context, import_id: int) -> Answer:
    """Save all good rows, or ask a second officer; what differs from what was shown is shown first."""
    row, file = await imports.held(context.session, import_id)
    own(context, row)
    found = await context.outside(partial(read, context.tools, file))
    trial = Trial(found, await compare(context.session, context.tools, found.judged, row.complete_agencies))
    if trial.plan.counts.as_dict() != row.counts:
        row.counts = trial.plan.counts.as_dict()
        return [toast("roster/changed_since", alert=True), trial_screen(context, import_id, trial, file)]
    if trial.plan.needs_second:
        return await ask_others(context, row, file, trial.plan)
    await keep(context, row, trial.plan)
    return saved_screen(context, trial)


async def keep(context: Context, row: RosterImport, plan: Plan, *, approved: bool = False) -> None:
    """Save a plan made in this transaction in the name of who brought it; the kept file is erased."""
    await save(context.session, plan, actor_id=row.actor_id, via="chat", now=context.now, approved=approved)
    row.counts = plan.counts.as_dict()
    imports.end(row, imports.SAVED, context.now)


def saved_screen(context: Context, trial: Trial) -> Show:
    """Say what was saved."""
    return show("roster/summary", [act("to_links", "menu", "pegawai")], **told(context, trial, saved=True))


@feature.button("rodrop")
async def drop(context: Context, import_id: int) -> Answer:
    """Save nothing and erase the file."""
    row, _ = await imports.held(context.session, import_id, imports.STAGED, imports.AWAITING)
    own(context, row)
    by = context.person.employee_id
    for approval_id in await approving.withdraw(context.session, row, by, context.now):
        await close_askings(context, approval_id, approvals.WITHDRAWN)
    imports.end(row, imports.DROPPED, context.now)
    await audit.write(context.session, "roster.drop", at=context.now, subject="roster", subject_id=row.id, actor_id=by)
    return show("roster/dropped", [act("to_links", "menu", "pegawai")])
