"""Somebody who works out of published tables what they do not say; written from the tables' meaning alone.

The attacker knows everything but the answers: who took part, with which attributes, how the survey branches, and all
that was published. A ballot is a column: (attributes, answers to a family of questions that depend on each other). A
published number is a sum of columns. What is a combination of published sums is known; so is every column inside a
sum of nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations, product
from typing import Any

Answer = tuple[str, ...]
"""Choices in their order; empty: no answer."""
Attributes = tuple[str, ...]
NAMES = ("agency", "employment_type", "position_kind")
"""Which attributes these are."""
PRIME = 2_147_483_647
ENOUGH = 5
FEW_PIECES, MANY_PIECES = 14, 50
"""Up to so many pieces, unions of three are tried, too; beyond so many, each piece alone: then much is published."""


@dataclass(frozen=True)
class Asked:
    """A question as everybody can read it in the survey."""

    code: str
    kind: str
    options: tuple[str, ...]
    most: int = 1
    required: bool = False
    alone: frozenset[str] = frozenset()
    after: tuple[str, str] | None = None
    """Asked only of those who chose this option of that question; of all who answered it where the option is empty."""
    from_chosen: bool = False
    """Only what was chosen there can be chosen here."""

    def answers(self) -> list[Answer]:
        """List every answer there can be."""
        orders = permutations if self.kind == "ranked" else combinations
        picks = [pick for many in range(1, self.most + 1) for pick in orders(self.options, many)]
        valid = [pick for pick in picks if len(pick) == 1 or not self.alone & set(pick)]
        return valid if self.required else [(), *valid]

    def answers_after(self, before: Answer) -> list[Answer]:
        """List every answer after what was said to the question this one hangs on."""
        if self.after is not None and not (self.after[1] in before or (not self.after[1] and before)):
            return [()]
        return [pick for pick in self.answers() if not self.from_chosen or set(pick) <= set(before)]


@dataclass(frozen=True)
class Ballot:
    attributes: Attributes
    answers: dict[str, Answer]


Column = tuple[Attributes, tuple[Answer, ...]]
Predicate = Callable[[Column], bool]


@dataclass
class Known:
    """What is known of one family: sums of columns, and the columns that are nobody."""

    columns: list[Column]
    sums: list[tuple[frozenset[int], int]] = field(default_factory=list)

    def learn(self, holds: Predicate, count: int) -> None:
        self.sums.append((frozenset(i for i, column in enumerate(self.columns) if holds(column)), count))


@dataclass(frozen=True)
class Leak:
    """Fewer than five people, worked out."""

    family: tuple[str, ...]
    count: int
    columns: tuple[Column, ...]


def leaks(survey: Sequence[Asked], ballots: Sequence[Ballot], *publications: dict[str, Any]) -> list[Leak]:
    """Find what can be worked out of the publications together; empty where nobody under five can."""
    return [leak for family in families(survey) for leak in _of_family(family, ballots, publications)]


def families(survey: Sequence[Asked]) -> list[list[Asked]]:
    """Put questions together that depend on each other."""
    found: list[list[Asked]] = []
    for one in survey:
        home = next((family for family in found if one.after and any(q.code == one.after[0] for q in family)), None)
        if home is None:
            found.append([one])
        else:
            home.append(one)
    return found


def _of_family(family: list[Asked], ballots: Sequence[Ballot], publications: Sequence[dict[str, Any]]) -> list[Leak]:
    known = Known(_columns(family, ballots))
    codes = [question.code for question in family]
    for told in publications:
        if told["people"]:
            known.learn(lambda _: True, told["people"])
        for holds, count in _overall(told, family):
            known.learn(holds, count)
        for holds, count in _by_groups(told, codes):
            known.learn(holds, count)
    truth: dict[int, int] = {}
    place = {column: i for i, column in enumerate(known.columns)}
    for ballot in ballots:
        column = (ballot.attributes, tuple(ballot.answers.get(code, ()) for code in codes))
        truth[place[column]] = truth.get(place[column], 0) + 1
    return [
        Leak(tuple(codes), count, tuple(known.columns[i] for i in sorted(columns)))
        for columns, count in worked_out(known, truth)
        if 0 < count < ENOUGH
    ]


def _columns(family: list[Asked], ballots: Sequence[Ballot]) -> list[Column]:
    """List everything somebody can be; a question comes only after the answer it depends on."""
    people = sorted({ballot.attributes for ballot in ballots})
    types: list[tuple[Answer, ...]] = [()]
    for question in family:
        longer = []
        for given in types:
            before = given[_place(family, question.after[0])] if question.after else ()
            longer += [(*given, answer) for answer in question.answers_after(before)]
        types = longer
    return list(product(people, types))


def _place(family: list[Asked], code: str) -> int:
    return next(i for i, question in enumerate(family) if question.code == code)


def _overall(told: dict[str, Any], family: list[Asked]) -> Iterator[tuple[Predicate, int]]:
    """A table counts those who were asked; what they left out is the empty code."""
    codes = [question.code for question in family]
    for table in told["questions"]:
        if table["question"] not in codes or table["hidden"]:
            continue
        at = codes.index(table["question"])
        asked = _was_asked(family, family[at])
        yield asked, table["people"]
        for block, counts in table["lines"]:
            for place, count in enumerate(counts or ()):
                said = _has(at, block[0]) if table["form"] == "choices" else _stands(at, place, block)
                yield _both(asked, said), count


def _was_asked(family: list[Asked], question: Asked) -> Predicate:
    if question.after is None:
        return lambda _: True
    at, code = _place(family, question.after[0]), question.after[1]
    return _has(at, code) if code else lambda column: bool(column[1][at])


def _by_groups(told: dict[str, Any], codes: list[str]) -> Iterator[tuple[Predicate, int]]:
    for layout in told["layouts"]:
        groups = [tuple(group) for group, _ in layout["groups"]]
        for group, cell in layout["groups"]:
            member = _member(tuple(group), groups, [NAMES.index(cut) for cut in told["cuts"]])
            yield member, sum(cell)
            if layout["question"] not in codes:
                continue
            at = codes.index(layout["question"])
            for block, count in zip(layout["blocks"], cell, strict=True):
                inside = _chose(at, layout["option"], block) if layout["option"] else _stands(at, 0, block)
                yield _both(member, inside), count


def _has(at: int, code: str) -> Predicate:
    return lambda column: code in column[1][at]


def _chose(at: int, option: str, block: list[str]) -> Predicate:
    return lambda column: (option in column[1][at]) == (block == [option])


def _stands(at: int, place: int, block: list[str]) -> Predicate:
    return lambda column: (column[1][at][place] if len(column[1][at]) > place else "") in block


def _both(one: Predicate, other: Predicate) -> Predicate:
    return lambda column: one(column) and other(column)


def _member(group: tuple[Any, ...], groups: list[tuple[Any, ...]], cuts: list[int]) -> Predicate:
    """Somebody stands under the own value where it is named beside this group's, else under the common rest."""

    def holds(column: Column) -> bool:
        path: tuple[Any, ...] = ()
        for own in (column[0][cut] for cut in cuts):
            named = {one[len(path)] for one in groups if one[: len(path)] == path}
            path = (*path, own if own in named else None)
        return path == group

    return holds


