"""What was answered to one question, counted: by value, by place where the order counts, numbers and days in spans."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from db.surveys.definition import ORDERED, SEVERAL, Kind, Question

PLACES = 3
"""Places of a ranking that are told apart: first, second, third choice."""
SPANS = 8
"""Spans into which numbers are gathered, about; more do not fit on a phone."""
MONTHS = 24
"""Days over more months than these are gathered by year."""
NONE = ""
"""The code of having given no answer."""


@dataclass(frozen=True)
class Counted:
    """The answers to one question; `people` are all ballots, whether they answer it or not."""

    people: int
    answered: int
    chosen: Mapping[str, int]
    """How many chose a code, at whatever place."""
    places: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """How many chose a code first, second, third; only where the order counts."""
    mean: float | None = None
    median: float | None = None

    @property
    def silent(self) -> int:
        """How many gave no answer."""
        return self.people - self.answered


Row = tuple[str | None, float | None, int, int]
"""Value, number, place, and how many."""


def counted(question: Question, rows: Iterable[Row], people: int) -> Counted:
    """Count the rows of one question."""
    known = list(rows)
    if question.kind is Kind.NUMBER:
        return _numbers(question, Counter({float(number): many for _, number, _, many in known if number is not None}),
                        people)  # fmt: skip
    chosen: Counter[str] = Counter()
    places: dict[str, list[int]] = {}
    for value, _, place, many in known:
        if value is None:
            continue
        chosen[value] += many
        if question.kind in ORDERED and place < PLACES:
            places.setdefault(value, [0] * PLACES)[place] += many
    answered = sum(many for value, _, place, many in known if place == 0 and value is not None)
    if question.kind is Kind.DATE:
        named = days(chosen)
        chosen = _gathered(chosen, named)
    return Counted(people, answered, chosen, places)


def _gathered(chosen: Mapping[str, int], named: Mapping[str, str]) -> Counter[str]:
    found: Counter[str] = Counter(dict.fromkeys(named.values(), 0))
    for value, many in chosen.items():
        found[named[value]] += many
    return found


def _numbers(question: Question, numbers: Counter[float], people: int) -> Counted:
    answered = numbers.total()
    if not answered:
        return Counted(people, 0, {})
    named = spans(question, numbers)
    chosen: Counter[str] = Counter(dict.fromkeys(dict.fromkeys(named.values()), 0))
    for number, many in numbers.items():
        chosen[named[number]] += many
    mean = sum(number * many for number, many in numbers.items()) / answered
    return Counted(people, answered, chosen, {}, mean, _median(numbers))


def _median(numbers: Counter[float]) -> float:
    half, lower = numbers.total() / 2, None
    passed = 0
    for number in sorted(numbers):
        if lower is not None:
            return (lower + number) / 2
        passed += numbers[number]
        if passed > half:
            return number
        if passed == half:
            lower = number
    raise ValueError("no numbers")


def spans(question: Question, numbers: Iterable[float]) -> dict[float, str]:
    """Name the span each number falls into, `from..below`, in equal round steps; the spans in order."""
    known = sorted(set(numbers))
    low = float(question.low) if isinstance(question.low, int | float) else known[0]
    high = float(question.high) if isinstance(question.high, int | float) else known[-1]
    step = _round_step((max(high, known[-1]) - min(low, known[0])) / SPANS)
    named = {}
    for number in known:
        begin = math.floor(number / step) * step
        named[number] = f"{begin:g}..{begin + step:g}"
    return named


def _round_step(least: float) -> float:
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


def days(values: Iterable[str]) -> dict[str, str]:
    """Name the month (`2026-11`) of each day, or the year where they lie far apart; in order."""
    known = sorted(set(values))
    if not known:
        return {}
    first, last = date.fromisoformat(known[0]), date.fromisoformat(known[-1])
    far = (last.year - first.year) * 12 + last.month - first.month > MONTHS
    return {value: value[: len("2026" if far else "2026-11")] for value in known}


def codes(question: Question, found: Counted) -> list[str]:
    """List the codes in the order shown: the definition's, then what people picked out of hundreds, or the spans."""
    own = [code for code in question.codes if code]
    if question.kind in (Kind.NUMBER, Kind.DATE):
        return list(found.chosen)
    picked = sorted((code for code in found.chosen if code not in own), key=lambda code: (-found.chosen[code], code))
    return [*own, *picked]


def picks_several(question: Question, found: Counted) -> bool:
    """Tell whether somebody chose more than one."""
    return question.kind in SEVERAL and sum(found.chosen.values()) > found.answered
