"""The shape of a definition's plain mapping, field by field; what the fields mean together is checked elsewhere."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from db.surveys import conditions
from db.surveys.definition import Kind, Picks, Secrecy

CODE_LENGTH = 12
"""A question's code travels in buttons of 64 bytes, beside the act and the survey."""
OPTION_LENGTH = 12
LONGEST_TEXT = 2_000
"""Half of a message: the other half is for progress, hint and options."""
LONGEST_OPTION = 200
MOST_OPTIONS = 100
MOST_QUESTIONS = 200


def _as_text(raw: Any) -> Any:
    return {"id": raw} if isinstance(raw, str) else raw


def _lines(raw: Any) -> Any:
    return "\n".join(line.rstrip() for line in raw.strip().splitlines()) if isinstance(raw, str) else raw


def _one_line(raw: Any) -> Any:
    return " ".join(raw.split()) if isinstance(raw, str) else raw


def _code(raw: Any) -> Any:
    # YAML reads the code 1 as a number; a truth value was a word and is gone.
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


def _limit(raw: Any) -> Any:
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | None):
        raise ValueError("bad_limit")  # noqa: TRY004 - pydantic collects no TypeError
    return raw


Lines = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), BeforeValidator(_lines)]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_OPTION), BeforeValidator(_one_line)]
Code = Annotated[str, Field(pattern=rf"^[A-Z0-9_]{{1,{CODE_LENGTH}}}$"), BeforeValidator(_code)]
OptionCode = Annotated[str, Field(pattern=rf"^[A-Z0-9_]{{1,{OPTION_LENGTH}}}$"), BeforeValidator(_code)]
SurveyCode = Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,20}$"), BeforeValidator(_code)]
Word = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Limit = Annotated[int | float | str | None, BeforeValidator(_limit)]
When = Annotated[Any, BeforeValidator(lambda raw: None if raw is None else conditions.parse(raw))]


class Shape(BaseModel):
    """A mapping whose every field is known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class LinesShape(Shape):
    """A text of several lines in one or two languages."""

    id: Lines
    en: Lines | None = None


class LineShape(Shape):
    """A text of one line in one or two languages."""

    id: Line
    en: Line | None = None


LongText = Annotated[LinesShape, BeforeValidator(_as_text)]
ShortText = Annotated[LineShape, BeforeValidator(_as_text)]


class OptionShape(Shape):
    """One option as written."""

    code: OptionCode
    text: ShortText
    show_if: When = None
    exclusive: bool = False


class PartShape(Shape):
    """One part as written."""

    code: Code
    title: ShortText


class QuestionShape(Shape):
    """One question as written."""

    code: Code
    kind: Annotated[Kind, Field(strict=False)]
    text: LongText
    hint: LongText | None = None
    options: list[OptionShape] = Field(default=[], max_length=MOST_OPTIONS)
    options_from: Code | None = None
    required: bool = False
    show_if: When = None
    min: Limit = None
    max: Limit = None
    low_label: ShortText | None = None
    high_label: ShortText | None = None
    purpose: Word | None = None
    picks: Annotated[Picks, Field(strict=False)] | None = None
    means: Word | None = None
    part: Code | None = None
    special: bool = False
    never_segment: bool = False


class SurveyShape(Shape):
    """What is said about a survey as a whole."""

    code: SurveyCode
    version: Annotated[int, Field(ge=1, le=9_999)]
    title: ShortText
    intro: LongText | None = None
    closing: LongText | None = None
    minutes: Annotated[int, Field(ge=1, le=240)] | None = None
    secrecy: Annotated[Secrecy, Field(strict=False)] = Secrecy.NAMED
    parts: list[PartShape] = []
    questions: Annotated[list[Any], Field(min_length=1, max_length=MOST_QUESTIONS)]
