"""Whom a survey asks: everyone, or units picked from the tree."""

from db import audiences
from db.audiences import Audience
from db.models import SurveyRound
from db.surveys import deadlines, rounds, versions
from handlers.answers import Answer
from handlers.context import Context
from handlers.office.surveys.feature import feature
from handlers.office.surveys.settings import prepare_screen
from handlers.office.surveys.words import whom
from handlers.office.unit_picking import Picking, agencies_screen, agency_screen


async def begin(context: Context, version_id: int) -> SurveyRound:
    """Prepare a round of a version, with sensible values to begin with."""
    tools = context.tools
    version = await versions.get(context.session, version_id)
    usual = deadlines.after(
        tools.clock.local(context.now).date(), deadlines.USUAL_DAYS, tools.clock.zone, tools.calendar, tools.rules
    )
    return await rounds.prepare(context.session, version, context.person.employee_id, usual, context.now)


@feature.button("svk_all")
async def everyone(context: Context, version_id: int) -> Answer:
    """Ask everyone who works here."""
    round_ = await begin(context, version_id)
    rounds.aim(round_, Audience(everyone=True))
    return await prepare_screen(context, round_)


@feature.button("svk_pick")
async def begin_picking(context: Context, version_id: int) -> Answer:
    """Choose units for a survey."""
    round_ = await begin(context, version_id)
    return await agencies_screen(context, await _picking(context, round_), 0)


async def _picking(context: Context, round_: SurveyRound) -> Picking:
    chosen = rounds.audience_of(round_).units
    said = await whom(context, round_) if chosen else ""
    return Picking(
        round_.id, chosen, said, agencies="svk_agencies", agency="svk_agency", unit="svk_unit", done="svk_round",
        back="svk_whom",
    )  # fmt: skip


@feature.button("svk_agencies")
async def agencies(context: Context, round_id: int, page: int) -> Answer:
    """List the agencies, with what is chosen so far."""
    round_ = await rounds.preparing(context.session, round_id)
    return await agencies_screen(context, await _picking(context, round_), page)


@feature.button("svk_agency")
async def agency(context: Context, round_id: int, agency_id: int, page: int) -> Answer:
    """List an agency's units, and the whole of it first."""
    round_ = await rounds.preparing(context.session, round_id)
    return await agency_screen(context, await _picking(context, round_), agency_id, page)


@feature.button("svk_unit")
async def toggle(context: Context, round_id: int, unit_id: int, agency_id: int, page: int) -> Answer:
    """Choose a unit, or take it out again."""
    round_ = await rounds.preparing(context.session, round_id)
    rounds.aim(round_, await audiences.toggled(context.session, rounds.audience_of(round_), unit_id))
    return await agency_screen(context, await _picking(context, round_), agency_id, page)
