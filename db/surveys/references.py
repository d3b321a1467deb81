"""What a question says about others: conditions and recalls may only look back at what exists."""

import re
from collections.abc import Iterator

from db.surveys import attributes, conditions
from db.surveys.conditions import Answered, Attribute, Chosen, Condition
from db.surveys.definition import TYPED, Definition, Kind, Question, Text
from db.surveys.problems import Place, Problem

PERSONAL = frozenset({"sapaan", "nama"})
"""Placeholders besides recalls: how the person is addressed, and the name."""
_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_RECALL = re.compile(r"answer\.([A-Z0-9_]+)")
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}")


def problems(definition: Definition) -> Iterator[Problem]:
    """Find conditions and placeholders that name what is not there, or comes later."""
    for place, question in enumerate(definition.questions):
        found = (*_conditions(definition, question), *_texts(question))
        for code, where, values in found:
            yield Problem(code, where._replace(question=place), {"question": question.code, **values})
        yield from _recalls(definition, place, question)
    for field, text in (("intro", definition.intro), ("closing", definition.closing)):
        for name in recalled(text):
            if field == "intro" or name not in definition.by_code:
                yield Problem("unknown_question", Place(None, field), {"question": "", "name": name})
        yield from (Problem("bad_placeholder", Place(None, field), {"question": "", "name": n}) for n in strange(text))


def recalled(*texts: Text | None) -> list[str]:
    """Name the questions whose answers texts recall, in either language."""
    found = [_RECALL.fullmatch(inside) for inside in _placeholders(*texts)]
    return list(dict.fromkeys(match[1] for match in found if match))


def strange(*texts: Text | None) -> list[str]:
    """Name what looks like a placeholder and is none."""
    said = [inside for inside in _placeholders(*texts) if inside not in PERSONAL and not _RECALL.fullmatch(inside)]
    stray = [found for text in _said(*texts) for found in _STRAY.findall(_PLACEHOLDER.sub("", text))]
    return list(dict.fromkeys([*said, *stray]))


def _said(*texts: Text | None) -> list[str]:
    return [said for text in texts if text for said in (text.id, text.en) if said]


def _placeholders(*texts: Text | None) -> list[str]:
    return [inside for text in _said(*texts) for inside in _PLACEHOLDER.findall(text)]


Found = tuple[str, Place, dict[str, str]]


def _conditions(definition: Definition, question: Question) -> Iterator[Found]:
    asked: list[tuple[Condition | None, Place]] = [(question.show_if, Place(field="show_if"))]
    if not question.options_from:
        asked += [(one.show_if, Place(field="options", option=at)) for at, one in enumerate(question.options)]
    for condition, where in asked:
        for leaf in conditions.leaves(condition) if condition else ():
            yield from ((code, where, values) for code, values in _leaf(definition, question, leaf))


def _leaf(definition: Definition, question: Question, leaf: conditions.Leaf) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(leaf, Attribute):
        words = attributes.KNOWN.get(leaf.name)
        if words is None:
            yield "unknown_attribute", {"name": leaf.name}
        for value in leaf.values:
            if words is not None and value not in words:
                yield "unknown_value", {"name": leaf.name, "value": value}
        return
    asked = definition.by_code.get(leaf.question)
    if asked is None:
        yield "unknown_question", {"name": leaf.question}
    elif definition.order[leaf.question] >= definition.order[question.code]:
        yield _forward(definition, question, asked), {"name": leaf.question}
    else:
        yield from _answers(asked, leaf)


def _forward(definition: Definition, question: Question, asked: Question) -> str:
    """Tell a loop (each waits for the other) from a condition that merely looks ahead."""
    seen: set[str] = set()
    waiting = [asked.code]
    while waiting:
        code = waiting.pop()
        if code == question.code:
            return "loop"
        if code not in seen and code in definition.by_code:
            seen.add(code)
            condition = definition.by_code[code].show_if
            waiting += (
                [one.question for one in conditions.leaves(condition) if not isinstance(one, Attribute)]
                if (condition)
                else []
            )
    return "forward_reference"


def _answers(asked: Question, leaf: Chosen | Answered) -> Iterator[tuple[str, dict[str, str]]]:
    if asked.kind is Kind.PAGE or (isinstance(leaf, Chosen) and asked.kind in TYPED):
        yield "not_comparable", {"name": asked.code}
    elif isinstance(leaf, Chosen):
        for value in leaf.values:
            if value not in asked.codes:
                yield "unknown_value", {"name": asked.code, "value": value}


def _texts(question: Question) -> Iterator[Found]:
    for name in strange(question.text):
        yield "bad_placeholder", Place(field="text"), {"name": name}
    for name in strange(question.hint):
        yield "bad_placeholder", Place(field="hint"), {"name": name}
    # A button's words stand without the person's answers: they are drawn once for everybody.
    for at, option in enumerate(() if question.options_from else question.options):
        for inside in _placeholders(option.text):
            yield "bad_placeholder", Place(field="options", option=at), {"name": inside}


def _recalls(definition: Definition, place: int, question: Question) -> Iterator[Problem]:
    for field, text in (("text", question.text), ("hint", question.hint)):
        for name in recalled(text):
            values = {"question": question.code, "name": name}
            asked = definition.by_code.get(name)
            if asked is None:
                yield Problem("unknown_question", Place(place, field), values)
            elif definition.order[name] >= place:
                yield Problem("forward_reference", Place(place, field), values)
            elif asked.kind in (Kind.PAGE, Kind.CONSENT) or asked.special:
                yield Problem("not_recallable", Place(place, field), values)
