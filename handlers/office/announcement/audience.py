"""Whom an announcement is for: everyone, or units picked from the tree; and how many of them can be reached."""

from dataclasses import replace

from db import announcements, audiences, units
from db.audiences import Audience, Reach
from db.errors import NotFound
from db.models import Announcement
from db.units import Headcount
from handlers.answers import Answer, Show, say, show
from handlers.buttons import Button, Rows, act, pick
from handlers.context import Context
from handlers.keyboards import paged
from handlers.office.announcement import written
from handlers.office.announcement.feature import feature
from handlers.office.announcement.words import audience_words, reason_words

DEFAULT = "announcement_default"
LONGEST_DEFAULT = 100
CHOSEN = "✓ "


def audience_screen(one: Announcement) -> Show:
    """Show the text as it was read and ask whom it is for."""
    return show(
        "announcements/audience",
        [act("everyone", "ann_everyone", one.id)],
        [act("choose_units", "ann_agencies", one.id, 0)],
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
    """Give an audience with the names of its units, to be said in anybody's language."""
    audience = announcements.audience_of(one)
    return {"everyone": audience.everyone, "units": await audiences.unit_names(context.session, audience)}


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


@feature.button("ann_agencies")
async def agencies(context: Context, announcement_id: int, page: int) -> Answer:
    """List the agencies, with what is chosen so far."""
    one = await mine(context, announcement_id)
    chosen = announcements.audience_of(one).units
    listed = await units.agencies(context.session)
    choices = [pick(_counted(context, found, chosen), "ann_agency", one.id, found.id, 0) for found in listed]
    return await _choosing(context, one, paged(choices, page, "ann_agencies", one.id), "ann_whom", one.id)


@feature.button("ann_agency")
async def agency(context: Context, announcement_id: int, agency_id: int, page: int) -> Answer:
    """List an agency's units, and the whole of it first."""
    return await _agency_screen(context, await mine(context, announcement_id), agency_id, page)


@feature.button("ann_unit")
async def toggle(context: Context, announcement_id: int, unit_id: int, agency_id: int, page: int) -> Answer:
    """Choose a unit, or take it out again."""
    one = await mine(context, announcement_id)
    audience = announcements.audience_of(one).whole()
    announcements.aim(one, await audiences.toggled(context.session, audience, unit_id))
    return await _agency_screen(context, one, agency_id, page)


async def _agency_screen(context: Context, one: Announcement, agency_id: int, page: int) -> Show:
    listed = await units.agencies(context.session)
    whole = next((found for found in listed if found.id == agency_id), None)
    if whole is None:
        raise NotFound
    chosen = announcements.audience_of(one).units
    label = context.tools.catalog.label("announcement.whole", context.language, name=whole.name, count=whole.people)
    first = Button(text=_mark(label, whole, chosen), data=_toggle(one, whole, agency_id, page))
    below = [
        Button(text=_counted(context, found, chosen), data=_toggle(one, found, agency_id, page))
        for found in await units.children(context.session, agency_id)
    ]
    rows = [[first], *paged(below, page, "ann_agency", one.id, agency_id)]
    return await _choosing(context, one, rows, "ann_agencies", one.id, 0)


def _toggle(one: Announcement, unit: Headcount, agency_id: int, page: int) -> str | None:
    return pick("", "ann_unit", one.id, unit.id, agency_id, page).data


def _counted(context: Context, unit: Headcount, chosen: tuple[int, ...]) -> str:
    label = context.tools.catalog.label("announcement.counted", context.language, name=unit.name, count=unit.people)
    return _mark(label, unit, chosen)


def _mark(label: str, unit: Headcount, chosen: tuple[int, ...]) -> str:
    return CHOSEN + label if unit.id in chosen else label


async def _choosing(context: Context, one: Announcement, rows: Rows, back: str, *args: object) -> Show:
    chosen = announcements.audience_of(one).units
    done = [[act("chosen", "ann_count", one.id)]] if chosen else []
    said = await audience_said(context, one) if chosen else ""
    return show("announcements/units", *rows, *done, [act("back", back, *args)], chosen=said)


@feature.button("ann_count")
async def counts(context: Context, announcement_id: int) -> Answer:
    """Count whom the draft would reach."""
    return await counts_screen(context, await mine(context, announcement_id))


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
