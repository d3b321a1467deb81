"""Whether some course of answers makes a formula true: a search that decides only what the formula hangs on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_STEPS = 1_000
"""Decisions tried before a survey counts as too complicated to be judged; real ones need a few dozen."""


class Atom(NamedTuple):
    """One thing that is so or not: a question's choice, that it is answered (no value), or an attribute's word."""

    name: str
    value: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Junction:
    """All of the parts, or any of them."""

    every: bool
    parts: "tuple[Formula, ...]"


@dataclass(frozen=True, eq=False, slots=True)
class Negation:
    """The part is not so."""

    part: "Formula"


Formula = Atom | Junction | Negation
TRUE = Junction(every=True, parts=())
FALSE = Junction(every=False, parts=())
Assignment = Mapping[Atom, bool]


def every(*parts: Formula) -> Formula:
    """Join parts that must all be so."""
    return parts[0] if len(parts) == 1 else Junction(every=True, parts=parts)


def some(*parts: Formula) -> Formula:
    """Join parts of which one must be so."""
    return parts[0] if len(parts) == 1 else Junction(every=False, parts=parts)


@dataclass(frozen=True, slots=True)
class Domain:
    """What answers to one question can be: how many of which codes, and which stand alone; `open_ended` has more."""

    codes: tuple[str, ...] = ()
    least: int = 1
    most: int = 1
    alone: frozenset[str] = frozenset()
    open_ended: bool = False

    def allows(self, held: Mapping[str | None, bool]) -> bool:
        """Tell whether some answer, or none, fits what is assumed about it so far."""
        chosen = [code for code, so in held.items() if code is not None and so]
        answered = held.get(None)
        if not chosen and answered is not True:
            return True
        if answered is False or len(chosen) > self.most:
            return False
        if self.alone.intersection(chosen):
            return len(chosen) == 1
        return self._fillable(chosen, held)

    def _fillable(self, chosen: list[str], held: Mapping[str | None, bool]) -> bool:
        if self.open_ended:
            return True
        free = [code for code in self.codes if held.get(code) is not False]
        together = [code for code in free if code not in self.alone]
        return len(together) >= max(1, self.least) or (not chosen and len(together) < len(free))


class TooComplicated(Exception):
    """The search ran out of steps."""


def settle(formula: Formula, known: Assignment, memo: dict[int, bool | Atom] | None = None) -> bool | Atom:
    """Give what a formula is under what is known, or the first thing it still hangs on."""
    if isinstance(formula, Atom):
        return known.get(formula, formula)
    memo = {} if memo is None else memo
    if id(formula) not in memo:
        memo[id(formula)] = _settled(formula, known, memo)
    return memo[id(formula)]


def _settled(formula: Junction | Negation, known: Assignment, memo: dict[int, bool | Atom]) -> bool | Atom:
    if isinstance(formula, Negation):
        inner = settle(formula.part, known, memo)
        return inner if isinstance(inner, Atom) else not inner
    hangs: Atom | None = None
    for part in formula.parts:
        found = settle(part, known, memo)
        if found is (not formula.every):
            return found
        if hangs is None and isinstance(found, Atom):
            hangs = found
    return formula.every if hangs is None else hangs


@dataclass
class Search:
    """Assumptions over the domains of questions and attributes, by name, and the steps left."""

    domains: Mapping[str, Domain]
    steps: int = MOST_STEPS
    known: dict[Atom, bool] = field(default_factory=dict)

    def solve(self, formula: Formula) -> dict[Atom, bool] | None:
        """Give assumptions under which the formula is true, None if there are none; raises `TooComplicated`."""
        found = settle(formula, self.known)
        if not isinstance(found, Atom):
            return dict(self.known) if found else None
        for so in (True, False):
            if self.assume(found, so=so):
                solution = self.solve(formula)
                if solution is not None:
                    self.forget(found)
                    return solution
            self.forget(found)
        return None

    def assume(self, atom: Atom, *, so: bool) -> bool:
        """Assume one thing more; False where no answer fits it."""
        self.steps -= 1
        if self.steps < 0:
            raise TooComplicated
        self.known[atom] = so
        held = {one.value: is_so for one, is_so in self.known.items() if one.name == atom.name}
        return self.domains[atom.name].allows(held)

    def forget(self, atom: Atom) -> None:
        """Take the assumption back."""
        self.known.pop(atom, None)
