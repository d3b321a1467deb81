"""`/survei`: what is open for me, opening one of them, and sending it."""

from typing import Any

from db.people import CONFIRMED
from db.surveys import answering, standing
from db.surveys.answering import NotAsked, Standing, SurveyOver
from handlers.answers import Answer, Show, say, show, toast
from handlers.buttons import Button, act, pack
from handlers.context import Context
from handlers.employee.survey.acts import serve
from handlers.employee.survey.desk import RoundDesk, seated
from handlers.employee.survey.picker import names_of
from handlers.employee.survey.screens import screen
from handlers.employee.survey.wording import Tongue, salutation
from handlers.errors import ERROR_TEXT
from handlers.features import Feature
from handlers.menus import to_menu

feature = Feature("survey")
DESK = RoundDesk()
COUNTER = serve(feature, DESK)
LISTED = 12
"""Rounds on one screen; more are never open for one person."""


@feature.command("survei")
async def begin(context: Context, _words: str) -> Answer:
    """Show what is open for me."""
    return await _list(context)


@feature.button("sv_list")
async def list_again(context: Context) -> Answer:
    """Show what is open for me in place."""
    return await _list(context)


async def _list(context: Context) -> Show:
    place = await context.place()
    if place is not None and place.step == DESK.step:
        await context.leave()
    found = (await answering.open_rounds(context.session, context.person, context.now))[:LISTED]
    rows = [[_entry(context, one)] for one in found]
    return show("survey/list", *rows, [to_menu()], surveys=[_line(context, one) for one in found])


def _entry(context: Context, one: Standing) -> Button:
    key = "new" if one.hidden or one.participant.state in ("invited", "declined") else one.participant.state
    title = one.definition.title.said(context.language)
    return Button(key=f"survey_entries.{key}", values={"title": title}, data=pack("sv_open", one.round.id))


def _line(context: Context, one: Standing) -> dict[str, Any]:
    progress = standing.progress(*one.answering)
    return {
        "title": one.definition.title.said(context.language),
        "until": one.round.closes_at.isoformat() if one.round.closes_at else "",
        "minutes": one.definition.minutes or 0,
        "secrecy": one.round.secrecy,
        "state": "hidden" if one.hidden else one.participant.state,
        "changed": one.sent is not None and one.changed,
        "reviewed": one.draft.at is None,
        "number": progress.number,
        "of": progress.about,
    }


@feature.button("sv_open")
async def open_survey(context: Context, round_id: int) -> Answer:
    """Go to where the person stands in a round; the pressed message becomes the place where it is answered."""
    return await screen(context, DESK, await DESK.stand(context, round_id))


@feature.button("sv_send")
async def send(context: Context, round_id: int) -> Answer:
    """Send the answers; once more, it says the same again."""
    if not await COUNTER.in_place(context, round_id):
        return toast("survey/elsewhere", alert=True)
    here = await answering.stand(context.session, round_id, context.person, context.now)
    if here.draft.at is not None:  # a press from the review that has made way for a question
        return await screen(context, DESK, seated(here))
    return await _thanks(context, await answering.send(context.session, here, context.now))


async def _thanks(context: Context, kept: Standing) -> Answer:
    await context.leave()
    here = seated(kept)
    tongue = Tongue(context.tools.catalog, context.language, await names_of(context, here))
    about = salutation(tongue, context.person)
    closing = tongue.html(kept.definition, kept.definition.closing, kept.sent or {}, about)
    rows = ([act("change_answers", "sv_open", kept.round.id)], [act("to_surveys", "sv_list")], [to_menu()])
    return show(
        "survey/sent",
        *rows,
        purpose=DESK.purpose(kept.round.id),
        title=tongue.said(kept.definition.title),
        until=kept.round.closes_at.isoformat() if kept.round.closes_at else "",
        closing=closing,
        confirmed=context.person.level >= CONFIRMED,
        secrecy=kept.round.secrecy,
        **about,
    )


@feature.text(DESK.step)
async def typed(context: Context, text: str) -> Answer:
    """Take typed words as the answer to the question on the screen."""
    place = await context.place()
    assert place is not None
    subject = int(place.values["subject"])
    try:
        return await COUNTER.typed(context, subject, text)
    except (NotAsked, SurveyOver) as refusal:
        await context.leave()
        return say(ERROR_TEXT.format(refusal.code), [to_menu()])
