"""The sheet of joining slips for those who have not joined; its codes exist only while the sheet is drawn."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from content.filters import inisial
from content.slips import Slip, slips_pdf
from db import audit, link_review, links, roles, slips, units
from db.engine import Session
from db.errors import DomainError, NotAllowed
from db.models import Employee, Unit
from handlers.answers import Answer, File, say, show
from handlers.buttons import Button, act, pick
from handlers.context import Context, Tools, job
from handlers.features import Feature
from handlers.keyboards import paged
from handlers.office.links import KEEPERS, admit_keeper, scope_of
from handlers.speaking import Built, file_builder

feature = Feature("slips")

PART = 120
"""Slips in one file: 15 sheets, drawn in a second or two."""

Someone = tuple[Employee, Unit]


class EverybodyJoined(DomainError):
    """Nobody in this unit is left whom this officer could give a slip."""


@dataclass(frozen=True)
class Wanted:
    """Whose slips a file holds: one person's, or those of a unit with ids from `first` to `last`; and who asked."""

    by: int
    employee_id: int | None = None
    unit_id: int = 0
    first: int = 0
    last: int = 0


@feature.button("slips")
async def choose_unit(context: Context, page: int) -> Answer:
    """Offer the own units, to an officer every agency."""
    if scope_of(context.person) is None:
        offered = [(one.id, one.name) for one in await units.agencies(context.session)]
    else:
        own = {role.unit_id for role in context.person.roles if role.name in KEEPERS and role.unit_id is not None}
        offered = [(unit_id, (await units.one(context.session, unit_id)).name) for unit_id in sorted(own)]
    choices = [pick(name, "unitslips", unit_id, 0) for unit_id, name in offered]
    return show("links/slips_where", *paged(choices, page, "slips"), [act("to_links", "menu", "pegawai")])


@feature.button("unitslips")
async def look_at_unit(context: Context, unit_id: int, page: int) -> Answer:
    """Say how many of a unit have not joined, and offer their sheet and the units below."""
    unit = await _covered(context, unit_id)
    people = await entitled(context.session, context.person.employee_id, unit_id)
    below = [pick(one.name, "unitslips", one.id, 0) for one in await units.children(context.session, unit_id)]
    rows = [*_parts(unit_id, people), *paged(below, page, "unitslips", unit_id), [act("back", "slips", 0)]]
    return show("links/slips_unit", *rows, unit=unit.name, count=len(people), days=context.tools.rules.slip_days)


@feature.button("printslips")
async def print_slips(context: Context, unit_id: int, first: int, last: int) -> Answer:
    """Hand out one part of a unit's sheet; it goes from the chat after a while."""
    await _covered(context, unit_id)
    return _file(context, {"unit_id": unit_id, "first": first, "last": last})


@feature.button("oneslip")
async def print_one(context: Context, employee_id: int) -> Answer:
    """Hand out one person's slip, also to somebody who has lost their account."""
    employee = await links.somebody(context.session, employee_id)
    await admit_keeper(context, employee, await links.unit_of(context.session, employee))
    return _file(context, {"employee_id": employee_id})


def slip_button(employee_id: int) -> Button:
    """Make the button that hands out one person's slip."""
    return act("one_slip", "oneslip", employee_id)


async def entitled(session: Session, by: int, unit_id: int) -> list[Someone]:
    """List who in a unit has not joined and may get a slip from this officer: nobody above them, nor themselves."""
    people = await link_review.not_joined(session, unit_id)
    higher = await roles.above(session, await roles.rank_of(session, by))
    return [one for one in people if one[0].id not in higher and one[0].id != by]


@file_builder("slips")
async def build_slips(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Make the slips and draw them; asked again after a lost reply, it makes new ones and the old ones are void."""
    wanted = Wanted(**values)
    async with job(tools) as (session, now):
        people = await _people(session, wanted)
        if not people:
            raise EverybodyJoined
        ids = [employee.id for employee, _ in people]
        codes = await slips.make(session, ids, wanted.by, now, days=tools.rules.slip_days)
        subject, subject_id = ("employee", wanted.employee_id) if wanted.employee_id else ("unit", wanted.unit_id)
        await audit.write(
            session, "slips.print", at=now, subject=subject, subject_id=subject_id, actor_id=wanted.by, count=len(ids)
        )
    expires = tools.clock.local(now + timedelta(days=tools.rules.slip_days))
    sheet = [
        Slip(
            name_initials=inisial(employee.full_name),
            unit=unit.name,
            code=slips.written(codes[employee.id].typed),
            link=slips.address(tools.bot_name, codes[employee.id].link),
            expires=expires,
        )
        for employee, unit in people
    ]
    office = tools.rules.office_name
    drawn = await asyncio.to_thread(slips_pdf, sheet, language, catalog=tools.catalog, office=office)
    told = {"count": len(sheet), "minutes": tools.rules.file_delete_minutes}
    return Built(f"lembar-kode-{now:%Y%m%d-%H%M}.pdf", drawn, tools.catalog.render("links/slips_file", told, language))


async def _people(session: Session, wanted: Wanted) -> Sequence[Someone]:
    if wanted.employee_id is None:
        people = await entitled(session, wanted.by, wanted.unit_id)
        return [one for one in people if wanted.first <= one[0].id <= wanted.last][:PART]
    employee = await links.somebody(session, wanted.employee_id)
    return [(employee, await links.unit_of(session, employee))]


def _file(context: Context, values: dict[str, Any]) -> Answer:
    wanted = {"by": context.person.employee_id, **values}
    return [say("links/slips_making"), File("slips", wanted, context.tools.rules.file_delete_minutes)]


def _parts(unit_id: int, people: Sequence[Someone]) -> list[list[Button]]:
    # By ids and not by places: whoever joins between two presses must not shift somebody else out of both parts.
    ids = sorted(employee.id for employee, _ in people)
    parts = [ids[start : start + PART] for start in range(0, len(ids), PART)]
    return [
        [act("print_part", "printslips", unit_id, part[0], part[-1], first=number * PART + 1, count=len(part))]
        for number, part in enumerate(parts)
    ]


async def _covered(context: Context, unit_id: int) -> Unit:
    unit = await units.one(context.session, unit_id)
    if not context.person.covers(unit.path, *KEEPERS):
        raise NotAllowed
    return unit
