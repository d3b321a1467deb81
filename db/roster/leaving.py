"""Who has left: only people of agencies of which a file is declared to hold everybody, and who is not in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.errors import DomainError
from db.remarks import Remark
from db.roster.judging import Judged
from db.roster.known import Known
from db.roster.matching import NAME
from db.units import name_key


class UnknownAgency(DomainError):
    """An agency declared complete is neither in the archive nor in the file; `name` is what was written."""


class TooManyLeaving(DomainError):
    """More people would leave than one officer may say: `leaving` people, `share` of the complete agencies."""


@dataclass(frozen=True)
class Leaving:
    """Whom a roster lets go, out of how many in the agencies it holds whole."""

    people: tuple[int, ...] = ()
    of: int = 0
    agencies: tuple[int, ...] = ()
    notes: tuple[Remark, ...] = field(default=())

    @property
    def share(self) -> float:
        """Give their share of the people of these agencies."""
        return len(self.people) / self.of if self.of else 0.0


def who_leaves(known: Known, judged: Judged, complete: Sequence[str], meant: set[int]) -> Leaving:
    """Find who is missing from agencies declared complete.

    `meant` are the people a row means. Whoever a refused row may mean stays as well; a refused row that tells neither
    number nor name may mean anybody, so with one nobody leaves. Raises `UnknownAgency`.
    """
    agencies = _ids(known, judged, complete)
    there = [one for one in known.people.values() if one.agency_id in agencies and one.left_at is None]
    if any(row.digits is None and row.name is None for row in judged.refused):
        return Leaving((), len(there), agencies, (Remark("leaving_unclear"),) if agencies else ())
    numbers = {row.digits for row in judged.refused}
    names = {row.name for row in judged.refused}
    gone = (
        one.id
        for one in there
        if one.id not in meant and one.nip not in numbers and name_key(one.facts[NAME]) not in names
    )
    return Leaving(tuple(gone), len(there), agencies)


def _ids(known: Known, judged: Judged, complete: Sequence[str]) -> tuple[int, ...]:
    in_file = {entry.agency.key for entry in judged.entries}
    ids = []
    for name in complete:
        key = name_key(name)
        if (key, key) in known.units:
            ids.append(known.units[key, key])
        elif key not in in_file:
            raise UnknownAgency(name=name)
    return tuple(ids)
