"""The buttons of a question, by its kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.surveys.definition import NO, POINTS, SEVERAL, YES, Kind, Option, Question
from db.surveys.values import Value
from handlers.buttons import Button
from handlers.employee.survey.sitting import Keys
from handlers.employee.survey.wording import Tongue

PAGE = 24
"""Options on one screen; a keyboard holds at most a hundred buttons, a thumb far fewer."""
NPS_ROW = 6
"""0 to 5, and 6 to 10 below."""
LONG = 38
"""Characters that a button shows on a narrow phone; the text lists options beyond, with their numbers."""


@dataclass(frozen=True)
class Choosing:
    """A question with the options shown, the codes that carry a mark, and the page of its choices."""

    question: Question
    options: Sequence[Option]
    picked: Sequence[str]
    page: int = 0

    @property
    def window(self) -> Sequence[Option]:
        """The options of this page."""
        return self.options[self.page * PAGE : (self.page + 1) * PAGE]

    def place(self, code: str) -> int:
        """Give a choice's place among all of the question, shown or not."""
        return self.question.codes.index(code)

    def mark(self, words: str, code: str, *, ranked: bool = False) -> str:
        """Put the sign of a choice made before its words: its rank, or a tick."""
        if code not in self.picked:
            return words
        return f"{self.picked.index(code) + 1}. {words}" if ranked else f"✓ {words}"


def choice_rows(keys: Keys, tongue: Tongue, asked: Choosing) -> list[list[Button]]:
    """Give the rows that answer a question; none where people type, or only read on."""
    question = asked.question
    if question.kind in POINTS:
        return _points(keys, asked)
    if question.kind is Kind.CONSENT:
        words = enumerate(("consent_yes", "consent_no"))
        return [[keys.act(key, "choose", keys.place(question), at)] for at, key in words]
    if question.kind is Kind.YES_NO:
        return [_yes_no(keys, tongue, asked)]
    if question.kind is Kind.SINGLE or question.kind in SEVERAL:
        own = several(keys, tongue, asked) if question.kind in SEVERAL else _single(keys, tongue, asked)
        return [*own, *turning(keys, asked, len(asked.options))]
    return []


def several(keys: Keys, tongue: Tongue, asked: Choosing) -> list[list[Button]]:
    """Give a row for each own option of a list; pressing takes it on or off."""
    question = asked.question
    ranked = question.kind is not Kind.MULTIPLE
    rows = []
    for option in asked.window:
        words = asked.mark(tongue.said(option.text), option.code, ranked=ranked and not option.exclusive)
        on = int(option.code not in asked.picked)
        rows.append([keys.pick(words, "pick", keys.place(question), asked.place(option.code), on, asked.page)])
    return rows


def turning(keys: Keys, asked: Choosing, count: int, size: int = PAGE) -> list[list[Button]]:
    """Give the row that turns pages, where there is more than one."""
    place, page = keys.place(asked.question), asked.page
    back = [keys.act("previous", "page", place, page - 1)] if page > 0 else []
    on = [keys.act("next", "page", place, page + 1)] if (page + 1) * size < count else []
    return [[*back, *on]] if back or on else []


def _single(keys: Keys, tongue: Tongue, asked: Choosing) -> list[list[Button]]:
    place = keys.place(asked.question)
    return [
        [keys.pick(asked.mark(tongue.said(one.text), one.code), "choose", place, asked.place(one.code))]
        for one in asked.window
    ]


def _points(keys: Keys, asked: Choosing) -> list[list[Button]]:
    place, codes = keys.place(asked.question), asked.question.codes
    points = [keys.pick(asked.mark(code, code), "choose", place, at) for at, code in enumerate(codes)]
    wide = NPS_ROW if asked.question.kind is Kind.NPS else len(points)
    return [points[start : start + wide] for start in range(0, len(points), wide)]


def _yes_no(keys: Keys, tongue: Tongue, asked: Choosing) -> list[Button]:
    place = keys.place(asked.question)
    words = ((YES, "yes"), (NO, "no"))
    return [
        keys.pick(asked.mark(tongue.label(f"survey_words.{word}"), code), "choose", place, at)
        for at, (code, word) in enumerate(words)
    ]


def picks_of(question: Question, value: Value | None, choosing: Sequence[str]) -> tuple[str, ...]:
    """Give the codes that carry a mark: the choices being made, or the answer."""
    if question.kind in SEVERAL:
        return tuple(choosing)
    return () if value is None or isinstance(value, float) else (str(value),)
