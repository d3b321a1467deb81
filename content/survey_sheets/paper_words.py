"""What a paper form says around its questions: how to answer each kind, and for whom a question is meant."""

from collections.abc import Iterable, Mapping
from typing import Any

from content.catalog import Catalog

GIVEN = {"YA": "yes", "TIDAK": "no", "SETUJU": "agreed"}
"""Codes no definition has words for."""


class Words:
    """Says a definition's plain mapping in one language; `numbers` are the questions' numbers on the form."""

    def __init__(
        self, catalog: Catalog, language: str, definition: Mapping[str, Any], numbers: Mapping[str, int]
    ) -> None:
        self._catalog, self.language, self.numbers = catalog, language, numbers
        self._questions = {one["code"]: one for one in definition["questions"]}

    def label(self, key: str, **values: Any) -> str:
        """Say one of the form's own words."""
        return self._catalog.label(f"paper_form.{key}", self.language, **values)

    def said(self, text: Mapping[str, str] | None) -> str:
        """Say a definition's text, without marks and with blanks for what it would recall."""
        if text is None:
            return ""
        words = (text.get("en") if self.language == "en" else None) or text["id"]
        return _recalled(words.replace("**", ""))

    def options(self, question: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """List a question's own choices, or those of the question it takes them from."""
        source = question.get("options_from")
        if source is None:
            found: list[Mapping[str, Any]] = question.get("options", [])
            return found
        return [one for one in self._questions[source].get("options", []) if not one.get("exclusive")]

    def how(self, question: Mapping[str, Any]) -> str:
        """Say how a question is answered."""
        most, least = question.get("max"), question.get("min")
        values = {"most": most, "least": least}
        if question["kind"] in ("number", "date"):
            return self.label(f"how_{question['kind']}_between", **values) if most and least else ""
        if question["kind"] in ("multiple", "ranked", "unit"):
            values["most"] = most or (1 if question["kind"] == "unit" else len(self.options(question)))
        known = ("single", "multiple", "ranked", "unit", "scale", "nps", "yes_no")
        return self.label(f"how_{question['kind']}", **values) if question["kind"] in known else ""

    def for_whom(self, condition: Mapping[str, Any] | None) -> str:
        """Say when a question is meant to be answered; nothing when it always is."""
        return self.label("only_if", condition=self._condition(condition)) if condition else ""

    def _condition(self, condition: Mapping[str, Any]) -> str:
        for joined, word in (("all", "and"), ("any", "or")):
            if joined in condition:
                return f" {self.label(word)} ".join(map(self._condition, condition[joined]))
        if "not" in condition:
            return self.label("not_so", condition=self._condition(condition["not"]))
        codes = [str(code) for code in condition.get("in", [condition.get("is")])]
        if "attribute" in condition:
            return self.label("attribute", values=", ".join(code.replace("_", " ") for code in codes))
        number = self.numbers.get(condition["question"], condition["question"])
        if condition.get("answered"):
            return self.label("answered", number=number)
        return self.label("chosen", number=number, values=" / ".join(self._choice(condition["question"], codes)))

    def _choice(self, question: str, codes: Iterable[str]) -> list[str]:
        texts = {one["code"]: self.said(one["text"]) for one in self.options(self._questions[question])}
        spoken = {code: self.label(key) for code, key in GIVEN.items()}
        return [texts.get(code) or spoken.get(code) or code for code in codes]


def _recalled(words: str) -> str:
    # Paper cannot recall an answer: what would stand in brackets goes with them.
    for opening, closing in (("({{", "}})"), ("{{", "}}")):
        while opening in words and closing in words:
            before, _, rest = words.partition(opening)
            words = f"{before.rstrip()} {rest.partition(closing)[2].lstrip()}"
    return words.replace(" ?", "?").replace(" .", ".").strip()
