"""The places a picker offers: agencies, units, districts; searched by words, a page at a time."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select, true
from sqlalchemy.orm import aliased

from db.engine import Session
from db.models import Unit
from db.surveys.definition import Picks
from db.units import name_key


class Place(NamedTuple):
    """A place: its reference in an answer (`#17`), its name, and for a unit its agency's."""

    reference: str
    name: str
    above: str | None = None

    @property
    def whole(self) -> str:
        """The name, with the agency where there is one."""
        return f"{self.name} · {self.above}" if self.above else self.name


async def found(
    session: Session, picks: Picks, query: str, *, first: int = 0, count: int = 8
) -> tuple[list[Place], int]:
    """Give `count` places whose names hold every word of a query, from the `first` on, and how many fit in all."""
    if picks is Picks.PLACE:
        fitting = [place for place in await _districts(session) if _fits(place.name, query)]
        return fitting[first : first + count], len(fitting)
    asked = _units(picks).where(*(Unit.name_key.contains(word, autoescape=True) for word in name_key(query).split()))
    total = await session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = await session.execute(asked.order_by(Unit.name_key, Unit.id).offset(first).limit(count))
    return [Place(f"#{row[0]}", row[1], row[2]) for row in rows], total


async def named(session: Session, picks: Picks, references: Iterable[str]) -> dict[str, str]:
    """Give the names of places by their references; one that is not there (any more) is left out."""
    wanted = set(references)
    if not wanted:
        return {}
    if picks is Picks.PLACE:
        return {place.reference: place.name for place in await _districts(session) if place.reference in wanted}
    ids = [int(one[1:]) for one in wanted if one[1:].isascii() and one[1:].isdigit() and len(one) <= len("#") + 18]
    rows = await session.execute(_units(picks).where(Unit.id.in_(ids)))
    return {f"#{row[0]}": Place("", row[1], row[2]).whole for row in rows}


def _units(picks: Picks) -> Select[int, str, str | None]:
    if picks is Picks.AGENCY:
        return select(Unit.id, Unit.name, literal(None)).where(Unit.parent_id.is_(None))
    agency = aliased(Unit)
    everywhere: ColumnElement[bool] = true()
    return select(Unit.id, Unit.name, agency.name).outerjoin(agency, agency.id == Unit.parent_id).where(everywhere)


async def _districts(session: Session) -> list[Place]:
    rows = await session.scalars(select(Unit.kecamatan).where(Unit.kecamatan.is_not(None)).distinct())
    names = sorted({" ".join(name.split()) for name in rows if name})
    return [Place(f"#{_slug(name)}", name) for name in names]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]


def _fits(name: str, query: str) -> bool:
    return all(word in name_key(name) for word in name_key(query).split())
