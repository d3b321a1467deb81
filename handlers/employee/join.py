"""Joining: by the own phone number and the unit question, or by a slip's code; then `Ya, ini saya`."""

from typing import Any

from db import audit, links, people, slips
from db.errors import StaleButton
from db.links import BY_PHONE, BY_SLIP, Joined, Outcome
from db.models import Employee
from handlers.answers import Answer, Commands, Forget, Say, say, show
from handlers.buttons import act, pick, share_contact
from handlers.context import Context
from handlers.errors import ERROR_TEXT
from handlers.features import Feature
from handlers.general import JOINING, menu_screen
from handlers.linking import tell_chat, tell_keepers, tell_of_new_links
from handlers.menus import to_menu

feature = Feature("joining")

STEP = JOINING
IDENTITY = (
    [act("identity_yes", "join_yes")],
    [act("identity_no", "join_no")],
    [act("identity_wrong", "join_wrong")],
)


@feature.command("start")
async def start(context: Context, words: str) -> Answer:
    """Greet: a code joins, a stranger reads what this is, somebody who joined gets the menu."""
    if words:
        return await by_code(context, words)
    return await _known(context) or await _notice(context)


@feature.stray
async def stray_code(context: Context, text: str) -> Answer:
    """Take a text that looks like a code for one."""
    return await by_code(context, text) if slips.looks_like_code(text) else None


@feature.contact
async def contact_shared(context: Context) -> Answer:
    """Match the own, freshly shared number with one person and ask for their unit."""
    if known := await _known(context):
        return known
    card, message = context.message.contact, context.message
    assert card is not None
    own = message.from_user is not None and card.user_id == message.from_user.id and message.forward_origin is None
    if not own:
        return say("join/not_own_contact", [share_contact()])
    employee = await links.by_phone(context.session, card.phone_number)
    if employee is None or not await links.phone_way_open(context.session, employee, context.now):
        await context.leave()
        return Say("join/not_found", {"telegram_number": str(context.chat_id)}, remove_keyboard=True)
    choices = await links.unit_choices(context.session, employee, context.tools.rules.unit_choices)
    await context.enter(
        STEP, stage="unit", way=BY_PHONE, employee_id=employee.id, units=[unit_id for unit_id, _ in choices]
    )
    rows = [[pick(name, "join_unit", number)] for number, (_, name) in enumerate(choices)]
    return [
        Say("join/number_received", remove_keyboard=True),
        say("join/choose_unit", *rows, [act("abort", "cancel")]),
    ]


@feature.button("join_unit")
async def unit_chosen(context: Context, number: int) -> Answer:
    """Go on to the initials where the unit is right; a wrong one counts, and ends it here."""
    said = await _stage(context, "unit")
    if not 0 <= number < len(said["units"]):
        raise StaleButton
    employee = await links.somebody(context.session, said["employee_id"])
    if said["units"][number] != employee.unit_id:
        await links.wrong_unit(context.session, employee, context.now)
        await context.leave()
        return show("join/wrong_unit", telegram_number=str(context.chat_id))
    return show("join/identity", *IDENTITY, **await _identity(context, employee, BY_PHONE))


async def by_code(context: Context, text: str) -> Answer:
    """Join by a slip's code; every failure gets the same answer, and the code leaves the chat."""
    slip = await slips.present(context.session, text, context.chat_id, context.now, context.tools.rules)
    if slip is None:
        return [Forget(), say("join/code_refused")]
    employee = await links.somebody(context.session, slip.employee_id)
    return [
        Forget(),
        Say("join/notice_code", {"office": context.tools.rules.office_name}, remove_keyboard=True),
        say("join/identity", *IDENTITY, **await _identity(context, employee, BY_SLIP, slip.id)),
    ]


