"""All ballots of a round as sets: a bit for each ballot, so that any two answers can be held against each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from db.surveys.coarsening import Combination, coarsen
from db.surveys.conditions import AllOf, Answered, AnyOf, Attribute, Chosen, Condition, Not
from db.surveys.counting import PLACES, Counted, Row, counted, days, spans
from db.surveys.definition import Kind, Question

Answer = tuple[int, str, int, str | None, float | None]
"""Ballot (its place in the list), question, place, value, number."""
People = int
"""A set of ballots, a bit each."""


@dataclass
class Census:
    """Who answered what. `cuts` name the combination's parts, `groups` are made coarse enough already."""

    size: int
    cuts: Sequence[str]
    groups: Mapping[Combination, People]
    answered: dict[str, People] = field(default_factory=dict)
    chosen: dict[str, dict[str, People]] = field(default_factory=dict)
    first: dict[str, dict[str, People]] = field(default_factory=dict)
    rows: dict[str, dict[tuple[str | None, float | None, int], int]] = field(default_factory=dict)

    @property
    def everybody(self) -> People:
        """Give the set of all."""
        return (1 << self.size) - 1

    def counted(self, question: Question) -> Counted:
        """Count one question."""
        found: list[Row] = [(*key, many) for key, many in self.rows.get(question.code, {}).items()]
        return counted(question, found, self.size)

    def bounds(self, condition: Condition) -> tuple[People, People]:
        """Give who certainly meets a condition, and who may: attributes are known as far as they are told."""
        match condition:
            case AllOf(parts):
                return self._joined(parts, both=True)
            case AnyOf(parts):
                return self._joined(parts, both=False)
            case Not(part):
                sure, maybe = self.bounds(part)
                return self.everybody & ~maybe, self.everybody & ~sure
            case Chosen(question, values):
                mine = self.chosen.get(question, {})
                met = united(mine.get(value, 0) for value in values)
                return met, met
            case Answered(question):
                return self.answered.get(question, 0), self.answered.get(question, 0)
            case Attribute(name, values):
                return self._attribute(name, values)

    def _joined(self, parts: Sequence[Condition], *, both: bool) -> tuple[People, People]:
        sure = maybe = self.everybody if both else 0
        for one, other in map(self.bounds, parts):
            sure, maybe = (sure & one, maybe & other) if both else (sure | one, maybe | other)
        return sure, maybe

    def _attribute(self, name: str, values: Sequence[str]) -> tuple[People, People]:
        if name not in self.cuts:
            return 0, self.everybody
        place = list(self.cuts).index(name)
        met = united(people for group, people in self.groups.items() if group[place] in values)
        open_ = united(people for group, people in self.groups.items() if group[place] is None)
        return met, met | open_


def united(sets: Iterable[People]) -> People:
    """Give who is in any of these sets."""
    found = 0
    for one in sets:
        found |= one
    return found


def census(cuts: Sequence[str], combinations: Sequence[Combination], answers: Iterable[Answer]) -> Census:
    """Take the census of ballots, given by their combinations of the cuts, and of their answers."""
    size = len(combinations)
    groups: dict[Combination, _Bits] = {}
    for place, combination in enumerate(coarsen(combinations)):
        groups.setdefault(combination, _Bits(size)).add(place)
    made = Census(size, cuts, {group: bits.people for group, bits in groups.items()})
    sets: dict[tuple[str, str, str], _Bits] = {}
    for ballot, question, place, value, number in answers:
        rows = made.rows.setdefault(question, {})
        key = (value, number, min(place, PLACES))
        rows[key] = rows.get(key, 0) + 1
        if place == 0:
            sets.setdefault(("answered", question, ""), _Bits(size)).add(ballot)
        said = value if value is not None or number is None else repr(number)
        if said is not None:
            sets.setdefault(("chosen", question, said), _Bits(size)).add(ballot)
            if place == 0:
                sets.setdefault(("first", question, said), _Bits(size)).add(ballot)
    for (kind, question, value), bits in sets.items():
        if kind == "answered":
            made.answered[question] = bits.people
        else:
            getattr(made, kind).setdefault(question, {})[value] = bits.people
    return made


def sets_of(found: Census, question: Question, *, first: bool) -> dict[str, People]:
    """Give who gave each answer, numbers and days by their spans; `first`: as the first choice."""
    sets = (found.first if first else found.chosen).get(question.code, {})
    if question.kind is Kind.NUMBER:
        named = {repr(number): span for number, span in spans(question, map(float, sets)).items()} if sets else {}
    elif question.kind is Kind.DATE:
        named = days(sets)
    else:
        return sets
    return {span: united(sets[value] for value in sets if named[value] == span) for span in named.values()}


class _Bits:
    """A set that grows; whole numbers are copied for every bit."""

    def __init__(self, size: int) -> None:
        self._bytes = bytearray(size // 8 + 1)

    def add(self, place: int) -> None:
        self._bytes[place >> 3] |= 1 << (place & 7)

    @property
    def people(self) -> People:
        return int.from_bytes(self._bytes, "little")
