"""Limits that contradict each other, options that stand twice, choices nobody could make."""

from collections.abc import Iterator, Sequence
from typing import Any

from db.surveys.definition import LISTED, LONG_TEXT, SEVERAL, Definition, Kind, Question
from db.surveys.problems import Place, Problem

FEWEST_POINTS, MOST_POINTS = 3, 7
"""Points of a scale that fit one row of buttons on a phone."""
FEWEST_OPTIONS = 2
"""One option alone is no question."""
_TEXTS = (Kind.SHORT_TEXT, Kind.LONG_TEXT)


def problems(definition: Definition) -> Iterator[Problem]:
    """Find what contradicts itself within single questions."""
    for place, question in enumerate(definition.questions):
        for code, field, option, values in (*_limits(question), *_options(question)):
            yield Problem(code, Place(place, field, option), {"question": question.code, **values})


Found = tuple[str, str, int | None, dict[str, Any]]


def _limits(question: Question) -> Iterator[Found]:
    low, high = question.low, question.high
    if low is not None and high is not None and _exceeds(low, high):
        yield "limits_contradict", "min", None, {"low": low, "high": high}
    if question.kind in (Kind.MULTIPLE, Kind.RANKED) and not question.options_from:
        offered = len(question.options)
        for field, limit in (("min", low), ("max", high)):
            if isinstance(limit, int | float) and limit > offered:
                yield "more_than_options", field, None, {"limit": limit, "options": offered}
    if question.kind in {*SEVERAL, *_TEXTS} and high == 0:
        yield "out_of_range", "max", None, {"ge": 1}
    if question.kind is Kind.SCALE and not FEWEST_POINTS <= question.most <= MOST_POINTS:
        yield "scale_points", "max", None, {"ge": FEWEST_POINTS, "le": MOST_POINTS}
    if question.kind in _TEXTS and question.most > LONG_TEXT:
        yield "out_of_range", "max", None, {"ge": 1, "le": LONG_TEXT}


def _exceeds(low: float | str, high: float | str) -> bool:
    if isinstance(low, str) or isinstance(high, str):
        return str(low) > str(high)  # days as ISO text sort as they follow each other
    return low > high


def _options(question: Question) -> Iterator[Found]:
    if question.options_from:
        return
    options = question.options
    yield from _twice("option_twice", [option.code for option in options])
    yield from _twice("option_text_twice", [option.text.id.casefold() for option in options])
    if question.kind in LISTED - {Kind.UNIT} and len(options) < FEWEST_OPTIONS:
        yield "too_few_options", "options", None, {"options": len(options)}


def _twice(code: str, named: Sequence[str]) -> Iterator[Found]:
    for place, name in enumerate(named):
        if name in named[:place]:
            yield code, "options", place, {"option": name}
