"""A definition as plain data: what is kept as JSON, written as YAML, and filled into a workbook."""

from typing import Any

from db.surveys import conditions
from db.surveys.definition import Definition, Option, Question, Secrecy, Text


def plain(definition: Definition) -> dict[str, Any]:
    """Write a definition as plain data without anything that goes without saying; `reading.read` gives it back."""
    return _said(
        code=definition.code,
        version=definition.version,
        title=_text(definition.title),
        intro=_text(definition.intro),
        closing=_text(definition.closing),
        minutes=definition.minutes,
        secrecy=None if definition.secrecy is Secrecy.NAMED else definition.secrecy.value,
        parts=[{"code": part.code, "title": _text(part.title)} for part in definition.parts],
        questions=[_question(question) for question in definition.questions],
    )


def _question(question: Question) -> dict[str, Any]:
    return _said(
        code=question.code,
        kind=question.kind.value,
        text=_text(question.text),
        hint=_text(question.hint),
        options=[] if question.options_from else [_option(option) for option in question.options],
        options_from=question.options_from,
        required=question.required,
        show_if=conditions.plain(question.show_if) if question.show_if else None,
        min=question.low,
        max=question.high,
        low_label=_text(question.low_label),
        high_label=_text(question.high_label),
        purpose=question.purpose,
        picks=question.picks.value if question.picks else None,
        means=question.means,
        part=question.part,
        special=question.special,
        never_segment=question.never_segment,
    )


def _option(option: Option) -> dict[str, Any]:
    return _said(
        code=option.code,
        text=_text(option.text),
        show_if=conditions.plain(option.show_if) if option.show_if else None,
        exclusive=option.exclusive,
    )


def _text(text: Text | None) -> dict[str, str] | None:
    if text is None:
        return None
    return {"id": text.id, "en": text.en} if text.en else {"id": text.id}


def _said(**fields: Any) -> dict[str, Any]:
    # A limit of 0 is said; nothing, `no` and an empty list go without saying.
    return {name: value for name, value in fields.items() if value is not None and value is not False and value != []}
