"""Judges a roster: which rows are people the office can take, which are refused, and why."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from db.errors import DomainError
from db.nip import Nip
from db.remarks import Remark
from db.roster.checks import Bounds, check
from db.roster.columns import NoRosterColumns, missing
from db.roster.rows import RawColumns, Rows, read_rows, talent_fields
from db.roster.rules import RosterRules
from db.roster.words import CANDIDATE, PERMANENT
from db.units import UnitKey, UnitName, name_key

FACTS = (
    *("full_name", "title_prefix", "title_suffix", "sex", "employment_type", "legal_status", "grade"),
    *("position_kind", "position_name", "position_date", "education_level", "education_field"),
)
"""What the roster tells of a person in the clear, named like the columns of `employees`."""

BULK_SHARE = 0.1
BULK_ROWS = 3
"""From this share and number of rows on, numbers that Excel has rounded are a fault of the file, not of the rows."""
_ROUNDED = frozenset({"nip_rounded", "nip_serial"})


class NoRosterRows(DomainError):
    """Below the header there is nobody."""


class Entry(NamedTuple):
    """A row that is taken: the person as the file tells of them. `unread` names cells that could not be read."""

    number: int
    nip: Nip
    facts: tuple[Any, ...]
    talent: tuple[Any, ...]
    unread: frozenset[str]
    agency: UnitName
    unit: UnitName
    phone: str | None
    superior: str | None
    former: str | None


class Refused(NamedTuple):
    """A row that is refused, with what is known of whom it means."""

    number: int
    digits: str | None
    name: str | None


@dataclass
class Judged:
    """A roster as judged: nothing here has met the database yet."""

    present: frozenset[str]
    talent: list[str]
    entries: list[Entry]
    refused: list[Refused]
    remarks: dict[int, list[Remark]]
    """By the sheet's row number; of a refused row the reasons, of a taken one the doubts."""
    notes: list[Remark] = field(default_factory=list)
    """What is said of the file as a whole."""
    kecamatan: Mapping[UnitKey, str] = field(default_factory=dict)


_NONE: frozenset[str] = frozenset()


def judge(raw: RawColumns, rules: RosterRules, today: date) -> Judged:
    """Judge a roster's rows by the office's bounds; pure, and quick enough for a city (a fifth of a second).

    Raises `NoRosterRows`, and `NoRosterColumns` naming the columns that are missing.
    """
    with uncollected():
        return _judge(raw, Bounds(rules, today))


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: a hundred thousand values are made and kept, and it took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _judge(raw: RawColumns, bounds: Bounds) -> Judged:
    rows = read_rows(raw)
    if not len(rows):
        raise NoRosterRows
    if absent := missing(rows.present):
        raise NoRosterColumns(columns=absent)
    _settle_types(rows)
    check(rows, bounds)
    _settle_sexes(rows)
    talent = talent_fields(rows.present)
    return Judged(
        present=rows.present,
        talent=talent,
        entries=_entries(rows, talent),
        refused=_refused(rows),
        remarks=_remarks(rows),
        notes=_notes(rows),
        kecamatan=_kecamatan(rows),
    )


def _settle_types(rows: Rows) -> None:
    """A permanent servant whose other column says C is still a candidate."""
    if "probation" in rows.present:
        both = zip(rows.column("employment_type"), rows.column("probation"), strict=True)
        rows.columns["employment_type"] = [
            CANDIDATE if kind == PERMANENT and probation == CANDIDATE else kind for kind, probation in both
        ]


def _settle_sexes(rows: Rows) -> None:
    """Without a column the number tells; where both tell and differ, nobody is addressed by guess."""
    rows.columns["sex"] = [
        nip.sex if nip and sex in (None, nip.sex) else None
        for sex, nip in zip(rows.column("sex"), rows.nips, strict=True)
    ]


def _entries(rows: Rows, talent: list[str]) -> list[Entry]:
    facts = zip(*(rows.column(name) for name in FACTS), strict=True)
    sealed = zip(*(rows.column(name) for name in talent), strict=True) if talent else [()] * len(rows)
    unread = [_NONE] * len(rows)
    for place, names in rows.unread.items():
        unread[place] = frozenset(names)
    others = (rows.column(name) for name in ("agency", "unit", "phone", "superior", "former_nip"))
    every = map(Entry._make, zip(rows.numbers, rows.nips, facts, sealed, unread, *others, strict=True))
    return [entry for place, entry in enumerate(every) if place not in rows.refusals]


def _refused(rows: Rows) -> list[Refused]:
    names = rows.column("full_name")
    return [
        Refused(rows.numbers[place], nip.digits if (nip := rows.nips[place]) else None, _key(names[place]))
        for place in sorted(rows.refusals)
    ]


def _key(name: str | None) -> str | None:
    return name_key(name) if name else None


def _remarks(rows: Rows) -> dict[int, list[Remark]]:
    return {rows.numbers[place]: remarks for place, remarks in (rows.doubts | rows.refusals).items()}


def _notes(rows: Rows) -> list[Remark]:
    rounded = sum(1 for remarks in rows.refusals.values() if any(remark.code in _ROUNDED for remark in remarks))
    if rounded >= max(BULK_ROWS, BULK_SHARE * len(rows)):
        return [Remark("nip_column_numeric", {"rows": rounded})]
    return []


def _kecamatan(rows: Rows) -> dict[UnitKey, str]:
    """Where a unit's people work, when the file says one place for all of them."""
    if "kecamatan" not in rows.present:
        return {}
    told = set(zip(rows.column("agency"), rows.column("unit"), rows.column("kecamatan"), strict=True))
    places: dict[UnitKey, set[str]] = {}
    for agency, unit, where in told:
        if agency and unit and where:
            places.setdefault((agency.key, unit.key), set()).add(where)
    return {key: found.pop() for key, found in places.items() if len(found) == 1}
