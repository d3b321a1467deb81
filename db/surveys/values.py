"""What counts as an answer: choices pressed and words typed, brought to one form or refused with the reason.

One form a kind: a code for one choice, a tuple of codes for several, a whole number for points, a number, a day as
ISO text, a text. A picked agency, unit or place is `#` and its reference; whether that exists its picker knows.
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from db.errors import DomainError
from db.surveys.definition import ORDERED, POINTS, SEVERAL, Kind, Option, Question

Value = str | int | float | tuple[str, ...]
REFERENCE = re.compile(r"#[A-Za-z0-9_.-]{1,40}")
"""A place out of a picker's hundreds."""
LARGEST = 10**15
"""Numbers beyond are no answer to anything, and a file would round them."""


class InvalidAnswer(DomainError):
    """The answer cannot be taken; `reason` says why, the other values fill the sentence and its example."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason=reason, **values)
        self.reason = reason


def check(question: Question, options: Sequence[Option], value: Any) -> Value:
    """Give an answer in its one form, `options` being those shown now; raises `InvalidAnswer`."""
    checker = _CHECKERS.get(question.kind)
    if checker is None:
        raise InvalidAnswer("no_answer")
    return checker(question, options, value)


def pressed(question: Question, code: str) -> Any:
    """Turn a pressed button's code into the value it stands for; `check` judges it."""
    if question.kind in POINTS and code.isascii() and code.isdigit() and len(code) <= len("10"):
        return int(code)
    return code


def shown_codes(question: Question, options: Sequence[Option]) -> tuple[str, ...]:
    """Give the codes that can be chosen now."""
    if options is question.options or not question.options:
        return question.codes
    return tuple(option.code for option in options)


def _one(question: Question, options: Sequence[Option], value: Any) -> Value:
    if not isinstance(value, str) or value not in shown_codes(question, options):
        raise InvalidAnswer("not_offered", example=1)
    return value


def _several(question: Question, options: Sequence[Option], value: Any) -> Value:
    offered = [option.code for option in options]
    picks = list(value) if isinstance(value, tuple | list) else [value]
    if len(set(map(str, picks))) < len(picks) or not all(_offered(question, pick, offered) for pick in picks):
        raise InvalidAnswer("not_offered", example=1)
    alone = [option.code for option in options if option.exclusive and option.code in picks]
    if alone and len(picks) > 1:
        words = next(option.text for option in options if option.code == alone[0])
        raise InvalidAnswer("stands_alone", option={"id": words.id, "en": words.said("en")})
    if len(picks) > question.most:
        raise InvalidAnswer("too_many", most=question.most)
    if len(picks) < max(1, question.least) and not alone:
        raise InvalidAnswer("too_few", least=max(1, question.least))
    return tuple(picks) if question.kind in ORDERED else tuple(code for code in offered if code in picks)


def _offered(question: Question, pick: Any, offered: Sequence[str]) -> bool:
    if not isinstance(pick, str):
        return False
    return pick in offered or (question.kind is Kind.UNIT and REFERENCE.fullmatch(pick) is not None)


def _point(question: Question, options: Sequence[Option], value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, int) or str(value) not in question.codes:
        low, high = question.codes[0], question.codes[-1]
        raise InvalidAnswer("out_of_range", low=int(low), high=int(high), example=int(high) - 1)
    return value


def _number(question: Question, options: Sequence[Option], value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidAnswer("not_a_number", example=12.5)
    low = question.low if isinstance(question.low, int | float) else -LARGEST
    high = question.high if isinstance(question.high, int | float) else LARGEST
    if not low <= value <= high:
        raise InvalidAnswer("out_of_range", low=low, high=high, example=low if question.low is not None else high)
    return int(value) if float(value).is_integer() else value


def _day(question: Question, options: Sequence[Option], value: Any) -> Value:
    low, high = str(question.low or date.min.isoformat()), str(question.high or date.max.isoformat())
    try:
        day = date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise InvalidAnswer("not_a_day", example=question.low or question.high or "2026-11-24") from None
    if not low <= day <= high:
        raise InvalidAnswer("day_out_of_range", low=question.low, high=question.high, example=question.low or high)
    return day


def _text(question: Question, options: Sequence[Option], value: Any) -> Value:
    if not isinstance(value, str):
        raise InvalidAnswer("not_a_text")
    text = _clean(value, lines=question.kind is Kind.LONG_TEXT)
    if len(text) > question.most:
        raise InvalidAnswer("too_long", most=question.most, length=len(text))
    if len(text) < max(1, question.least):
        raise InvalidAnswer("too_short", least=max(1, question.least), length=len(text))
    return text


def _clean(value: str, *, lines: bool) -> str:
    """Keep what can be read: blanks as one, unseen signs dropped, lines only where lines are meant."""
    rows = (
        " ".join("".join(sign for sign in row if sign.isprintable() or sign.isspace()).split())
        for row in value.splitlines()
    )
    return ("\n" if lines else " ").join(row for row in rows if row)


_CHECKERS: dict[Kind, Callable[[Question, Sequence[Option], Any], Value]] = {
    Kind.SINGLE: _one,
    Kind.YES_NO: _one,
    Kind.CONSENT: _one,
    **dict.fromkeys(SEVERAL, _several),
    **dict.fromkeys(POINTS, _point),
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.SHORT_TEXT: _text,
    Kind.LONG_TEXT: _text,
}
