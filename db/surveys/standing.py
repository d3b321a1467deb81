"""How far an answering has come: progress, the lines of the review, whether it can be sent, and what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from db.surveys.definition import Definition, Kind, Question
from db.surveys.drafts import Draft
from db.surveys.values import Value
from db.surveys.visibility import Attributes, view


@dataclass(frozen=True, slots=True)
class Progress:
    """Question `number` of `about` so many: later answers may still add or take away some."""

    number: int
    about: int


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the review."""

    question: Question
    state: Literal["answered", "skipped", "open"]
    value: Value | None


def progress(definition: Definition, attributes: Attributes, draft: Draft) -> Progress:
    """Count the questions, without pages; in the review all of them are behind."""
    now = view(definition, attributes, draft.answers, hopeful=True)
    asked = _questions(now.shown)
    if draft.at not in now.codes:
        return Progress(asked, asked)
    return Progress(max(1, _questions(now.shown[: now.codes.index(draft.at) + 1])), asked)


def _questions(shown: Sequence[Question]) -> int:
    return sum(question.kind is not Kind.PAGE for question in shown)


def review(definition: Definition, attributes: Attributes, draft: Draft) -> tuple[Line, ...]:
    """List every question shown, without pages, with its answer."""
    now = view(definition, attributes, draft.answers)
    lines = []
    for question in now.shown:
        if question.kind is Kind.PAGE:
            continue
        value = now.answers.get(question.code)
        passed: Literal["skipped", "open"] = "skipped" if question.code in draft.skipped else "open"
        lines.append(Line(question, passed if value is None else "answered", value))
    return tuple(lines)


def lacking(definition: Definition, attributes: Attributes, draft: Draft) -> tuple[str, ...]:
    """Name the required questions that are shown and have no answer, and a consent that was refused."""
    now = view(definition, attributes, draft.answers)
    unanswered = [one.code for one in now.shown if one.required and one.code not in now.answers]
    return (*unanswered, *([now.declined] if now.declined else []))


def complete(definition: Definition, attributes: Attributes, draft: Draft) -> bool:
    """Tell whether the answers can be sent; what is optional, a second part too, may be missing."""
    return not lacking(definition, attributes, draft)


def submission(definition: Definition, attributes: Attributes, draft: Draft) -> dict[str, Value]:
    """Give the answers that are sent: those to questions still shown. The others stay in the draft."""
    return dict(view(definition, attributes, draft.answers).answers)
