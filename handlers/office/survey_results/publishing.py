"""`Terbitkan hasil`: once for each round, after it is closed; what is shown then never changes."""

from content.charts.fillers import FILLERS
from db.errors import StaleButton
from db.surveys import publications, rounds
from db.surveys.publications import Prepared
from handlers.answers import Answer, show, toast
from handlers.buttons import act
from handlers.context import Context
from handlers.office.survey_results.feature import feature
from handlers.office.survey_results.screens import screen, wording


@feature.button("svr_ask")
async def ask(context: Context, round_id: int) -> Answer:
    """Say what publishing means before it is done."""
    found = await publications.results(context.session, round_id)
    if found.published or found.round.state != rounds.CLOSED:
        raise StaleButton
    words = wording(context, found)
    return show(
        "survey_results/ask",
        [act("publish_results", "svr_publish", round_id)],
        [act("back", "svr", round_id)],
        title=words.title(),
        cuts=[words.cut(cut) for cut in found.round.cuts],
    )


@feature.button("svr_publish")
async def publish(context: Context, round_id: int) -> Answer:
    """Publish; the tables are made while no transaction is open, and hold only if no ballot came or went since."""
    round_ = await rounds.get(context.session, round_id)
    if round_.state != rounds.CLOSED:
        raise StaleButton
    if await publications.of_round(context.session, round_id) is None:
        prepared = await context.outside(lambda: _prepare(context, round_id))
        await publications.publish(context.session, round_, prepared, context.person.employee_id, context.now)
    found = await publications.results(context.session, round_id)
    return [toast("survey_results/published_toast"), await screen(context, found)]


async def _prepare(context: Context, round_id: int) -> Prepared:
    async with context.tools.database.reading() as session:
        return await publications.prepare(session, await publications.seen(session, round_id), FILLERS)
