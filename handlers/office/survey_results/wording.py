"""Tables in words: what a line, a block of answers, a group, a number is called."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from content import filters
from content.catalog import Catalog
from db.surveys.counting import NONE
from db.surveys.definition import POINTS, Kind, Question
from db.surveys.overall import OTHERS
from db.surveys.publications import Results
from handlers.employee.survey.wording import Tongue, clip

NAMED = 3
"""Answers of a block that are named one by one in a label; more are counted."""
LONGEST_TITLE, LONGEST_LABEL = 300, 100
"""Characters of a question above its numbers, and of what a row is called, in a message or a picture."""
BETWEEN = "; "
"""Stands between the names of answers that are told together."""
SPAN = ".."


class Wording:
    """Says one round's results in one language."""

    def __init__(self, catalog: Catalog, language: str, found: Results) -> None:
        self.tongue = Tongue(catalog, language, found.names)
        self.found = found
        self.language = language

    def label(self, key: str, **values: Any) -> str:
        """Say a label of results."""
        return self.tongue.label(f"survey_results.{key}", **values)

    def title(self) -> str:
        """Name the survey."""
        return self.found.definition.title.said(self.language)

    def question(self, question: Question) -> str:
        """Ask a question in one line, without what it recalls of somebody's answers."""
        about = {"sapaan": "", "nama": ""} | {f"answer.{code}": "…" for code in self.found.definition.by_code}
        return self.tongue.plain(self.found.definition, question.text, {}, about)

    def heading(self, question: Question) -> str:
        """Ask a question above its numbers; a long one is shortened."""
        return clip(self.question(question), LONGEST_TITLE)

    def code(self, question: Question, code: str) -> str:
        """Say one answer."""
        if code == NONE:
            return self.label("silent")
        if code == OTHERS:
            return self.label("others")
        if question.kind in (Kind.NUMBER, Kind.DATE):
            return self._span(code)
        if question.kind in POINTS:
            return self._point(question, code)
        return self.tongue.option(question, code)

    def _span(self, code: str) -> str:
        if SPAN in code:
            low, high = (filters.ribuan(float(end), language=self.language) for end in code.split(SPAN))
            return self.label("span", low=low, high=high)
        year, _, month = code.partition("-")
        return filters.bulan(date(int(year), int(month), 1), language=self.language) if month else year

    def _point(self, question: Question, code: str) -> str:
        ends = {question.codes[0]: question.low_label, question.codes[-1]: question.high_label}
        said = ends.get(code)
        return f"{code} ({self.tongue.said(said)})" if said and question.kind is Kind.SCALE else code

    def block(self, question: Question, codes: Sequence[str], *, whole: bool = False) -> str:
        """Say answers that are told together; many are only counted, and long ones cut, unless `whole` is wanted."""
        if whole:
            return BETWEEN.join(self.names(question, codes))
        named, rest = self._parted(question, codes)
        if question.kind in (*POINTS, Kind.NUMBER, Kind.DATE) and len(named) > 1:
            named = [f"{named[0]} – {named[-1]}"]
        elif len(named) > NAMED:
            named = [self.label("several", count=len(named))]
        return clip(BETWEEN.join([*named, *rest]), LONGEST_LABEL)

    def names(self, question: Question, codes: Sequence[str]) -> list[str]:
        """Name answers that are told together, one by one and in full."""
        named, rest = self._parted(question, codes)
        return [*named, *rest]

    def _parted(self, question: Question, codes: Sequence[str]) -> tuple[list[str], list[str]]:
        named = [self.code(question, code) for code in codes if code not in (NONE, OTHERS)]
        return named, [self.code(question, code) for code in codes if code in (NONE, OTHERS)]

    def group(self, cut: str, value: Any, *, whole: bool = False) -> str:
        """Name a group of a cut; a long name is cut, unless the `whole` of it is wanted."""
        if value is None:
            return self.label("together")
        if cut != "agency":
            return self.label(f"attributes.{value}")
        name = self.found.names.get(f"#{value}", self.tongue.label("survey_words.gone"))
        return name if whole else clip(name, LONGEST_LABEL)

    def cut(self, cut: str) -> str:
        """Name a cut."""
        return self.tongue.label(f"round_cuts.{cut}")

    def count(self, many: int, whole: int) -> str:
        """Say a number with its share: `120 · 45 %`."""
        share = filters.persen(round(many / whole, 2), language=self.language) if whole else ""
        return f"{self.number(many)} · {share}" if share else self.number(many)

    def number(self, value: float) -> str:
        """Say a number."""
        return filters.ribuan(round(value, 1), language=self.language)
