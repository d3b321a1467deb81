"""A roster's file at the counter: read into rows, and given back with a remark beside each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from content.catalog import Catalog
from content.sheets import Column, Columns, Header, annotate, find_header, in_columns, read_table, template
from db.remarks import Remark
from db.roster import columns
from db.roster.judging import Judged, judge
from db.roster.merging import Change
from db.roster.planning import Plan
from db.roster.rules import RosterRules

TEMPLATE_WIDTH = 24


@dataclass(frozen=True)
class RosterFile:
    """A file as it came, and what stands in it."""

    data: bytes
    name: str
    header: Header
    rows: Columns

    @property
    def dropped(self) -> list[str]:
        """Name the columns that are not kept."""
        return columns.dropped(self.header.unused)

    def judge(self, rules: RosterRules, today: date) -> Judged:
        """Judge the rows; raises what `db.roster.judging.judge` does."""
        if absent := columns.missing(self.header.columns):
            raise columns.NoRosterColumns(columns=absent)
        return judge(self.rows, rules, today)


def open_file(data: bytes, name: str, today: date) -> RosterFile:
    """Read a roster; raises `SheetError`."""
    table = read_table(data, name)
    header = find_header(table.rows, columns.aliases(today.year))
    return RosterFile(data, name, header, in_columns(table.rows, header))


def sentences(remarks: list[Remark], catalog: Catalog, language: str = "id") -> str:
    """Say remarks one after the other."""
    return " ".join(catalog.label(f"remarks.{one.code}", language, **one.values) for one in remarks)


def remarks_by_row(plan: Plan, catalog: Catalog, language: str = "id") -> dict[int, str]:
    """Say to every row what became of it, by the sheet's row number."""
    word = partial(catalog.label, language=language)
    kinds = {name: word(f"remark_kinds.{name}") for name in ("new", "moved", "returned", "changed", "unchanged")}
    plain = {name: word("remark_kinds.accepted", kind=kind) for name, kind in kinds.items()}
    said = {change.entry.number: plain[kind_of(change)] for change in plan.changes}
    for change in plan.changes:
        if doubts := plan.remarks.get(change.entry.number):
            reasons = sentences(doubts, catalog, language)
            said[change.entry.number] = word("remark_kinds.warned", kind=kinds[kind_of(change)], reasons=reasons)
    for row in plan.refused:
        said[row] = word("remark_kinds.refused", reasons=sentences(plan.remarks[row], catalog, language))
    return said


def kind_of(change: Change) -> str:
    """Name what a row does to its person: `new`, `returned`, `moved`, `changed` or `unchanged`."""
    if change.person is None:
        return "new"
    if change.returned:
        return "returned"
    if change.moved:
        return "moved"
    return "changed" if change.differs else "unchanged"


def report(file: RosterFile, plan: Plan, catalog: Catalog, language: str = "id") -> bytes:
    """Give the file back with the column KETERANGAN."""
    said = remarks_by_row(plan, catalog, language)
    return annotate(file.data, file.name, said, header_row=file.header.row)


def summary(file: RosterFile, plan: Plan, catalog: Catalog, *, saved: bool, language: str = "id") -> Mapping[str, Any]:
    """Give the values of the text `roster/summary`."""
    return {
        "counts": plan.counts.as_dict(),
        "dropped": file.dropped,
        "notes": [sentences([note], catalog, language) for note in plan.notes],
        "share": plan.leaving.share,
        "second": plan.needs_second,
        "saved": saved,
    }


def empty_template() -> bytes:
    """Make the file the office fills in: every column text, so that no number loses its digits."""
    return template([Column(columns.title(name), width=TEMPLATE_WIDTH) for name in columns.TEMPLATE], sheet="Pegawai")
