"""Which questions and options are shown, and which answers count, for what has been answered so far."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.surveys.conditions import holds
from db.surveys.definition import AGREED, SEVERAL, Definition, Kind, Option, Question
from db.surveys.values import InvalidAnswer, Value, check

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class View:
    """The survey as it stands for one person: the questions shown, in order, and the answers that count."""

    shown: tuple[Question, ...]
    options: Mapping[str, tuple[Option, ...]]
    """The options shown, by question."""
    answers: Mapping[str, Value]
    declined: str | None
    """The consent without which nothing further is asked, once it was refused."""
    codes: tuple[str, ...]
    """The codes of the questions shown."""


_Asked = tuple[bool, Attributes, Mapping[str, Any]]
_recent: deque[tuple[Definition, _Asked, View]] = deque(maxlen=8)
"""The last views: one act asks for the same one several times, before and after what it changes."""


def view(definition: Definition, attributes: Attributes, given: Mapping[str, Any], *, hopeful: bool = False) -> View:
    """Walk the questions in order, each judged by the answers before it.

    An answer to a hidden question, or with options no longer shown, is kept by its owner but does not count.
    `hopeful` looks past a consent that nobody has answered yet, to tell how long the survey may become.
    """
    asked = (hopeful, attributes, given)
    for of, known, made in _recent:
        if of is definition and known == asked and _kinds(known) == _kinds(asked):
            return made
    made = _walked(definition, attributes, given, hopeful)
    _recent.appendleft((definition, (hopeful, dict(attributes), dict(given)), made))
    return made


def _kinds(asked: _Asked) -> list[type]:
    return [type(value) for value in asked[2].values()]  # to Python 1, 1.0 and True are equal; as answers they are not


def _walked(definition: Definition, attributes: Attributes, given: Mapping[str, Any], hopeful: bool) -> View:
    shown: list[Question] = []
    options: dict[str, tuple[Option, ...]] = {}
    answers: dict[str, Value] = {}
    declined = None
    for question in definition.questions:
        if question.show_if is not None and not holds(question.show_if, answers, attributes):
            continue
        shown.append(question)
        options[question.code] = offered = (
            _offered(question, answers, attributes) if question.varies else question.options
        )  # fmt: skip
        said = given.get(question.code)
        value = _counting(question, offered, said) if said is not None else None
        if value is not None:
            answers[question.code] = value
        if question.gates and value != AGREED and not (hopeful and value is None):
            declined = question.code if value is not None else None
            break
    return View(tuple(shown), options, answers, declined, tuple(question.code for question in shown))


def _offered(question: Question, answers: Mapping[str, Value], attributes: Attributes) -> tuple[Option, ...]:
    return tuple(
        option for option in question.options if option.show_if is None or holds(option.show_if, answers, attributes)
    )


def _counting(question: Question, options: tuple[Option, ...], value: Any) -> Value | None:
    if question.kind is Kind.PAGE:
        return None
    if question.kind in SEVERAL and isinstance(value, tuple):
        gone = {option.code for option in question.options} - {option.code for option in options}
        value = tuple(pick for pick in value if pick not in gone)
    try:
        return check(question, options, value)
    except InvalidAnswer:
        return None
