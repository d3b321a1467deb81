"""How long the shortest and the longest way through a survey are, in questions and minutes."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.surveys.courses import Courses
from db.surveys.definition import Definition, Kind
from db.surveys.satisfiability import Atom, Search, TooComplicated, settle

SECONDS: Mapping[Kind, int] = {
    Kind.SINGLE: 12, Kind.MULTIPLE: 22, Kind.RANKED: 28, Kind.SCALE: 8, Kind.NPS: 9, Kind.YES_NO: 9, Kind.NUMBER: 14,
    Kind.DATE: 18, Kind.SHORT_TEXT: 25, Kind.LONG_TEXT: 60, Kind.CONSENT: 25, Kind.UNIT: 30, Kind.PAGE: 15,
}  # fmt: skip
"""Seconds a question takes, our estimate: the packaged survey's main part comes to the 6 to 8 minutes aimed at."""
_STEPS = 1_000
"""Decisions tried before bounds must do."""


@dataclass(frozen=True, slots=True)
class Length:
    """From the shortest to the longest way, pages not counted as questions; not `exact` means bounds, not ways."""

    fewest: int
    most: int
    shortest_minutes: int
    longest_minutes: int
    exact: bool


def length(definition: Definition) -> Length:
    """Measure the ways that end in answers sent."""
    courses = Courses(definition)
    counts = {question.code: int(question.kind is not Kind.PAGE) for question in definition.questions}
    seconds = {question.code: SECONDS[question.kind] for question in definition.questions}
    (fewest, most), first = _extremes(courses, counts)
    (quickest, slowest), second = _extremes(courses, seconds)
    return Length(fewest, most, _minutes(quickest), _minutes(slowest), first and second)


def _minutes(seconds: int) -> int:
    return max(1, -(-seconds // 60))


def _extremes(courses: Courses, weights: Mapping[str, int]) -> tuple[tuple[int, int], bool]:
    low = _Ways(courses, weights, sign=1)
    high = _Ways(courses, weights, sign=-1)
    return (low.best(), -high.best()), low.exact and high.exact


class _Ways:
    """Branch and bound: the smallest sum of `sign` × weight over the questions shown on a way."""

    def __init__(self, courses: Courses, weights: Mapping[str, int], *, sign: int) -> None:
        self._terms = [(courses.shown(code), sign * weight) for code, weight in weights.items() if weight]
        self._sent = courses.sent()
        self._search = Search(courses.domains, _STEPS)
        self._found: int | None = None
        self.exact = True

    def best(self) -> int:
        """Give the smallest sum; after too many steps a bound below it, and `exact` is False."""
        bound, _ = self._bound()
        try:
            self._go()
        except TooComplicated:
            self.exact = False
            return bound
        return bound if self._found is None else self._found

    def _go(self) -> None:
        sent = settle(self._sent, self._search.known)
        bound, hangs = self._bound()
        if sent is False or (self._found is not None and bound >= self._found):
            return
        atom = sent if isinstance(sent, Atom) else hangs
        if atom is None:
            self._found = bound
            return
        for so in (True, False):
            if self._search.assume(atom, so=so):
                self._go()
            self._search.forget(atom)

    def _bound(self) -> tuple[int, Atom | None]:
        """Sum what is shown for sure and what of the rest would make the sum smaller; name what it hangs on."""
        memo: dict[int, bool | Atom] = {}
        total, hangs = 0, None
        for formula, weight in self._terms:
            found = settle(formula, self._search.known, memo)
            if isinstance(found, Atom):
                hangs = hangs or found
                total += min(0, weight)
            else:
                total += weight * found
        return total, hangs
