"""`Cari pegawai`: one person's card, for whoever looks after their unit."""

from db import audit, links, roles, units
from db.errors import NotAllowed
from db.models import Employee, Unit
from db.nip import DIGITS, masked
from handlers.answers import Answer, Forget, say, show
from handlers.buttons import act, pick
from handlers.context import Context
from handlers.features import Feature
from handlers.office.announcement.written import with_titles
from handlers.office.links import KEEPERS, scope_of
from handlers.office.slips import slip_button

feature = Feature("people")


@feature.button("findperson")
async def ask_whom(context: Context) -> Answer:
    """Ask for a name or number."""
    await context.enter("find_person")
    return show("people/find", [act("abort", "cancel")])


@feature.text("find_person")
async def find(context: Context, words: str) -> Answer:
    """Offer the people of the own subtree whom the words fit."""
    found = await roles.search(context.session, words, scope_of(context.person))
    by = context.person.employee_id
    await audit.write(
        context.session, "employee.search", at=context.now, subject="employee", actor_id=by, count=len(found)
    )
    choices = [[pick(f"{one.full_name} · {(await _unit(context, one)).name}", "person", one.id)] for one in found]
    typed_number = sum(sign.isdigit() for sign in words) >= DIGITS  # chat is no vault: no whole number stays in it
    said = say("people/found", *choices, [act("abort", "cancel")], count=len(found), most=roles.FOUND_AT_MOST)
    return [Forget(), said] if typed_number else said


@feature.button("person")
async def card(context: Context, employee_id: int) -> Answer:
    """Show who it is, whether they have joined, and a way to a slip; the number is masked, chat is no vault."""
    who = await links.somebody(context.session, employee_id)
    unit = await _unit(context, who)
    if not context.person.covers(unit.path, *KEEPERS):
        raise NotAllowed
    by = context.person.employee_id
    await audit.write(
        context.session, "employee.view", at=context.now, subject="employee", subject_id=who.id, actor_id=by
    )
    link = await links.open_link(context.session, who.id)
    rows = [[slip_button(who.id)]] if who.id != by else []
    return show(
        "people/card", *rows, [act("find_again", "findperson")], [act("to_links", "menu", "pegawai")],
        name=with_titles(who.full_name, who.title_prefix, who.title_suffix), nip=masked(who.nip),
        unit=unit.name, agency=(await units.one(context.session, who.agency_id)).name,
        phone=who.phone_digest is not None, level=link.level if link else 0, way=link.way if link else "",
        since=link.linked_at.isoformat() if link else "",
    )  # fmt: skip


async def _unit(context: Context, who: Employee) -> Unit:
    return await links.unit_of(context.session, who)
