"""Lays what a row says over what is known of its person: columns that are not in the file say nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from db.keys import Keyring
from db.roster.judging import FACTS, Entry, Judged
from db.roster.known import Known, KnownPerson
from db.roster.matching import Match

TALENT_SEAL, PHONE_SEAL = "talent", "phone"


class Change(NamedTuple):
    """A person as they will be; `person` is who they are now, None for somebody new."""

    entry: Entry
    person: KnownPerson | None
    facts: tuple[Any, ...]
    moved: bool
    phone: bool
    """Whether the telephone number is another one."""
    digest: str | None
    talent: Mapping[str, Any] | None
    """What is known of their talent, where that changes; None where it stays."""

    @property
    def renumbered(self) -> bool:
        """Tell whether the person has a new number."""
        return self.person is not None and self.person.nip != self.entry.nip.digits

    @property
    def returned(self) -> bool:
        """Tell whether the person had left."""
        return self.person is not None and self.person.left_at is not None

    @property
    def differs(self) -> bool:
        """Tell whether anything about a known person changes."""
        person = self.person
        told = person is not None and self.facts != person.facts
        return told or self.moved or self.phone or self.talent is not None or self.renumbered or self.returned


@dataclass(frozen=True)
class Merger:
    """Merges the rows of one roster."""

    known: Known
    judged: Judged
    keys: Keyring

    def changes(self, matches: Iterable[Match]) -> list[Change]:
        """Give every person as they will be."""
        told = tuple(name in self.judged.present for name in FACTS)
        return [self._change(match, told) for match in matches]

    def _change(self, match: Match, told: tuple[bool, ...]) -> Change:
        entry, person, digest = match
        if person is None:
            return Change(entry, None, entry.facts, moved=False, phone=bool(entry.phone), digest=digest, talent=None)
        facts = _laid_over(person.facts, entry, told)
        unit_id = self.known.units.get((entry.agency.key, entry.unit.key))
        speaks = "phone" in self.judged.present and "phone" not in entry.unread
        return Change(
            entry,
            person,
            facts,
            moved=unit_id != person.unit_id,
            phone=speaks and digest != person.phone_digest,
            digest=digest,
            talent=self._talent(entry, person),
        )

    def _talent(self, entry: Entry, person: KnownPerson) -> dict[str, Any] | None:
        if not self.judged.talent:
            return None
        before = self.keys.seal(TALENT_SEAL).open_json(person.talent_sealed) if person.talent_sealed else {}
        told = [name for name in self.judged.talent if name not in entry.unread]
        after = {name: value for name, value in before.items() if name not in told}
        after |= {name: value for name, value in talent_of(self.judged.talent, entry).items() if name in told}
        return after if after != before else None


def talent_of(fields: Sequence[str], entry: Entry) -> dict[str, Any]:
    """Give what a row says of a person's talent, without what it leaves open."""
    return {name: value for name, value in zip(fields, entry.talent, strict=True) if value is not None}


def _laid_over(before: tuple[Any, ...], entry: Entry, told: tuple[bool, ...]) -> tuple[Any, ...]:
    if entry.facts == before:
        return before
    return tuple(
        new if spoken and name not in entry.unread else old
        for name, new, old, spoken in zip(FACTS, entry.facts, before, told, strict=True)
    )