def worked_out(known: Known, truth: dict[int, int]) -> Iterator[tuple[frozenset[int], int]]:
    """Give the sets whose size follows from the sums: pieces of the published sets, and unions of few of them."""
    nobody = frozenset[int]().union(*(columns for columns, count in known.sums if not count))
    while True:
        pieces = _pieces(known, nobody)
        basis = _basis([[int(min(piece) in columns) for piece in pieces] for columns, _ in known.sums])
        found = list(_unions(pieces, basis))
        empty = frozenset[int]().union(*(one for one in found if not sum(truth.get(i, 0) for i in one)))
        if not empty:
            break
        nobody |= empty
    for columns in found:
        yield columns, sum(truth.get(i, 0) for i in columns)


def _pieces(known: Known, nobody: frozenset[int]) -> list[frozenset[int]]:
    """Put columns together that no published sum tells apart."""
    kinds: dict[tuple[bool, ...], set[int]] = {}
    for i in range(len(known.columns)):
        if i not in nobody:
            kinds.setdefault(tuple(i in columns for columns, _ in known.sums), set()).add(i)
    return [frozenset(piece) for piece in kinds.values()]


def _unions(pieces: list[frozenset[int]], basis: list[list[int]]) -> Iterator[frozenset[int]]:
    most = 3 if len(pieces) <= FEW_PIECES else 2 if len(pieces) <= MANY_PIECES else 1
    for many in range(1, most + 1):
        for chosen in combinations(range(len(pieces)), many):
            target = [int(i in chosen) for i in range(len(pieces))]
            if not any(_reduced(target, basis)):
                yield frozenset[int]().union(*(pieces[i] for i in chosen))


def _basis(rows: list[list[int]]) -> list[list[int]]:
    basis: list[list[int]] = []
    for row in rows:
        rest = _reduced(row, basis)
        lead = next((i for i, value in enumerate(rest) if value), None)
        if lead is not None:
            inverse = pow(rest[lead], PRIME - 2, PRIME)
            basis.append([value * inverse % PRIME for value in rest])
    return basis


def _reduced(row: list[int], basis: list[list[int]]) -> list[int]:
    rest = list(row)
    for one in basis:
        lead = next(i for i, value in enumerate(one) if value)
        if rest[lead]:
            factor = rest[lead]
            rest = [(value - factor * other) % PRIME for value, other in zip(rest, one, strict=True)]
    return rest
