"""How many have answered, agency by agency, and unit by unit inside an agency: small ones are told together."""

from collections.abc import Sequence
from typing import Any

from db.errors import StaleButton
from db.surveys import response, rounds, versions
from db.surveys.response import Rate
from handlers import keyboards
from handlers.answers import Answer, show
from handlers.buttons import act, pick
from handlers.context import Context
from handlers.employee.survey.wording import clip
from handlers.office.surveys.feature import feature
from handlers.office.surveys.words import title_of

UNITS_PAGE = 15
"""Units on one screen."""
LABEL = 60
"""Signs of an agency on a button."""


@feature.button("svk_rates")
async def rates(context: Context, round_id: int, page: int) -> Answer:
    """Show the response rate of each agency; small ones are told together, where that is not a few people either."""
    round_ = await rounds.get(context.session, round_id)
    smallest = context.tools.rules.smallest_group
    told, small = response.parted(await response.rates(context.session, round_.id), smallest)
    together = response.joined(small)
    page, shown = _page(told, page, keyboards.PAGE)
    entries = [pick(clip(one.name, LABEL), "svk_units", round_id, one.place, 0) for one in told]
    return show(
        "office_surveys/rates",
        *keyboards.paged(entries, page, "svk_rates", round_id),
        [act("back", "svk_round", round_.id)],
        title=title_of(context, await versions.get(context.session, round_.version_id)),
        rates=_said(shown),
        small=len(small),
        share=round(together.share, 2) if together.asked >= smallest else None,
    )


@feature.button("svk_units")
async def units(context: Context, round_id: int, agency_id: int, page: int) -> Answer:
    """Show the response rate of each unit in an agency that is told by itself; its small ones are told together."""
    round_ = await rounds.get(context.session, round_id)
    smallest = context.tools.rules.smallest_group
    agencies, _ = response.parted(await response.rates(context.session, round_.id), smallest)
    place = next((place for place, one in enumerate(agencies) if one.place == agency_id), None)
    if place is None:
        raise StaleButton  # what its units are told would tell the agency apart from the others
    found = await response.unit_rates(context.session, round_.id, agency_id)
    told, small = response.parted(found[agency_id], smallest)
    page, shown = _page(told, page, UNITS_PAGE)
    return show(
        "office_surveys/unit_rates",
        keyboards.turns(page, -(-len(told) // UNITS_PAGE), "svk_units", round_id, agency_id),
        [act("back", "svk_rates", round_id, place // keyboards.PAGE)],
        title=title_of(context, await versions.get(context.session, round_.version_id)),
        agency=agencies[place].name,
        whole=round(agencies[place].share, 2),
        rates=_said(shown),
        small=len(small),
        share=round(response.joined(small).share, 2),
    )


def _page(told: Sequence[Rate], page: int, size: int) -> tuple[int, Sequence[Rate]]:
    """Give the page that there is, the nearest to the one asked for, and what stands on it."""
    page = min(max(page, 0), max(0, len(told) - 1) // size)
    return page, told[page * size : (page + 1) * size]


def _said(shown: Sequence[Rate]) -> list[dict[str, Any]]:
    return [{"name": one.name, "share": round(one.share, 2)} for one in shown]
