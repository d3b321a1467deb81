"""The second officer: sees who would leave, agrees to exactly that, or returns it with a reason."""

from functools import partial

from db import approvals, audit
from db.errors import StaleButton
from db.roster import approving, imports
from handlers.answers import Answer, say
from handlers.buttons import act
from handlers.context import Context
from handlers.office.roster.asking import close_askings, tell
from handlers.office.roster.feature import feature
from handlers.office.roster.files import leaving_of
from handlers.office.roster.saving import keep, saved_screen
from handlers.office.roster.trial import Trial, compare, read

REASON = "roster_reason"
LONGEST_REASON = 500
"""Characters of a reason; it stands in one message."""


@feature.button("roleaving")
async def see_leaving(context: Context, import_id: int, approval_id: int) -> Answer:
    """Hand out the list of who would leave; whoever took it is kept in the audit."""
    await approving.asked(context.session, import_id, approval_id)
    await audit.write(
        context.session, "roster.leaving", at=context.now, subject="roster", subject_id=import_id,
        actor_id=context.person.employee_id,
    )  # fmt: skip
    return leaving_of(context, import_id)


@feature.button("roapprove")
async def approve(context: Context, import_id: int, approval_id: int) -> Answer:
    """Agree to exactly what was asked for, and save it."""
    row, file = await imports.held(context.session, import_id, imports.AWAITING)
    by, now = context.person.employee_id, context.now
    await _refuse_own(context, import_id, approval_id)
    found = await context.outside(partial(read, context.tools, file))
    trial = Trial(found, await compare(context.session, context.tools, found.judged, row.complete_agencies))
    digest = imports.approval_digest(file, trial.plan)
    rest = context.tools.rules.officer_rest_days
    asked = await approvals.approve(context.session, approval_id, by, now, digest, rest_days=rest)
    await keep(context, row, trial.plan, approved=True)
    counts = trial.plan.counts
    values = {"accepted": counts.accepted, "left": counts.left}
    await tell(context, "roster/approved", values, asked.asked_by, f"roster:approved:{approval_id}")
    await close_askings(context, approval_id, approvals.APPROVED, but=by)
    return saved_screen(context, trial)


@feature.button("roreturn")
async def ask_reason(context: Context, import_id: int, approval_id: int) -> Answer:
    """Ask why it goes back."""
    await _refuse_own(context, import_id, approval_id)
    await context.enter(REASON, id=import_id, approval=approval_id)
    return say("roster/why_return", [act("abort", "cancel")])


@feature.text(REASON)
async def give_back(context: Context, text: str) -> Answer:
    """Return it to who brought the file, with the reason."""
    place = await context.place()
    if place is None:
        raise StaleButton
    if len(text) > LONGEST_REASON:
        return say("roles/reason_too_long", [act("abort", "cancel")], most=LONGEST_REASON, length=len(text))
    await context.leave()
    import_id, approval_id = place.values["id"], place.values["approval"]
    await approving.asked(context.session, import_id, approval_id)
    row, _ = await imports.held(context.session, import_id, imports.AWAITING)
    by = context.person.employee_id
    asked = await approving.send_back(context.session, row, approval_id, text, by=by, now=context.now)
    values = {"id": import_id, "reason": text}
    await tell(context, "roster/returned", values, asked.asked_by, f"roster:returned:{approval_id}")
    await close_askings(context, approval_id, approvals.RETURNED)
    return say("roster/given_back", [act("to_menu", "menu", "menu")])


async def _refuse_own(context: Context, import_id: int, approval_id: int) -> None:
    asked = await approving.asked(context.session, import_id, approval_id)
    if asked.asked_by == context.person.employee_id:
        raise approvals.OwnApproval
