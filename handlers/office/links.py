"""New links: whoever looks after a unit sees who joined by phone, and says `Sahkan` or not."""

from datetime import datetime
from typing import Any

from db import audit, link_review, links, roles
from db.errors import NotAllowed
from db.link_review import LinkCase, Scope
from db.models import Employee, Unit
from db.nip import masked
from db.people import Person
from handlers.answers import Answer, Show, show, toast
from handlers.buttons import Button, act, pick
from handlers.context import Context
from handlers.features import Feature
from handlers.keyboards import paged
from handlers.linking import tell_chat, tell_person

feature = Feature("links")

KEEPERS = ("officer", "unit_operator")
"""Who looks after people: officers everywhere, unit operators in their subtree."""


def scope_of(person: Person) -> Scope:
    """Give the subtrees somebody looks after; None: all of them."""
    paths = [role.unit_path for role in person.roles if role.name in KEEPERS]
    return None if None in paths else [path for path in paths if path is not None]


async def admit_keeper(context: Context, employee: Employee, unit: Unit) -> None:
    """Refuse an act on somebody outside the own subtree, on oneself, or on somebody above."""
    if not context.person.covers(unit.path, *KEEPERS):
        raise NotAllowed
    await roles.refuse_above(context.session, context.person.employee_id, employee.id)


async def link_rows(context: Context) -> list[list[Button]]:
    """Give the rows that lead to new links, contested ones and slips, with how many wait."""
    scope = scope_of(context.person)
    new = await link_review.new_count(context.session, scope)
    contested = await link_review.claim_count(context.session, scope)
    rows = [[act("new_links_waiting", "links", 0, count=new)]]
    if contested:
        rows.append([act("claims_waiting", "claims", 0, count=contested)])
    return [*rows, [act("slips", "slips", 0)]]


@feature.button("links")
async def list_new_links(context: Context, page: int) -> Answer:
    """List who joined by phone and waits to be confirmed."""
    return await _listed(context, page)


@feature.button("newlink")
async def look_at_link(context: Context, link_id: int) -> Answer:
    """Show who a new link is about."""
    case = await _case(context, link_id)
    await audit.write(
        context.session, "link.view", at=context.now, subject="employee", subject_id=case.employee.id,
        actor_id=context.person.employee_id,
    )  # fmt: skip
    rephoned = await links.rephoned_since(context.session, case.employee.id, case.link.linked_at)
    rows = [[act("confirm_link", "confirm", link_id)], [act("reject_link", "reject", link_id)], [back_to_links()]]
    about = about_link(case.employee, case.unit, case.link.way, case.link.linked_at)
    return show("links/person", *rows, **about, telegram_number=str(case.link.chat_id), rephoned=rephoned)


@feature.button("confirm")
async def confirm_link(context: Context, link_id: int) -> Answer:
    """Raise the link to level 2, and tell the person."""
    case = await _case(context, link_id)
    await link_review.confirm(context.session, case.link, context.person.employee_id, context.now)
    await tell_person(context, case.employee.id, "links/confirmed", once=str(link_id))
    return [toast("links/confirmed_toast"), await _listed(context, 0)]


@feature.button("reject")
async def reject_link(context: Context, link_id: int) -> Answer:
    """Close the link, and tell the account."""
    case = await _case(context, link_id)
    await links.close(context.session, case.link, "rejected", context.person.employee_id, context.now)
    await tell_chat(context, case.link.chat_id, "links/rejected", once=str(link_id))
    return [toast("links/rejected_toast"), await _listed(context, 0)]


def about_link(employee: Employee, unit: Unit, way: str, since: datetime) -> dict[str, Any]:
    """Give what is shown of somebody's link; the number is masked, chat is no vault."""
    return {
        "name": employee.full_name,
        "unit": unit.name,
        "nip": masked(employee.nip),
        "way": way,
        "since": since.isoformat(),
    }


def back_to_links() -> Button:
    """Make the button that leads back to the new links."""
    return act("back", "links", 0)


async def _case(context: Context, link_id: int) -> LinkCase:
    case = await link_review.new_link(context.session, link_id)
    await admit_keeper(context, case.employee, case.unit)
    return case


async def _listed(context: Context, page: int) -> Show:
    cases = await link_review.new_links(context.session, scope_of(context.person))
    choices = [pick(f"{one.employee.full_name} · {one.unit.name}", "newlink", one.link.id) for one in cases]
    return show("links/list", *paged(choices, page, "links"), [act("to_links", "menu", "pegawai")], count=len(cases))
