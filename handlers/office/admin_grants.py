"""Granting admin takes two admins: one asks, another approves or gives back."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from content.catalog import Catalog
from db import approvals, links, roles
from db.engine import Session
from db.errors import NotFound, StaleButton
from db.models import Approval
from handlers.answers import Answer, say, show
from handlers.buttons import Rows, act
from handlers.context import Context
from handlers.features import Feature
from handlers.linking import tell_person
from handlers.outgoing import filled_by, keyboard_for

feature = Feature("admin_grants")

LONGEST_REASON = 500
"""Characters of a reason; it stands in one message."""
ADMIN = "admin"


async def ask_second_admin(context: Context, employee_id: int) -> Answer:
    """Ask the other admins who may approve; raises where there is none."""
    by = context.person.employee_id
    await roles.judge_grant(context.session, employee_id, ADMIN, None, by)
    rest = context.tools.rules.officer_rest_days
    asked = await approvals.ask(
        context.session, approvals.GRANT_ADMIN, employee_id, digest=await _digest(context.session, employee_id),
        values={"role": ADMIN}, by=by, now=context.now, rest_days=rest,
    )  # fmt: skip
    name = (await links.somebody(context.session, employee_id)).full_name
    others = await approvals.second_officers(context.session, approvals.GRANT_ADMIN, by, context.now, rest_days=rest)
    for other in others:
        await tell_person(context, other.id, "roles/admin_asked", once=str(asked.id), approval=asked.id, name=name)
    return show("roles/admin_waiting", [act("back", "rolelist", 0)], name=name)


@feature.button("adminasked")
async def look_at_asking(context: Context, approval_id: int) -> Answer:
    """Show who shall become an admin."""
    asked = await _open(context, approval_id)
    name = (await links.somebody(context.session, asked.subject_id or 0)).full_name
    rows = [*_decisions({"approval": asked.id}), [act("back", "rolelist", 0)]]
    return show("roles/admin_asked", *rows, name=name)


@feature.button("adminyes")
async def approve(context: Context, approval_id: int) -> Answer:
    """Approve as the second admin; the link the person had when it was asked must still be theirs."""
    asked = await _open(context, approval_id)
    who, by = asked.subject_id or 0, context.person.employee_id
    await approvals.approve(
        context.session, asked.id, by, context.now, await _digest(context.session, who),
        rest_days=context.tools.rules.officer_rest_days,
    )  # fmt: skip
    await roles.grant(context.session, who, ADMIN, by=asked.asked_by, now=context.now)
    name = (await links.somebody(context.session, who)).full_name
    await tell_person(context, who, "roles/granted", once=f"a{asked.id}", role=ADMIN)
    await tell_person(context, asked.asked_by, "roles/admin_granted", once=str(asked.id), name=name)
    return show("roles/admin_granted", [act("back", "rolelist", 0)], name=name)


@feature.button("adminback")
async def give_back(context: Context, approval_id: int) -> Answer:
    """Ask why it is given back."""
    asked = await _open(context, approval_id)
    await context.enter("adminback", approval_id=asked.id)
    return show("roles/admin_why", [act("abort", "cancel")])


@feature.text("adminback")
async def reason_given(context: Context, text: str) -> Answer:
    """Give it back with the reason, and tell who asked."""
    place = await context.place()
    if place is None:
        raise StaleButton
    if len(text) > LONGEST_REASON:
        return say("roles/reason_too_long", [act("abort", "cancel")], most=LONGEST_REASON, length=len(text))
    by = context.person.employee_id
    asked = await approvals.give_back(context.session, place.values["approval_id"], by, context.now, text)
    await context.leave()
    name = (await links.somebody(context.session, asked.subject_id or 0)).full_name
    await tell_person(context, asked.asked_by, "roles/admin_returned", once=str(asked.id), name=name, reason=text)
    return say("roles/admin_given_back", [act("back", "rolelist", 0)], name=name)


@keyboard_for("roles/admin_asked")
def _decisions(values: Mapping[str, Any]) -> Rows:
    asked = values["approval"]
    return [[act("approve", "adminyes", asked), act("return", "adminback", asked)]]


@filled_by("roles/admin_asked")
def _without_number(_catalog: Catalog, values: Mapping[str, Any], _language: str) -> Mapping[str, Any]:
    return {"name": values["name"]}


@filled_by("roles/granted")
@filled_by("roles/ended")
def _in_words(catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    return {"role": catalog.label(f"roles.{values['role']}", language)}


async def _open(context: Context, approval_id: int) -> Approval:
    for asked in await approvals.waiting(context.session, approvals.GRANT_ADMIN):
        if asked.id == approval_id:
            return asked
    raise StaleButton


async def _digest(session: Session, employee_id: int) -> str:
    link = await links.open_link(session, employee_id)
    if link is None:
        raise NotFound
    return sha256(f"{ADMIN}:{employee_id}:{link.generation}".encode()).hexdigest()
