"""A round that is being prepared: what will stand once it is open, and the ways to change it before."""

from db import audiences
from db.models import SurveyRound
from db.outbox import Reason
from db.surveys import rounds, versions
from db.surveys.attributes import CUTS
from db.surveys.definition import Secrecy
from db.windows import Window, next_open
from handlers.answers import Answer, Show, show
from handlers.buttons import act, pick
from handlers.context import Context
from handlers.office.announcement.words import reason_words
from handlers.office.surveys.feature import feature
from handlers.office.surveys.listing import list_screen
from handlers.office.surveys.running import state_screen
from handlers.office.surveys.words import cut_words, kind_words, title_of, until, whom
from handlers.office.unit_picking import CHOSEN

SEEN = 16
"""Signs of the digest a button carries."""


@feature.button("svk_round")
async def open_round(context: Context, round_id: int) -> Answer:
    """Show a round as it stands."""
    await context.leave()
    return await round_screen(context, await rounds.get(context.session, round_id))


async def round_screen(context: Context, round_: SurveyRound) -> Show:
    """Show a round: what is to be settled before it is open, how it goes after that."""
    if round_.state != rounds.PREPARING:
        return await state_screen(context, round_)
    return await prepare_screen(context, round_)


@feature.button("svk_whom")
async def choose_again(context: Context, round_id: int) -> Answer:
    """Ask once more whom it is for."""
    round_ = await rounds.preparing(context.session, round_id)
    version = await versions.get(context.session, round_.version_id)
    return show(
        "office_surveys/whom",
        [act("everyone", "svk_all", version.id)],
        [act("choose_units", "svk_agencies", round_.id, 0)],
        [act("back", "svk_survey", version.id)],
        title=title_of(context, version),
    )


async def prepare_screen(context: Context, round_: SurveyRound) -> Show:
    """Show everything that stands once the round is open, with the button that opens it."""
    version = await versions.get(context.session, round_.version_id)
    audience = rounds.audience_of(round_)
    found = await audiences.reach(context.session, audience)
    opens = [[act("open_survey", "svk_start", round_.id, rounds.digest(round_)[:SEEN])]] if found.total else []
    return show(
        "office_surveys/prepare",
        *opens,
        [act("change_kind", "svk_kinds", round_.id), act("change_deadline", "svk_until", round_.id)],
        [act("change_cuts", "svk_cuts", round_.id), act("change_audience", "svk_whom", round_.id)],
        [act("abort", "svk_give_up", round_.id)],
        title=title_of(context, version),
        audience=await whom(context, round_),
        total=found.total,
        reachable=found.reachable,
        reasons=reason_words(context.tools.catalog, found.reasons, context.language),
        not_joined=found.reasons.get(Reason.NOT_JOINED, 0),
        kind=round_.secrecy,
        kind_words=kind_words(context, round_.secrecy),
        closes_at=until(round_),
        cuts=cut_words(context, round_.cuts),
        invited_at=invited_at(context),
        smallest=context.tools.rules.smallest_group,
    )


def invited_at(context: Context) -> str:
    """Give when invitations would go; empty when that is now."""
    local = context.tools.clock.local(context.now)
    opening = next_open(Window.OFFICE, local, context.tools.calendar, context.tools.rules)
    return opening.isoformat() if opening > local else ""


@feature.button("svk_kinds")
async def kinds(context: Context, round_id: int) -> Answer:
    """Explain the three kinds, each with what it gives up."""
    round_ = await rounds.preparing(context.session, round_id)
    buttons = [
        [pick(_marked(kind_words(context, kind), kind == round_.secrecy), "svk_kind", round_.id, kind.value)]
        for kind in Secrecy
    ]
    return show("office_surveys/kinds", *buttons, [act("back", "svk_round", round_.id)])


@feature.button("svk_kind")
async def choose_kind(context: Context, round_id: int, kind: str) -> Answer:
    """Choose who will know whose answers these are."""
    round_ = await rounds.preparing(context.session, round_id)
    if kind in set(Secrecy):
        rounds.set_kind(round_, Secrecy(kind))
    return await prepare_screen(context, round_)


@feature.button("svk_cuts")
async def cuts(context: Context, round_id: int) -> Answer:
    """Ask by what results shall be laid out."""
    return _cuts_screen(context, await rounds.preparing(context.session, round_id))


@feature.button("svk_cut")
async def toggle_cut(context: Context, round_id: int, cut: str) -> Answer:
    """Choose one, or choose it no more."""
    round_ = await rounds.preparing(context.session, round_id)
    rounds.toggle_cut(round_, cut)
    return _cuts_screen(context, round_)


def _cuts_screen(context: Context, round_: SurveyRound) -> Show:
    buttons = [
        [pick(_marked(cut_words(context, [cut])[0], cut in round_.cuts), "svk_cut", round_.id, cut)] for cut in CUTS
    ]
    smallest = context.tools.rules.smallest_group
    return show("office_surveys/cuts", *buttons, [act("chosen", "svk_round", round_.id)], smallest=smallest)


def _marked(words: str, chosen: bool) -> str:
    return CHOSEN + words if chosen else words


@feature.button("svk_give_up")
async def give_up(context: Context, round_id: int) -> Answer:
    """Give up a round before it is open; nothing of it is kept but that it was dropped."""
    round_ = await rounds.preparing(context.session, round_id)
    rounds.drop(round_)
    return await list_screen(context)
