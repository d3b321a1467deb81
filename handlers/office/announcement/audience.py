"""Whom an announcement is for: everyone, or units picked from the tree; and how many of them can be reached."""

from dataclasses import replace

from db import announcements, audiences
from db.audiences import Audience, Reach
from db.errors import NotFound
from db.models import Announcement
from db.surveys.segments import RespondentsHidden
from handlers.answers import Answer, Show, say, show
from handlers.buttons import Button, act
from handlers.context import Context
from handlers.office.announcement import written
from handlers.office.announcement.feature import feature
from handlers.office.announcement.respondent_words import named
from handlers.office.announcement.words import audience_words, reason_words
from handlers.office.unit_picking import Picking, agencies_screen, agency_screen

DEFAULT = "announcement_default"
LONGEST_DEFAULT = 100


def audience_screen(one: Announcement) -> Show:
    """Show the text as it was read and ask whom it is for."""
    return show(
        "announcements/audience",
        [act("everyone", "ann_everyone", one.id)],
        [act("choose_units", "ann_agencies", one.id, 0)],
        [act("respondents", "ann_resp", one.id, 0)],
        [act("rewrite", "ann_rewrite", one.id)],
        [act("abort", "ann_drop", one.id)],
        text=one.text,
    )


async def mine(context: Context, announcement_id: int) -> Announcement:
    """Give a draft to its author."""
    return await announcements.own_draft(context.session, announcement_id, context.person.employee_id)


async def audience_said(context: Context, one: Announcement) -> str:
    """Say whom an announcement is for, in the chat's language."""
    return audience_words(context.tools.catalog, await audience_named(context, one), context.language)


async def audience_named(context: Context, one: Announcement) -> dict[str, object]:
    """Give an audience with the names of its units or its survey, to be said in anybody's language."""
    audience, session = announcements.audience_of(one), context.session
    part = {"respondents": await named(session, audience.respondents)} if audience.respondents else {}
    return {"everyone": audience.everyone, "units": await audiences.unit_names(session, audience), **part}


@feature.button("ann_whom")
async def choose_again(context: Context, announcement_id: int) -> Answer:
    """Ask once more whom it is for."""
    return audience_screen(await mine(context, announcement_id))


@feature.button("ann_everyone")
async def everyone(context: Context, announcement_id: int) -> Answer:
    """Address everyone who works here."""
    one = await mine(context, announcement_id)
    announcements.aim(one, Audience(everyone=True))
    return await counts_screen(context, one)


async def _picking(context: Context, one: Announcement) -> Picking:
    chosen = announcements.audience_of(one).units
    said = await audience_said(context, one) if chosen else ""
    return Picking(
        one.id, chosen, said, agencies="ann_agencies", agency="ann_agency", unit="ann_unit", done="ann_count",
        back="ann_whom",
    )  # fmt: skip


@feature.button("ann_agencies")
async def agencies(context: Context, announcement_id: int, page: int) -> Answer:
    """List the agencies, with what is chosen so far."""
    one = await mine(context, announcement_id)
    return await agencies_screen(context, await _picking(context, one), page)


@feature.button("ann_agency")
async def agency(context: Context, announcement_id: int, agency_id: int, page: int) -> Answer:
    """List an agency's units, and the whole of it first."""
    one = await mine(context, announcement_id)
    return await agency_screen(context, await _picking(context, one), agency_id, page)


@feature.button("ann_unit")
async def toggle(context: Context, announcement_id: int, unit_id: int, agency_id: int, page: int) -> Answer:
    """Choose a unit, or take it out again."""
    one = await mine(context, announcement_id)
    audience = announcements.audience_of(one).whole()
    announcements.aim(one, await audiences.toggled(context.session, audience, unit_id))
    return await agency_screen(context, await _picking(context, one), agency_id, page)


@feature.button("ann_count")
async def counts(context: Context, announcement_id: int) -> Answer:
    """Count whom the draft would reach."""
    return await counts_screen(context, await mine(context, announcement_id))


async def draft_screen(context: Context, one: Announcement) -> Show:
    """Show whom a draft would reach; ask again where nobody is chosen or those chosen may not be written to."""
    try:
        return await counts_screen(context, one)
    except (announcements.NobodyChosen, announcements.GroupTooSmall, RespondentsHidden):
        return audience_screen(one)


async def counts_screen(context: Context, one: Announcement) -> Show:
    """Show how many can be reached, how many not and why, and who lacks what the text names."""
    found = await announcements.count(context.session, one, written.named(one.text))
    return show(
        "announcements/counts",
        *_next_steps(one, found),
        [act("change_audience", "ann_whom", one.id), act("rewrite", "ann_rewrite", one.id)],
        [act("abort", "ann_drop", one.id)],
        audience=await audience_said(context, one),
        total=found.total,
        reachable=found.reachable,
        reasons=reason_words(context.tools.catalog, found.reasons, context.language),
        lacking=[{"name": name, "count": count} for name, count in found.lacking.items()],
    )


def _next_steps(one: Announcement, found: Reach) -> list[list[Button]]:
    if found.lacking:
        gaps = [[act("give_default", "ann_default", one.id, name, name=name)] for name in found.lacking]
        return [[act("leave_out", "ann_leave", one.id)], *gaps]
    return [[act("preview", "ann_preview", one.id)]] if found.reachable else []


@feature.button("ann_leave")
async def leave_out(context: Context, announcement_id: int) -> Answer:
    """Leave out who lacks a value the text names."""
    one = await mine(context, announcement_id)
    announcements.aim(one, replace(announcements.audience_of(one), leave_out=True))
    return await counts_screen(context, one)


@feature.button("ann_default")
async def ask_default(context: Context, announcement_id: int, name: str) -> Answer:
    """Ask what shall stand where a value lacks."""
    one = await mine(context, announcement_id)
    if name not in written.named(one.text):
        raise NotFound
    await context.enter(DEFAULT, id=one.id, name=name)
    return say("announcements/default", [act("abort", "ann_open", one.id)], name=name)


@feature.text(DEFAULT)
async def take_default(context: Context, text: str) -> Answer:
    """Keep what shall stand where a value lacks."""
    place = await context.place()
    assert place is not None
    one = await mine(context, place.values["id"])
    audience = announcements.audience_of(one)
    defaults = {**audience.defaults, place.values["name"]: " ".join(text.split())[:LONGEST_DEFAULT]}
    announcements.aim(one, replace(audience, defaults=defaults))
    await context.leave()
    return await counts_screen(context, one)
