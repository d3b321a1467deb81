"""`Tutup survei`: asked once more, then it is over for good."""

from db.surveys import rounds, versions
from db.surveys.definition import Secrecy
from handlers.answers import Answer, show, toast
from handlers.buttons import act
from handlers.context import Context
from handlers.office.surveys.feature import feature
from handlers.office.surveys.running import state_screen
from handlers.office.surveys.words import title_of, until


@feature.button("svk_close")
async def ask(context: Context, round_id: int) -> Answer:
    """Say what the end means, and ask for a second press."""
    round_ = await rounds.get(context.session, round_id)
    if round_.state != rounds.OPEN:
        return await state_screen(context, round_)
    version = await versions.get(context.session, round_.version_id)
    return show(
        "office_surveys/close",
        [act("close_survey", "svk_closed", round_.id)],
        [act("back", "svk_round", round_.id)],
        title=title_of(context, version),
        closes_at=until(round_),
        anonymous=round_.secrecy == Secrecy.ANONYMOUS,
    )


@feature.button("svk_closed")
async def close(context: Context, round_id: int) -> Answer:
    """Close it; the second press of two finds it closed."""
    round_ = await rounds.get(context.session, round_id)
    if round_.state == rounds.OPEN:
        await rounds.close(context.session, round_, context.now, context.person.employee_id)
    return [toast("office_surveys/closed"), await state_screen(context, round_)]
