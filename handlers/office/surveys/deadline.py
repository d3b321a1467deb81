"""Until when a survey is open: a few days as buttons, any other day typed; a running one can only be put off."""

from datetime import date, datetime, timedelta

from db import cells
from db.remarks import Unreadable
from db.surveys import deadlines, rounds
from db.surveys.rounds import DeadlinePassed
from handlers.answers import Answer, say, show
from handlers.buttons import Button, act, pick
from handlers.context import Context
from handlers.errors import excuse
from handlers.office.surveys.feature import feature
from handlers.office.surveys.settings import round_screen
from handlers.office.surveys.words import until

DEADLINE = "survey_deadline"
MOVABLE = (rounds.PREPARING, rounds.OPEN)


@feature.button("svk_until")
async def ask(context: Context, round_id: int) -> Answer:
    """Offer some days, and wait for any other to be typed."""
    round_ = await rounds.get(context.session, round_id)
    if round_.state not in MOVABLE:
        return await round_screen(context, round_)
    await context.enter(DEADLINE, round=round_.id)
    offered = [(days, _after(context, days)) for days in deadlines.CHOICES]
    soonest = round_.closes_at if round_.state == rounds.OPEN else None
    return show(
        "office_surveys/deadline",
        *([_button(context, round_id, days, end)] for days, end in offered if soonest is None or end > soonest),
        [act("back", "svk_round", round_.id)],
        closes_at=until(round_),
        running=round_.state == rounds.OPEN,
    )


def _button(context: Context, round_id: int, days: int, end: datetime) -> Button:
    day = context.tools.clock.local(end).date().isoformat()
    return pick(context.tools.catalog.label("round_deadlines.days", context.language, days=days, day=day),
                "svk_days", round_id, days)  # fmt: skip


def _after(context: Context, days: int) -> datetime:
    tools = context.tools
    today = tools.clock.local(context.now).date()
    return deadlines.after(today, days, tools.clock.zone, tools.calendar, tools.rules)


@feature.button("svk_days")
async def choose(context: Context, round_id: int, days: int) -> Answer:
    """Let it end so many days from now."""
    if days not in deadlines.CHOICES:
        raise DeadlinePassed
    return await _set(context, round_id, _after(context, days))


@feature.text(DEADLINE)
async def take(context: Context, text: str) -> Answer:
    """Let it end on a typed day; one that cannot be read or has passed is asked for again."""
    place = await context.place()
    assert place is not None
    round_id: int = place.values["round"]
    round_ = await rounds.get(context.session, round_id)
    if round_.state not in MOVABLE:  # it has ended while the day was being thought about
        await context.leave()
        return await round_screen(context, round_)
    day = _day(text)
    if day is None:
        return say("office_surveys/deadline_unread", [act("back", "svk_round", round_id)])
    end = deadlines.on(day, context.tools.clock.zone, context.tools.rules)
    try:
        return await _set(context, round_id, end)
    except DeadlinePassed as refusal:  # let through, it would roll back the step that waits for another day
        return await excuse(context, refusal)


def _day(text: str) -> date | None:
    # Bare digits would be taken for a spreadsheet's count of days.
    try:
        return None if text.strip().isdigit() else cells.day(text.strip())
    except Unreadable:
        return None


async def _set(context: Context, round_id: int, end: datetime) -> Answer:
    round_ = await rounds.get(context.session, round_id)
    latest = context.now + timedelta(days=deadlines.LONGEST_DAYS)
    by = context.person.employee_id
    await rounds.put_off(context.session, round_, end, now=context.now, latest=latest, by=by)
    await context.leave()
    return await round_screen(context, round_)
