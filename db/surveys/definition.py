"""A survey's definition, typed: texts in both languages, questions, options and their limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from db.surveys.conditions import Condition

YES, NO, AGREED = "YA", "TIDAK", "SETUJU"
"""Codes of the answers no definition lists; Indonesian, because people write them into conditions in Excel."""
HIGHEST_NPS = 10
SCALE_POINTS = 5
"""Points of a scale that names none; as many as the interest items have."""
SHORT_TEXT, LONG_TEXT = 100, 500
"""Characters of typed answers: the survey asks for at most 500 (Q18)."""


class Kind(StrEnum):
    """What a question asks for."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKED = "ranked"
    SCALE = "scale"
    NPS = "nps"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CONSENT = "consent"
    UNIT = "unit"
    PAGE = "page"


SEVERAL = frozenset({Kind.MULTIPLE, Kind.RANKED, Kind.UNIT})
"""Kinds whose answer is a list of choices, confirmed by `Lanjutkan`."""
LISTED = frozenset({Kind.SINGLE, *SEVERAL})
"""Kinds that list their own options."""
TYPED = frozenset({Kind.NUMBER, Kind.DATE, Kind.SHORT_TEXT, Kind.LONG_TEXT})
ORDERED = frozenset({Kind.RANKED, Kind.UNIT})
"""Kinds in which the order of the choices is part of the answer."""
POINTS = frozenset({Kind.SCALE, Kind.NPS})


class Secrecy(StrEnum):
    """Who will know whose answers these are; proposed here, fixed when the survey is opened."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class Picks(StrEnum):
    """What the picker of a `unit` question offers."""

    AGENCY = "agency"
    UNIT = "unit"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Text:
    """Words in Indonesian and, where somebody wrote them, in English; may hold `**bold**` and placeholders."""

    id: str
    en: str | None = None

    def said(self, language: str) -> str:
        """Give the words in a language, else the Indonesian ones."""
        return (self.en if language == "en" else None) or self.id


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; an `exclusive` one ("none of these") stands alone."""

    code: str
    text: Text
    show_if: Condition | None = None
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A named stretch of the survey, such as an optional second part."""

    code: str
    title: Text


@dataclass(frozen=True)
class Question:
    """One question. `low` and `high` are its limits: choices, value, day (ISO) or characters, by its kind."""

    code: str
    kind: Kind
    text: Text
    hint: Text | None = None
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    """A question before this one; its chosen options are the options here."""
    required: bool = False
    show_if: Condition | None = None
    low: float | str | None = None
    high: float | str | None = None
    low_label: Text | None = None
    high_label: Text | None = None
    purpose: str | None = None
    """Of a consent: what is consented to; each purpose is kept, and withdrawn, apart."""
    picks: Picks | None = None
    means: str | None = None
    """What the answer is for the matching, such as `preferred_agency`."""
    part: str | None = None
    special: bool = False
    """Special-category data: only under an own consent, only for counsellors."""
    never_segment: bool = False

    @property
    def least(self) -> int:
        """Fewest choices or characters of an answer."""
        return int(self.low) if isinstance(self.low, int | float) else 1

    @property
    def most(self) -> int:
        """Most choices, characters or points."""
        if isinstance(self.high, int | float):
            return int(self.high)
        usual = {
            Kind.SCALE: SCALE_POINTS,
            Kind.NPS: HIGHEST_NPS,
            Kind.SHORT_TEXT: SHORT_TEXT,
            Kind.LONG_TEXT: LONG_TEXT,
            Kind.MULTIPLE: len(self.options),
            Kind.RANKED: len(self.options),
        }
        return usual.get(self.kind, 1)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code an answer may have, in the order shown; empty where people type."""
        own = {
            Kind.YES_NO: (YES, NO),
            Kind.CONSENT: (AGREED, NO),
            Kind.SCALE: tuple(map(str, range(1, self.most + 1))),
            Kind.NPS: tuple(map(str, range(HIGHEST_NPS + 1))),
        }
        return own.get(self.kind) or tuple(option.code for option in self.options)

    @cached_property
    def varies(self) -> bool:
        """Tell whether what is offered depends on earlier answers."""
        return any(option.show_if is not None for option in self.options)

    @cached_property
    def gates(self) -> bool:
        """Tell whether nothing after this question is asked unless it is agreed to."""
        return self.kind is Kind.CONSENT and self.required


@dataclass(frozen=True)
class Definition:
    """A survey of one version; an opened survey keeps the version it was opened with."""

    code: str
    version: int
    title: Text
    questions: tuple[Question, ...]
    intro: Text | None = None
    closing: Text | None = None
    minutes: int | None = None
    secrecy: Secrecy = Secrecy.NAMED
    parts: tuple[Part, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Question]:
        """Questions by their codes."""
        return MappingProxyType({question.code: question for question in self.questions})

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each question in the list, from 0."""
        return MappingProxyType({question.code: place for place, question in enumerate(self.questions)})
