"""A round that is open or over: until when, who was asked, how many have answered."""

from typing import Any

from db.models import SurveyRound
from db.outbox import State
from db.progress import progress
from db.surveys import keeping, response, rewriting, rounds, versions
from db.surveys.definition import Secrecy
from handlers.answers import Show, show
from handlers.buttons import Button, act, pack
from handlers.context import Context
from handlers.office.surveys.words import cut_words, kind_words, title_of, until, whom


async def state_screen(context: Context, round_: SurveyRound) -> Show:
    """Show a round that is open or over."""
    version = await versions.get(context.session, round_.version_id)
    found = await response.response(context.session, round_.id)
    return show(
        "office_surveys/round",
        *_steps(round_),
        [act("refresh", "svk_round", round_.id)],
        [Button(key="buttons.back", data=pack("menu", "kelola_survei"))],
        title=title_of(context, version),
        state=round_.state,
        kind=kind_words(context, round_.secrecy),
        anonymous=round_.secrecy == Secrecy.ANONYMOUS,
        audience=await whom(context, round_),
        cuts=cut_words(context, round_.cuts),
        closes_at=until(round_),
        closed_at=round_.closed_at.isoformat() if round_.closed_at else "",
        given_up_at=await _given_up_at(context, round_),
        asked=found.asked,
        joined=found.joined,
        started=found.started,
        finished=found.finished,
        invited=await _invited(context, round_),
    )


async def _given_up_at(context: Context, round_: SurveyRound) -> str:
    """Give until when a closing round waits for its key to be put back; empty while it opens what is kept."""
    if round_.closed_at is None or not await keeping.is_waited_for(context.session, round_):
        return ""
    return (round_.closed_at + rewriting.UNTIL_LOST).isoformat()


async def _invited(context: Context, round_: SurveyRound) -> dict[str, Any] | None:
    """Give how far the invitation has come, with when it begins where it waits for the window."""
    if round_.invitation_id is None or round_.state != rounds.OPEN:
        return None
    gone = await progress(context.session, round_.invitation_id, context.now)
    return {"sent": gone.states.get(State.SENT, 0), "waiting": gone.waiting}


def _steps(round_: SurveyRound) -> list[list[Button]]:
    rates = [[act("response_rates", "svk_rates", round_.id, 0)]]
    if round_.state in (rounds.OPEN, rounds.CLOSING, rounds.CLOSED):
        rates.append([act("results", "svr", round_.id)])
    if round_.state != rounds.OPEN:
        return rates
    return [
        *rates,
        [act("paper_form", "svp", round_.id)],
        [act("change_deadline", "svk_until", round_.id)],
        [act("close_survey", "svk_close", round_.id)],
    ]
