"""The tree of units: agencies, and the units below them; a unit's path holds its whole line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from db.cells import words
from db.engine import Session
from db.errors import NotFound
from db.models import Employee, Unit
from db.remarks import Cell, Unreadable, quoted

LONGEST_NAME = 200

UnitKey = tuple[str, str]
"""An agency's key and the key of a unit in it; an agency itself is its own unit."""


class UnitName(NamedTuple):
    """A unit's name as written, and the key under which other ways to write it are the same."""

    name: str
    key: str


def name_key(name: str) -> str:
    """Give the key of a name: blanks and capitals don't matter."""
    return " ".join(name.split()).casefold()


def unit_name(cell: Cell) -> UnitName | None:
    """Read a unit's name; raises `Unreadable` `too_long`."""
    name = words(cell)
    if name is None:
        return None
    made = UnitName(name, name_key(name))
    if max(len(made.name), len(made.key)) > LONGEST_NAME:
        raise Unreadable("too_long", value=quoted(name), limit=LONGEST_NAME)
    return made


@dataclass(frozen=True)
class Headcount:
    """A unit and how many people work in it and below."""

    id: int
    name: str
    path: str
    people: int


async def known(session: Session) -> dict[UnitKey, int]:
    """Give every unit's id by the keys of its agency and itself."""
    agency = aliased(Unit)
    rows = await session.execute(
        select(func.coalesce(agency.name_key, Unit.name_key), Unit.name_key, Unit.id).outerjoin(
            agency, agency.id == Unit.parent_id
        )
    )
    return {(above, key): unit_id for above, key, unit_id in rows}


async def grow(session: Session, wanted: Iterable[tuple[UnitName, UnitName]]) -> dict[UnitKey, int]:
    """Add the agencies and units that are not there yet; give all ids by key. A known unit keeps its name."""
    pairs = list(dict.fromkeys(wanted))
    have = await known(session)
    agencies = {agency.key: agency for agency, _ in pairs if (agency.key, agency.key) not in have}
    if agencies:
        await session.execute(insert(Unit), [_row(agency, None) for agency in agencies.values()])
        await _write_paths(session)
        have = await known(session)
    units = {(agency.key, unit.key): unit for agency, unit in pairs if (agency.key, unit.key) not in have}
    if units:
        await session.execute(insert(Unit), [_row(unit, have[key[0], key[0]]) for key, unit in units.items()])
        await _write_paths(session)
        have = await known(session)
    return have


async def locate(session: Session, places: Mapping[int, str]) -> None:
    """Note in which kecamatan units lie, by unit id."""
    if places:
        rows = [{"the_id": unit_id, "where": where} for unit_id, where in places.items()]
        statement = update(Unit).where(Unit.id == bindparam("the_id")).values(kecamatan=bindparam("where"))
        await (await session.connection()).execute(statement, rows)


def _row(unit: UnitName, parent: int | None) -> dict[str, object]:
    return {"parent_id": parent, "name": unit.name, "name_key": unit.key, "path": ""}


async def _write_paths(session: Session) -> None:
    # A path holds the row's own id, which is known only now.
    above = aliased(Unit)
    parent = select(above.path).where(above.id == Unit.parent_id).scalar_subquery()
    own = literal("/").concat(cast(Unit.id, String)).concat("/")
    whole = func.coalesce(parent.concat(cast(Unit.id, String)).concat("/"), own)
    await session.execute(update(Unit).where(Unit.path == "").values(path=whole))


async def one(session: Session, unit_id: int) -> Unit:
    """Give a unit by its id; raises `NotFound`."""
    found = await session.get(Unit, unit_id)
    if found is None:
        raise NotFound
    return found


async def agencies(session: Session) -> list[Headcount]:
    """List the agencies by name, with the people who work in each now."""
    return await _counted(session, Unit.parent_id.is_(None))


async def children(session: Session, unit_id: int) -> list[Headcount]:
    """List the units directly below a unit by name, with the people who work in each now."""
    return await _counted(session, Unit.parent_id == unit_id)


async def subtree(session: Session, unit_id: int) -> list[int]:
    """Give the ids of a unit and of everything below it; empty where there is no such unit."""
    top = select(Unit.path).where(Unit.id == unit_id).scalar_subquery()
    return list(await session.scalars(select(Unit.id).where(Unit.path.startswith(top)).order_by(Unit.id)))


async def _counted(session: Session, which: ColumnElement[bool]) -> list[Headcount]:
    below = aliased(Unit)
    works_there = and_(Employee.unit_id == below.id, Employee.left_at.is_(None))
    rows = await session.execute(
        select(Unit.id, Unit.name, Unit.path, func.count(Employee.id))
        .outerjoin(below, below.path.startswith(Unit.path))
        .outerjoin(Employee, works_there)
        .where(which)
        .group_by(Unit.id)
        .order_by(Unit.name_key)
    )
    return [Headcount(*row) for row in rows]
