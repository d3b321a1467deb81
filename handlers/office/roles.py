"""`/peran`: an admin sees who holds which role, grants, ends, locks and unlocks."""

from typing import Any

from db import approvals, audit, roles, units
from db.errors import StaleButton
from db.nip import DIGITS, masked
from db.people import ROLES
from handlers.answers import Answer, Forget, Show, say, show, toast
from handlers.buttons import Button, act, pick
from handlers.context import Context
from handlers.features import Feature
from handlers.keyboards import paged
from handlers.linking import tell_person
from handlers.menus import to_menu
from handlers.office.admin_grants import ask_second_admin

feature = Feature("roles")


def role_words(context: Context, role: str) -> str:
    """Say a role in the reader's language."""
    return context.tools.catalog.label(f"roles.{role}", context.language)


@feature.command("peran")
async def open_roles(context: Context, _words: str) -> Answer:
    """List who holds a role, and what waits for a second admin."""
    return await _listed(context, 0)


@feature.button("rolelist")
async def list_roles(context: Context, page: int) -> Answer:
    """Leaf through those who hold a role."""
    return await _listed(context, page)


@feature.button("rolesof")
async def look_at_holder(context: Context, employee_id: int) -> Answer:
    """Show one person's roles."""
    return await _person(context, employee_id)


@feature.button("addrole")
async def whom_to_grant(context: Context) -> Answer:
    """Ask whose role it shall be."""
    await context.enter("whom")
    return show("roles/whom", [act("abort", "cancel")])


@feature.text("whom")
async def search(context: Context, words: str) -> Answer:
    """Offer the people the words fit."""
    found = await roles.search(context.session, words)
    await audit.write(
        context.session, "employee.search", at=context.now, subject="employee",
        actor_id=context.person.employee_id, count=len(found),
    )  # fmt: skip
    choices = [
        [pick(f"{one.full_name} · {(await units.one(context.session, one.unit_id)).name}", "rolesof", one.id)]
        for one in found
    ]
    typed_number = sum(sign.isdigit() for sign in words) >= DIGITS  # chat is no vault: no whole number stays in it
    said = say("roles/found", *choices, [act("abort", "cancel")], count=len(found), most=roles.FOUND_AT_MOST)
    return [Forget(), said] if typed_number else said


@feature.button("pickrole")
async def pick_role(context: Context, employee_id: int) -> Answer:
    """Offer the roles."""
    holder = await roles.officer(context.session, employee_id)
    rows = [[pick(role_words(context, role), "roleunit", employee_id, role, 0, 0)] for role in ROLES]
    return show("roles/pick_role", *rows, [act("back", "rolesof", employee_id)], name=holder.employee.full_name)


@feature.button("roleunit")
async def pick_unit(context: Context, employee_id: int, role: str, unit_id: int, page: int) -> Answer:
    """Ask for the unit of an operator, from the own agency down; other roles hold everywhere."""
    holder = await roles.officer(context.session, employee_id)
    if role not in ROLES:
        raise StaleButton
    if role != roles.OPERATOR:
        return await _confirm(context, employee_id, role, None)
    unit = await units.one(context.session, unit_id or holder.employee.agency_id)
    whole = [[act("whole_unit", "grantrole", employee_id, role, unit.id, 0)]]
    below = [
        pick(one.name, "roleunit", employee_id, role, one.id, 0)
        for one in await units.children(context.session, unit.id)
    ]
    rows = [*whole, *paged(below, page, "roleunit", employee_id, role, unit.id)]
    others = [[act("other_agency", "roleagency", employee_id, 0)], [act("back", "pickrole", employee_id)]]
    return show("roles/pick_unit", *rows, *others, name=holder.employee.full_name, unit=unit.name)


@feature.button("roleagency")
async def pick_agency(context: Context, employee_id: int, page: int) -> Answer:
    """Offer every agency for an operator."""
    holder = await roles.officer(context.session, employee_id)
    choices = [
        pick(one.name, "roleunit", employee_id, roles.OPERATOR, one.id, 0)
        for one in await units.agencies(context.session)
    ]
    rows = [*paged(choices, page, "roleagency", employee_id), [act("back", "pickrole", employee_id)]]
    return show("roles/pick_agency", *rows, name=holder.employee.full_name)


