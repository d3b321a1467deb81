"""Picking units from the tree: the screens every subject shows that asks whom something is for."""

from dataclasses import dataclass

from db import units
from db.errors import NotFound
from db.units import Headcount
from handlers.answers import Show, show
from handlers.buttons import Button, Rows, act, pick
from handlers.context import Context
from handlers.keyboards import paged

CHOSEN = "✓ "


@dataclass(frozen=True)
class Picking:
    """What is picked for: the codes of a subject's own buttons, and what is chosen so far.

    Each code is followed by `subject_id`; then `agencies` by a page, `agency` by an agency and a page, `unit` by a
    unit, its agency and a page; `done` and `back` by nothing. `said` names the chosen units in the chat's language.
    """

    subject_id: int
    chosen: tuple[int, ...]
    said: str
    agencies: str
    agency: str
    unit: str
    done: str
    back: str


async def agencies_screen(context: Context, picking: Picking, page: int) -> Show:
    """List the agencies, with what is chosen so far."""
    listed = await units.agencies(context.session)
    choices = [
        pick(_counted(context, found, picking), picking.agency, picking.subject_id, found.id, 0) for found in listed
    ]
    return _choosing(picking, paged(choices, page, picking.agencies, picking.subject_id), picking.back)


async def agency_screen(context: Context, picking: Picking, agency_id: int, page: int) -> Show:
    """List an agency's units, and the whole of it first; raises `NotFound`."""
    listed = await units.agencies(context.session)
    whole = next((found for found in listed if found.id == agency_id), None)
    if whole is None:
        raise NotFound
    label = context.tools.catalog.label("announcement.whole", context.language, name=whole.name, count=whole.people)
    first = Button(text=_mark(label, whole, picking), data=_toggle(picking, whole, agency_id, page))
    below = [
        Button(text=_counted(context, found, picking), data=_toggle(picking, found, agency_id, page))
        for found in await units.children(context.session, agency_id)
    ]
    rows = [[first], *paged(below, page, picking.agency, picking.subject_id, agency_id)]
    return _choosing(picking, rows, picking.agencies, 0)


def _toggle(picking: Picking, unit: Headcount, agency_id: int, page: int) -> str | None:
    return pick("", picking.unit, picking.subject_id, unit.id, agency_id, page).data


def _counted(context: Context, unit: Headcount, picking: Picking) -> str:
    label = context.tools.catalog.label("announcement.counted", context.language, name=unit.name, count=unit.people)
    return _mark(label, unit, picking)


def _mark(label: str, unit: Headcount, picking: Picking) -> str:
    return CHOSEN + label if unit.id in picking.chosen else label


def _choosing(picking: Picking, rows: Rows, back: str, *args: object) -> Show:
    done = [[act("chosen", picking.done, picking.subject_id)]] if picking.chosen else []
    said = picking.said if picking.chosen else ""
    return show("announcements/units", *rows, *done, [act("back", back, picking.subject_id, *args)], chosen=said)
