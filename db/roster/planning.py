"""The dry run: what saving a judged roster would change, person by person; nothing is changed yet."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from db.engine import Session, keys_of
from db.keys import Keyring
from db.remarks import Remark
from db.roster.judging import Entry, Judged, uncollected
from db.roster.known import Known, load
from db.roster.leaving import Leaving, who_leaves
from db.roster.matching import Matched, match
from db.roster.merging import PHONE_SEAL, Change, Merger


@dataclass(frozen=True)
class Counts:
    """What a roster comes to: rows accepted, refused and warned; people who left, are new, and so on; new units."""

    accepted: int
    refused: int
    left: int
    warned: int
    new: int
    changed: int
    unchanged: int
    moved: int
    returned: int
    renumbered: int
    rephoned: int
    units: int

    def as_dict(self) -> dict[str, int]:
        """Give the counts by name."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """A roster and what it would change."""

    judged: Judged
    changes: list[Change]
    leaving: Leaving
    remarks: dict[int, list[Remark]]
    """By the sheet's row number: why a row is refused, or what is doubtful about one that is taken."""
    refused: frozenset[int]
    """The numbers of the rows that are refused."""
    notes: list[Remark]
    """What is said of the file as a whole."""
    counts: Counts
    linked: frozenset[int]
    """Employees with an open link."""
    leaving_allowed: float
    """The share of leaving people one officer may say."""

    @property
    def needs_second(self) -> bool:
        """Tell whether more people would leave than one officer may say."""
        return self.leaving.share > self.leaving_allowed


async def plan(session: Session, judged: Judged, *, complete: Sequence[str] = (), leaving_share: float) -> Plan:
    """Compare a judged roster with what is known; nothing is changed.

    `complete` names the agencies of which the file holds everybody: who is missing there counts as left; above
    `leaving_share` of them saving needs a second officer. Raises `UnknownAgency`.
    """
    known = await load(session)
    return await asyncio.to_thread(_compare, known, judged, complete, keys_of(session), leaving_share)


def _compare(known: Known, judged: Judged, complete: Sequence[str], keys: Keyring, leaving_share: float) -> Plan:
    with uncollected():
        return _compared(known, judged, complete, keys, leaving_share)


def _compared(known: Known, judged: Judged, complete: Sequence[str], keys: Keyring, leaving_share: float) -> Plan:
    matched = match(known, judged, keys.seal(PHONE_SEAL))
    changes = Merger(known, judged, keys).changes(matched.matches)
    leaving = who_leaves(known, judged, complete, matched.meant)
    refused = frozenset([*(row.number for row in judged.refused), *(entry.number for entry, _ in matched.refused)])
    remarks = _remarks(judged, matched, _doubts(known, changes))
    return Plan(
        judged=judged,
        changes=changes,
        leaving=leaving,
        remarks=remarks,
        refused=refused,
        notes=[*judged.notes, *leaving.notes],
        counts=_count(known, changes, refused, remarks, leaving),
        linked=known.linked,
        leaving_allowed=leaving_share,
    )


def _remarks(judged: Judged, matched: Matched, doubts: Iterator[tuple[Entry, Remark]]) -> dict[int, list[Remark]]:
    remarks = judged.remarks.copy()
    for entry, doubt in [*matched.doubts, *doubts]:
        remarks[entry.number] = [*remarks.get(entry.number, ()), doubt]
    return remarks | {entry.number: [reason] for entry, reason in matched.refused}


def _doubts(known: Known, changes: Sequence[Change]) -> Iterator[tuple[Entry, Remark]]:
    if any(change.entry.superior for change in changes):
        numbers = known.people.keys() | {change.entry.nip.digits for change in changes}
        for change in changes:
            if change.entry.superior and change.entry.superior not in numbers:
                yield change.entry, Remark("superior_unknown")
    if known.people:
        yield from _phone_doubts(known, changes)


def _phone_doubts(known: Known, changes: Sequence[Change]) -> Iterator[tuple[Entry, Remark]]:
    """Doubt a number that somebody outside the file has, and tell that a joined person's number is another one now."""
    in_file = {change.person.id for change in changes if change.person}
    elsewhere = {one.phone_digest for one in known.people.values() if one.id not in in_file and one.left_at is None} - {
        None
    }
    for change in changes:
        if change.digest is not None and change.digest in elsewhere:
            yield change.entry, Remark("phone_elsewhere")
        if change.phone and change.person and change.person.id in known.linked:
            yield change.entry, Remark("phone_changed")


def _count(
    known: Known,
    changes: Sequence[Change],
    refused: frozenset[int],
    remarks: dict[int, list[Remark]],
    leaving: Leaving,
) -> Counts:
    old = [change for change in changes if change.person]
    kinds = Counter(
        {
            "changed": sum(change.differs for change in old),
            "moved": sum(change.moved for change in old),
            "returned": sum(change.returned for change in old),
            "renumbered": sum(change.renumbered for change in old),
            "rephoned": sum(change.phone for change in old),
        }
    )
    pairs = {(change.entry.agency, change.entry.unit) for change in changes}
    wanted = {key for agency, unit in pairs for key in ((agency.key, agency.key), (agency.key, unit.key))}
    return Counts(
        accepted=len(changes),
        refused=len(refused),
        left=len(leaving.people),
        warned=len(remarks.keys() - refused),
        new=len(changes) - len(old),
        unchanged=len(old) - kinds["changed"],
        units=len(wanted - known.units.keys()),
        **kinds,
    )
