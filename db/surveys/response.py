"""How many of those asked have answered; of an anonymous round only who has finished, a yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from db.engine import Session
from db.models import Link, SurveyParticipant, Unit

FINISHED, STARTED, DECLINED = "finished", "started", "declined"


@dataclass(frozen=True)
class Response:
    """A round at one moment; `started` have begun and not finished."""

    asked: int
    joined: int
    started: int
    finished: int
    declined: int


class Rate(NamedTuple):
    """How many of an agency, or of a unit in it, were asked, and how many of them have finished."""

    name: str
    asked: int
    finished: int
    place: int = 0
    """The agency or unit; 0 where several are told together."""

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.finished / self.asked if self.asked else 0.0


def _in_state(state: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((SurveyParticipant.state == state, 1), else_=0)), 0)


async def response(session: Session, round_id: int) -> Response:
    """Count a round's participants by how far they have come; one query."""
    open_link = and_(Link.employee_id == SurveyParticipant.employee_id, Link.closed_at.is_(None))
    row = (
        await session.execute(
            select(func.count(), func.count(Link.id), _in_state(STARTED), _in_state(FINISHED), _in_state(DECLINED))
            .select_from(SurveyParticipant)
            .outerjoin(Link, open_link)
            .where(SurveyParticipant.round_id == round_id)
        )
    ).one()
    asked, joined, started, finished, declined = map(int, row)
    return Response(asked, joined, started, finished, declined)


async def rates(session: Session, round_id: int) -> list[Rate]:
    """Count those asked and those finished by the agency they belonged to at the opening, by name."""
    return [rate for _, rate in await _counted(session, round_id, SurveyParticipant.agency_id)]


async def unit_rates(session: Session, round_id: int, agency_id: int | None = None) -> dict[int, list[Rate]]:
    """Count them by the unit they worked in at the opening, by name: for each agency, or for one."""
    found: dict[int, list[Rate]] = {}
    for agency, rate in await _counted(session, round_id, SurveyParticipant.unit_id, agency_id):
        found.setdefault(agency, []).append(rate)
    return found


async def _counted(
    session: Session, round_id: int, place: InstrumentedAttribute[int], agency_id: int | None = None
) -> list[tuple[int, Rate]]:
    mine = [SurveyParticipant.round_id == round_id]
    mine += [SurveyParticipant.agency_id == agency_id] if agency_id is not None else []
    rows = await session.execute(
        select(SurveyParticipant.agency_id, Unit.name, func.count(), _in_state(FINISHED), Unit.id)
        .select_from(SurveyParticipant)
        .join(Unit, Unit.id == place)
        .where(*mine)
        .group_by(SurveyParticipant.agency_id, Unit.id, Unit.name, Unit.name_key)
        .order_by(Unit.name_key, Unit.id)
    )
    return [(agency, Rate(name, int(asked), int(finished), unit)) for agency, name, asked, finished, unit in rows]


def parted(found: Sequence[Rate], smallest: int) -> tuple[list[Rate], list[Rate]]:
    """Part agencies, or the units of one, into those told by themselves and those told only together.

    Together they have at least `smallest` people, for the count of them all is shown, too, and what one takes from it
    must not be a few; so the least of the others may have to join them. Only of an agency that is told by itself may
    the units be told: else they would tell it.
    """
    together = [one for one in found if one.asked < smallest]
    alone = [one for one in found if one not in together]
    while together and alone and sum(one.asked for one in together) < smallest:
        least = min(alone, key=lambda one: one.asked)
        alone.remove(least)
        together.append(least)
    return alone, together


def joined(found: Sequence[Rate]) -> Rate:
    """Give the rate of some agencies or units together, without a name."""
    return Rate("", sum(one.asked for one in found), sum(one.finished for one in found))
