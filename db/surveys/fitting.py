"""Which fields go with which kind of question, and whether the names a question uses exist."""

from collections.abc import Iterator, Sequence
from datetime import date

from db.surveys.definition import LISTED, SEVERAL, Kind
from db.surveys.problems import Place, Problem
from db.surveys.shapes import QuestionShape, SurveyShape

_ANY = frozenset({"code", "kind", "text", "hint", "show_if", "part"})
_ASKING = _ANY | {"required", "means", "special", "never_segment"}
_FIELDS = {
    Kind.SINGLE: _ASKING | {"options", "options_from"},
    Kind.MULTIPLE: _ASKING | {"options", "options_from", "min", "max"},
    Kind.RANKED: _ASKING | {"options", "options_from", "min", "max"},
    Kind.SCALE: _ASKING | {"max", "low_label", "high_label"},
    Kind.NPS: _ASKING | {"low_label", "high_label"},
    Kind.YES_NO: _ASKING,
    Kind.NUMBER: _ASKING | {"min", "max"},
    Kind.DATE: _ASKING | {"min", "max"},
    Kind.SHORT_TEXT: _ASKING | {"min", "max"},
    Kind.LONG_TEXT: _ASKING | {"min", "max"},
    Kind.CONSENT: _ASKING | {"purpose"},
    Kind.UNIT: _ASKING | {"options", "picks", "min", "max"},
    Kind.PAGE: _ANY,
}
_NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.SCALE: ("low_label", "high_label"),
    Kind.CONSENT: ("purpose",),
    Kind.UNIT: ("picks",),
}


def misfits(
    place: int, shape: QuestionShape, all_of_them: Sequence[QuestionShape], survey: SurveyShape
) -> list[Problem]:
    """List what does not fit in one question."""
    found = (*_fields(shape), *_limits(shape), *_names(place, shape, all_of_them, survey))
    return [
        Problem(code, Place(place, field), {"question": shape.code, "field": field, **values})
        for code, field, values in found
    ]


Found = tuple[str, str, dict[str, str]]


def _fields(shape: QuestionShape) -> Iterator[Found]:
    kind = shape.kind.value
    given = {name for name in shape.model_fields_set if getattr(shape, name) not in (None, False, [])}
    for field in sorted(given - _FIELDS[shape.kind]):
        yield "field_not_for_kind", field, {"kind": kind}
    for field in _NEEDED.get(shape.kind, ()):
        if getattr(shape, field) is None:
            yield "needed_for_kind", field, {"kind": kind}
    if shape.kind in LISTED - {Kind.UNIT} and not (shape.options or shape.options_from):
        yield "needed_for_kind", "options", {"kind": kind}
    if shape.options and shape.options_from:
        yield "options_twice_given", "options_from", {}


def _limits(shape: QuestionShape) -> Iterator[Found]:
    for field in ("min", "max"):
        value = getattr(shape, field)
        if value is not None and not _is_limit(shape.kind, value):
            yield "bad_limit", field, {"kind": shape.kind.value}


def _is_limit(kind: Kind, value: float | str) -> bool:
    if kind is Kind.DATE:
        return isinstance(value, str) and _is_day(value)
    if kind is Kind.NUMBER:
        return isinstance(value, int | float)
    return isinstance(value, int) and value >= 0


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _names(
    place: int, shape: QuestionShape, all_of_them: Sequence[QuestionShape], survey: SurveyShape
) -> Iterator[Found]:
    if any(other.code == shape.code for other in all_of_them[:place]):
        yield "code_twice", "code", {}
    if shape.part and shape.part not in {part.code for part in survey.parts}:
        yield "unknown_part", "part", {"name": shape.part}
    if shape.options_from:
        earlier = {other.code for other in all_of_them[:place] if other.kind in SEVERAL - {Kind.UNIT}}
        if shape.options_from not in earlier:
            yield "unknown_source", "options_from", {"name": shape.options_from}
