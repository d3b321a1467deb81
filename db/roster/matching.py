"""Finds whom each row of a roster means: by number, by a former number, or as somebody whose number has changed."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from db.keys import Seal
from db.remarks import Remark
from db.roster.judging import FACTS, Entry, Judged
from db.roster.known import Known, KnownPerson
from db.units import name_key

NAME = FACTS.index("full_name")


class Match(NamedTuple):
    """A row that is taken, whom it means (None: somebody new), and the digest of its telephone number."""

    entry: Entry
    person: KnownPerson | None
    digest: str | None = None


@dataclass
class Matched:
    """The rows that are taken, those refused only now, what is doubtful, and who is meant by any of them."""

    matches: list[Match] = field(default_factory=list)
    refused: list[tuple[Entry, Remark]] = field(default_factory=list)
    doubts: list[tuple[Entry, Remark]] = field(default_factory=list)
    meant: set[int] = field(default_factory=set)


def match(known: Known, judged: Judged, phones: Seal) -> Matched:
    """Match a roster's rows with the people the archive knows.

    Refused are a number its holder no longer has (`nip_former`), and a row that says it is somebody who stands in the
    file already (`former_taken`).
    """
    if not known.people:
        return Matched([Match(entry, None) for entry in judged.entries])
    finder = _Finder(known, judged)
    for entry in judged.entries:
        finder.find(entry, phones.digest(entry.phone) if entry.phone else None)
    return finder.found


class _Finder:
    """One walk over a roster's rows."""

    def __init__(self, known: Known, judged: Judged) -> None:
        self.found = Matched()
        self._known = known
        self._in_file = {entry.nip.digits for entry in judged.entries}
        self._in_file |= {row.digits for row in judged.refused if row.digits}

    def find(self, entry: Entry, digest: str | None) -> None:
        person = self._known.people.get(entry.nip.digits)
        if person is None:
            self._find_newcomer(entry, digest)
        else:
            self._take(entry, person, digest)

    def _find_newcomer(self, entry: Entry, digest: str | None) -> None:
        holder = self._known.former.get(entry.nip.digits)
        if holder is not None:
            self.found.meant.add(holder)
            self.found.refused.append((entry, Remark("nip_former")))
            return
        person = self._named_by_former(entry) or self._namesake(entry, digest)
        if person is not None and (person.nip in self._in_file or person.id in self.found.meant):
            self.found.refused.append((entry, Remark("former_taken")))
            return
        if person is not None:
            self.found.doubts.append((entry, Remark("nip_changed")))
        self._take(entry, person, digest)

    def _take(self, entry: Entry, person: KnownPerson | None, digest: str | None) -> None:
        self.found.matches.append(Match(entry, person, digest))
        if person is not None:
            self.found.meant.add(person.id)

    def _named_by_former(self, entry: Entry) -> KnownPerson | None:
        return self._known.people.get(entry.former) if entry.former else None

    def _namesake(self, entry: Entry, digest: str | None) -> KnownPerson | None:
        """Find the one with the same name, birth, sex and telephone: a new contract brings a new number.

        Less than all four would let two people become one.
        """
        if digest is None:
            return None
        alike = self._alike.get((digest, *_self_of(entry.nip.digits, entry.facts[NAME])), [])
        return alike[0] if len(alike) == 1 else None

    @cached_property
    def _alike(self) -> dict[tuple[str, str, str], list[KnownPerson]]:
        alike: dict[tuple[str, str, str], list[KnownPerson]] = {}
        for person in self._known.people.values():
            if person.phone_digest and person.nip not in self._in_file:
                alike.setdefault((person.phone_digest, *_self_of(person.nip, person.facts[NAME])), []).append(person)
        return alike


def _self_of(digits: str, name: str) -> tuple[str, str]:
    return digits[:8] + digits[14], name_key(name)