@feature.button("grantrole")
async def grant_role(context: Context, employee_id: int, role: str, unit_id: int, sure: int) -> Answer:
    """Grant at the second press; an admin's grant goes to a second admin first."""
    if not sure:
        return await _confirm(context, employee_id, role, unit_id or None)
    await roles.officer(context.session, employee_id)
    await context.leave()
    if role == "admin":
        return await ask_second_admin(context, employee_id)
    by = context.person.employee_id
    held = await roles.grant(context.session, employee_id, role, unit_id=unit_id or None, by=by, now=context.now)
    await tell_person(context, employee_id, "roles/granted", once=str(held.id), role=role)
    return [toast("roles/granted_toast"), await _person(context, employee_id)]


@feature.button("endrole")
async def end_role(context: Context, grant_id: int) -> Answer:
    """End a role at once; one admin is enough to stop."""
    held = await roles.end(context.session, grant_id, context.person.employee_id, context.now)
    await tell_person(context, held.employee_id, "roles/ended", once=str(held.id), role=held.role)
    return [toast("roles/ended_toast"), await _person(context, held.employee_id)]


@feature.button("lock")
async def lock(context: Context, employee_id: int) -> Answer:
    """Let none of somebody's roles work until unlocked."""
    await roles.officer(context.session, employee_id)
    await roles.lock(context.session, employee_id, context.person.employee_id, context.now)
    await tell_person(context, employee_id, "roles/locked", once=f"{context.now:%Y%m%d%H%M%S}")
    return [toast("roles/locked_toast"), await _person(context, employee_id)]


@feature.button("unlock")
async def unlock(context: Context, employee_id: int) -> Answer:
    """Let somebody's roles work again."""
    await roles.unlock(context.session, employee_id, context.person.employee_id, context.now)
    await tell_person(context, employee_id, "roles/unlocked", once=f"{context.now:%Y%m%d%H%M%S}")
    return [toast("roles/unlocked_toast"), await _person(context, employee_id)]


async def _listed(context: Context, page: int) -> Show:
    holders = await roles.officers(context.session)
    choices = [pick(_holder_words(context, one), "rolesof", one.employee.id) for one in holders]
    waiting = [
        [act("admin_waiting", "adminasked", one.id)]
        for one in await approvals.waiting(context.session, approvals.GRANT_ADMIN)
    ]
    rows = [*waiting, *paged(choices, page, "rolelist"), [act("add_role", "addrole")], [to_menu()]]
    return show("roles/list", *rows, count=len(holders), waiting=len(waiting))


def _holder_words(context: Context, holder: roles.Officer) -> str:
    held = ", ".join(dict.fromkeys(role_words(context, grant.role) for grant, _ in holder.grants))
    return f"{'🔒 ' if holder.locked else ''}{holder.employee.full_name} · {held}"


async def _person(context: Context, employee_id: int) -> Show:
    holder = await roles.officer(context.session, employee_id)
    await context.leave()
    held = [
        {"role": role_words(context, grant.role), "unit": unit.name if unit else None} for grant, unit in holder.grants
    ]
    values: dict[str, Any] = {
        "name": holder.employee.full_name,
        "unit": (await units.one(context.session, holder.employee.unit_id)).name,
        "nip": masked(holder.employee.nip),
        "roles": held,
        "locked": holder.locked,
    }
    return show("roles/person", *_acts(context, holder), **values)


def _acts(context: Context, holder: roles.Officer) -> list[list[Button]]:
    who = holder.employee.id
    ends = [[act("end_role", "endrole", grant.id, role=role_words(context, grant.role))] for grant, _ in holder.grants]
    turn = act("unlock_officer", "unlock", who) if holder.locked else act("lock_officer", "lock", who)
    return [[act("grant_role", "pickrole", who)], *ends, *([[turn]] if holder.grants else []),
            [act("back", "rolelist", 0)]]  # fmt: skip


async def _confirm(context: Context, employee_id: int, role: str, unit_id: int | None) -> Show:
    holder = await roles.officer(context.session, employee_id)
    await roles.judge_grant(context.session, employee_id, role, unit_id, context.person.employee_id)
    unit = await units.one(context.session, unit_id) if unit_id else None
    rows = [[act("grant_role", "grantrole", employee_id, role, unit_id or 0, 1)], [act("back", "rolesof", employee_id)]]
    about = {"name": holder.employee.full_name, "role": role_words(context, role), "over": unit.name if unit else None}
    return show("roles/confirm", *rows, **about, second=role == "admin")
