"""From a plain mapping (a YAML file, a workbook, a kept JSON) to a typed definition, and back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from db.surveys.conditions import Chosen
from db.surveys.definition import Definition, Option, Part, Question, Text
from db.surveys.fitting import misfits
from db.surveys.problems import DefinitionInvalid, Place, Problem
from db.surveys.shapes import LineShape, LinesShape, OptionShape, QuestionShape, SurveyShape
from db.surveys.writing import plain

_CODES = {
    "missing": "missing",
    "string_too_short": "missing",
    "too_short": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "string_pattern_mismatch": "bad_code",
    "enum": "not_one_of",
    "bad_condition": "bad_condition",
    "bad_limit": "bad_limit",
    "bool_type": "not_yes_no",
    "int_type": "not_a_number",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}
"""How each complaint about a shape is called here; any other is `unreadable`."""
_TOLD = ("max_length", "expected", "ge", "le")


def read(mapping: Mapping[str, Any]) -> Definition:
    """Read a definition; raises `DefinitionInvalid` with every problem of its shape.

    What only shows in how questions follow each other is `branching.problems`' to find, before publishing.
    """
    problems = list(shape_problems(mapping))
    if problems:
        raise DefinitionInvalid(problems)
    survey = SurveyShape.model_validate(dict(mapping))
    shapes = [QuestionShape.model_validate(raw) for raw in survey.questions]
    problems = [found for place, shape in enumerate(shapes) for found in misfits(place, shape, shapes, survey)]
    if problems:
        raise DefinitionInvalid(problems)
    return assembled(survey, shapes)


def fingerprint(definition: Definition) -> str:
    """Name this very definition: the same for any file that says the same."""
    return sha256(json.dumps(plain(definition), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def shape_problems(mapping: Mapping[str, Any]) -> Iterator[Problem]:
    """Find what is not of the right shape, field by field."""
    try:
        SurveyShape.model_validate(dict(mapping))
    except ValidationError as error:
        yield from (_problem(found, None, "") for found in error.errors(include_url=False))
    questions = mapping.get("questions")
    for place, raw in enumerate(questions if isinstance(questions, list) else []):
        try:
            QuestionShape.model_validate(raw)
        except ValidationError as error:
            named = str(raw.get("code", "")) if isinstance(raw, Mapping) else ""
            yield from (_problem(found, place, named) for found in error.errors(include_url=False))


def _problem(found: Any, place: int | None, named: str) -> Problem:
    path: Sequence[Any] = found["loc"]
    field = str(path[0]) if path else ""
    option = next((part for part in path[1:] if isinstance(part, int)), None)
    told = {key: value for key, value in (found.get("ctx") or {}).items() if key in _TOLD}
    if field and path[-1] == "en":
        field += ".en"
    inner = [str(part) for part in path if isinstance(part, str)]
    values = {"question": named, "field": ".".join(inner), **told}
    # A reader of ours raises with the code as its word; everything else is pydantic's.
    said = str(told_by["error"]) if "error" in (told_by := found.get("ctx") or {}) else str(found["type"])
    return Problem(_CODES.get(said, "unreadable"), Place(place, field, option), values)


def assembled(survey: SurveyShape, shapes: Sequence[QuestionShape]) -> Definition:
    """Make the definition of shapes that fit together."""
    questions: list[Question] = []
    for shape in shapes:
        questions.append(_question(shape, questions))
    return Definition(
        code=survey.code,
        version=survey.version,
        title=_said(survey.title),
        questions=tuple(questions),
        intro=_text(survey.intro),
        closing=_text(survey.closing),
        minutes=survey.minutes,
        secrecy=survey.secrecy,
        parts=tuple(Part(part.code, _said(part.title)) for part in survey.parts),
    )


def _question(shape: QuestionShape, before: Sequence[Question]) -> Question:
    return Question(
        code=shape.code,
        kind=shape.kind,
        text=_said(shape.text),
        hint=_text(shape.hint),
        options=_borrowed(shape.options_from, before) or tuple(map(_option, shape.options)),
        options_from=shape.options_from,
        required=shape.required,
        show_if=shape.show_if,
        low=shape.min,
        high=shape.max,
        low_label=_text(shape.low_label),
        high_label=_text(shape.high_label),
        purpose=shape.purpose,
        picks=shape.picks,
        means=shape.means,
        part=shape.part,
        special=shape.special,
        never_segment=shape.never_segment,
    )


def _borrowed(source: str | None, before: Sequence[Question]) -> tuple[Option, ...]:
    """Give the source's options, each shown where it was chosen; "none of these" is nothing to choose among."""
    return tuple(
        Option(option.code, option.text, Chosen(question.code, (option.code,)))
        for question in before
        if question.code == source
        for option in question.options
        if not option.exclusive
    )


def _option(shape: OptionShape) -> Option:
    return Option(shape.code, _said(shape.text), shape.show_if, shape.exclusive)


def _text(shape: LinesShape | LineShape | None) -> Text | None:
    return _said(shape) if shape else None


def _said(shape: LinesShape | LineShape) -> Text:
    return Text(shape.id, shape.en)
