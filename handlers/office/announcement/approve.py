"""The second officer: sees the whole text and audience, approves what stands there, or returns it with a reason."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from db import announcements, approvals, outbox
from db.announcements import Plan
from db.audiences import Reach
from db.errors import StaleButton
from db.models import Announcement
from handlers.answers import Answer, say, show
from handlers.buttons import Rows, act
from handlers.context import Context
from handlers.office.announcement import written
from handlers.office.announcement.audience import audience_named, draft_screen
from handlers.office.announcement.feature import feature
from handlers.office.announcement.launching import launch
from handlers.office.announcement.progress import state_screen
from handlers.office.announcement.words import audience_words, title
from handlers.outgoing import filled_by, keyboard_for

REASON = "announcement_reason"
LONGEST_REASON = 500


async def ask_others(context: Context, one: Announcement, found: Reach, plan: Plan) -> None:
    """Ask every other officer who may approve."""
    session, rules, by = context.session, context.tools.rules, context.person.employee_id
    approval = await announcements.ask(
        session, one, found.reachable, plan, context.now, rest_days=rules.officer_rest_days
    )
    values = {
        "id": one.id,
        "approval": approval.id,
        "text": one.text,
        "people": found.reachable,
        "audience": await audience_named(context, one),
        "scheduled": plan.scheduled,
        "in_spite": plan.in_spite,
    }
    others = await approvals.second_officers(
        session, announcements.ACT, by, context.now, rest_days=rules.officer_rest_days
    )
    for other in others:
        key = announcements.ASK_KEY.format(approval.id, other.id)
        await tell(context, "announcements/approval_asked", values, other.id, key)


async def tell(context: Context, name: str, values: Mapping[str, Any], employee_id: int, key: str) -> None:
    """Leave a message about an announcement for an officer, once."""
    await outbox.queue(
        context.session, name, values, employee_id=employee_id, lane=outbox.Lane.REPLIES, due_at=context.now,
        unique_key=key,
    )  # fmt: skip


async def close_askings(context: Context, one: Announcement, decision: str, *, but: int | None = None) -> None:
    """Take the buttons from the messages that asked, and say what was decided; `but` is whose screen shows it."""
    assert one.approval_id is not None
    values = {"title": title(one.text), "decision": decision}
    for row_id, officer_id in await announcements.askings(context.session, one.approval_id):
        if officer_id != but:
            await outbox.queue(
                context.session, "announcements/asked_before", values, employee_id=officer_id,
                verb=outbox.Verb.EDIT, target_row=row_id, lane=outbox.Lane.REPLIES, due_at=context.now,
            )  # fmt: skip


@filled_by("announcements/approval_asked")
def _asked(catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    names = ("text", "people", "scheduled", "in_spite")
    said = {name: values[name] for name in names}
    return {**said, "audience": audience_words(catalog, values["audience"], language)}


@keyboard_for("announcements/approval_asked")
def _asked_rows(values: Mapping[str, Any]) -> Rows:
    this = (values["id"], values["approval"])
    return [[act("approve", "ann_approve", *this)], [act("return", "ann_return", *this)]]


@keyboard_for("announcements/approved")
def _approved_rows(values: Mapping[str, Any]) -> Rows:
    return [[act("watch", "ann_open", values["id"])]]


@keyboard_for("announcements/returned")
def _returned_rows(values: Mapping[str, Any]) -> Rows:
    return [[act("open_draft", "ann_open", values["id"])]]


@filled_by("announcements/approved")
@filled_by("announcements/returned")
def _without_id(_catalog: Catalog, values: Mapping[str, Any], _language: str) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if name != "id"}


async def _asked_of(context: Context, announcement_id: int, approval_id: int) -> Announcement:
    """Give an announcement that waits for exactly this approval; an earlier asking's button is stale."""
    one = await announcements.get(context.session, announcement_id)
    approval = await announcements.asked(context.session, one)
    if approval.id != approval_id:
        raise StaleButton
    if approval.asked_by == context.person.employee_id:
        raise approvals.OwnApproval
    return one


@feature.button("ann_approve")
async def approve(context: Context, announcement_id: int, approval_id: int) -> Answer:
    """Approve exactly what was asked for; it goes at once, or when its time comes."""
    one = await _asked_of(context, announcement_id, approval_id)
    by, rest = context.person.employee_id, context.tools.rules.officer_rest_days
    plan = await announcements.approve(context.session, one, by, context.now, rest_days=rest)
    await announcements.ready(context.session, one, written.named(one.text))
    await launch(context, one, plan)
    values = {"id": one.id, "title": title(one.text)}
    await tell(context, "announcements/approved", values, one.author_id, f"announcement:approved:{approval_id}")
    await close_askings(context, one, approvals.APPROVED, but=by)
    return await state_screen(context, one)


@feature.button("ann_return")
async def ask_reason(context: Context, announcement_id: int, approval_id: int) -> Answer:
    """Ask why it goes back."""
    one = await _asked_of(context, announcement_id, approval_id)
    await context.enter(REASON, id=one.id, approval=approval_id)
    return say("announcements/why_return", [act("abort", "cancel")])


@feature.text(REASON)
async def give_back(context: Context, text: str) -> Answer:
    """Return it to its author with the reason."""
    place = await context.place()
    assert place is not None
    await context.leave()
    approval_id = place.values["approval"]
    one = await _asked_of(context, place.values["id"], approval_id)
    reason = text[:LONGEST_REASON]
    await announcements.send_back(context.session, one, context.person.employee_id, context.now, reason)
    values = {"id": one.id, "title": title(one.text), "reason": reason}
    await tell(context, "announcements/returned", values, one.author_id, f"announcement:returned:{approval_id}")
    await close_askings(context, one, approvals.RETURNED)
    return show("announcements/given_back", [act("to_menu", "menu", "menu")])


@feature.button("ann_withdraw")
async def withdraw(context: Context, announcement_id: int) -> Answer:
    """Take one's own asking back; it is a draft again."""
    one = await announcements.get(context.session, announcement_id)
    await announcements.withdraw(context.session, one, context.person.employee_id, context.now)
    await close_askings(context, one, approvals.WITHDRAWN)
    return await draft_screen(context, one)