@feature.button("join_yes")
async def yes_this_is_me(context: Context) -> Answer:
    """Link, raise the level, or freeze what another account has."""
    said = await _stage(context, "identity")
    employee = await links.somebody(context.session, said["employee_id"])
    if said["slip_id"] is not None:
        try:
            await slips.spend(context.session, said["slip_id"], context.now)
        except slips.SlipGone as refusal:
            return await _code_gone(context, refusal)
    outcome = await links.join(context.session, employee, context.chat_id, said["way"], context.now)
    await context.leave()
    if outcome.joined is Joined.CLAIMED:
        return await _claimed(context, employee, outcome)
    await _tell(context, employee, outcome)
    context.person = await people.identify(context.session, context.chat_id, context.now)
    menu = menu_screen(context.person)
    return [show("join/joined", level=context.person.level), Say(menu.name, menu.values, menu.rows), Commands()]


@feature.button("join_no")
async def not_me(context: Context) -> Answer:
    """Link nothing; whoever looks after the unit should know that a number or slip is in wrong hands."""
    return await _declined(context, "not_me")


@feature.button("join_wrong")
async def data_wrong(context: Context) -> Answer:
    """Link nothing yet; the data has to be put right first."""
    return await _declined(context, "data_wrong")


async def _known(context: Context) -> Answer:
    if context.person.frozen:
        return say("join/frozen")
    return [menu_screen(context.person), Commands()] if context.person.level else None


async def _notice(context: Context) -> Answer:
    await context.leave()
    values = {"telegram_number": str(context.chat_id), "office": context.tools.rules.office_name}
    return say("join/notice", [share_contact()], **values)


async def _stage(context: Context, stage: str) -> dict[str, Any]:
    place = await context.place()
    if place is None or place.step != STEP or place.values["stage"] != stage:
        raise StaleButton
    return place.values


async def _identity(context: Context, employee: Employee, way: str, slip_id: int | None = None) -> dict[str, str]:
    await context.enter(STEP, stage="identity", way=way, employee_id=employee.id, slip_id=slip_id)
    unit = await links.unit_of(context.session, employee)
    return {"name": employee.full_name, "unit": unit.name}


async def _code_gone(context: Context, refusal: slips.SlipGone) -> Answer:
    """Take the screen away with its buttons: none of them can do anything for this code any more."""
    await context.leave()
    name = ERROR_TEXT.format(type(refusal).__name__)
    if context.person.level:
        return show(name, [to_menu()])
    return [show(name), say("join/by_phone_instead", [share_contact()])]


async def _claimed(context: Context, employee: Employee, outcome: Outcome) -> Answer:
    unit = await links.unit_of(context.session, employee)
    once = f"{employee.id}:{context.chat_id}:{context.now:%Y%m%d}"
    await tell_keepers(context, employee, unit, "links/claimed", once=once)
    if outcome.former_chat is not None:
        await tell_chat(context, outcome.former_chat, "links/claimed_former", once=once)
    return show("join/claim_waiting", telegram_number=str(context.chat_id))


async def _tell(context: Context, employee: Employee, outcome: Outcome) -> None:
    if outcome.joined is Joined.ALREADY:
        return
    unit = await links.unit_of(context.session, employee)
    if outcome.former_chat is not None:
        once = f"{employee.id}:{context.chat_id}:{context.now:%Y%m%d%H%M%S}"
        await tell_keepers(context, employee, unit, "links/relinked", once=once)
        await tell_chat(context, outcome.former_chat, "links/relinked_former", once=once)
    else:
        await tell_of_new_links(context, unit)


async def _declined(context: Context, how: str) -> Answer:
    said = await _stage(context, "identity")
    employee = await links.somebody(context.session, said["employee_id"])
    unit = await links.unit_of(context.session, employee)
    await context.leave()
    await audit.write(
        context.session, f"join.{how}", at=context.now, subject="employee", subject_id=employee.id, way=said["way"]
    )
    once = f"{employee.id}:{context.now:%Y%m%d}"
    await tell_keepers(context, employee, unit, f"links/{how}_{said['way']}", once=once)
    return show(f"join/{how}", telegram_number=str(context.chat_id))
