"""`Buka survei`: from that press on who is asked, the kind and the cuts stand, and the invitations go."""

from db.surveys import definitions, rounds, versions
from handlers.answers import Answer, toast
from handlers.context import Context
from handlers.office.surveys.feature import feature
from handlers.office.surveys.invitation import values_of
from handlers.office.surveys.measuring import measured
from handlers.office.surveys.running import state_screen
from handlers.office.surveys.settings import invited_at


@feature.button("svk_start")
async def open_survey(context: Context, round_id: int, seen: str) -> Answer:
    """Open a round as it was shown; the second press of two finds it open."""
    round_ = await rounds.get(context.session, round_id)
    if round_.state != rounds.PREPARING:
        return await state_screen(context, round_)
    version = await versions.get(context.session, round_.version_id)
    invitation = values_of(round_, definitions.of(version), await measured(context, version))
    people = await rounds.open_(
        context.session, round_, seen=seen, invitation=invitation, now=context.now, by=context.person.employee_id,
        scheduled=bool(invited_at(context)),
    )  # fmt: skip
    return [toast("office_surveys/opened", people=people), await state_screen(context, round_)]
