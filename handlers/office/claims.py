"""Contested links: two accounts say they are the same person, and whoever looks after the unit decides."""

from db import audit, link_review
from db.link_review import ClaimCase
from handlers.answers import Answer, Show, show, toast
from handlers.buttons import act, pick
from handlers.context import Context
from handlers.features import Feature
from handlers.keyboards import paged
from handlers.linking import tell_chat, tell_keepers, tell_person
from handlers.office.links import about_link, admit_keeper, scope_of

feature = Feature("claims")


@feature.button("claims")
async def list_claims(context: Context, page: int) -> Answer:
    """List the people whose link is frozen."""
    return await _listed(context, page)


@feature.button("contested")
async def look_at_claim(context: Context, claim_id: int) -> Answer:
    """Show both accounts by their Telegram numbers, which the person can read out from their own screen."""
    case = await _case(context, claim_id)
    await audit.write(
        context.session, "claim.view", at=context.now, subject="employee", subject_id=case.employee.id,
        actor_id=context.person.employee_id,
    )  # fmt: skip
    old = case.link
    former = {"number": str(old.chat_id), "way": old.way, "since": old.linked_at.isoformat()} if old else None
    rows = [[act("keep_old", "keepold", claim_id)], [act("pass_on", "passon", claim_id)], [act("back", "claims", 0)]]
    about = about_link(case.employee, case.unit, case.claim.way, case.claim.at)
    return show("links/contested", *rows, **about, telegram_number=str(case.claim.chat_id), former=former)


@feature.button("keepold")
async def keep_old(context: Context, claim_id: int) -> Answer:
    """Leave the person with the account they had, and tell both accounts."""
    case = await _case(context, claim_id)
    await link_review.keep_old(context.session, case, context.person.employee_id, context.now)
    await tell_chat(context, case.claim.chat_id, "links/kept_claimant", once=str(claim_id))
    if case.link is not None:
        await tell_chat(context, case.link.chat_id, "links/kept_former", once=str(claim_id))
    return [toast("links/decided_toast"), await _listed(context, 0)]


@feature.button("passon")
async def pass_on(context: Context, claim_id: int) -> Answer:
    """Give the person to the new account, and tell everybody concerned."""
    case = await _case(context, claim_id)
    for chat_id in await link_review.pass_on(context.session, case, context.person.employee_id, context.now):
        await tell_chat(context, chat_id, "links/kept_claimant", once=str(claim_id))
    if case.link is not None:
        await tell_chat(context, case.link.chat_id, "links/relinked_former", once=str(claim_id))
    await tell_person(context, case.employee.id, "links/passed_claimant", once=str(claim_id))
    await tell_keepers(context, case.employee, case.unit, "links/relinked", once=str(claim_id))
    return [toast("links/decided_toast"), await _listed(context, 0)]


async def _case(context: Context, claim_id: int) -> ClaimCase:
    case = await link_review.claim(context.session, claim_id)
    await admit_keeper(context, case.employee, case.unit)
    return case


async def _listed(context: Context, page: int) -> Show:
    cases = await link_review.claims(context.session, scope_of(context.person))
    choices = [pick(f"{one.employee.full_name} · {one.unit.name}", "contested", one.claim.id) for one in cases]
    rows = paged(choices, page, "claims")
    return show("links/claims", *rows, [act("to_links", "menu", "pegawai")], count=len(cases))
