"""A survey's words as people read them: answers in words, and texts with what they recall."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from content.markup import plain as unformatted
from content.surveys import shown
from db.people import Person
from db.surveys import ballots, references
from db.surveys.definition import AGREED, NO, POINTS, SEVERAL, YES, Definition, Kind, Question, Text
from db.surveys.shapes import LONGEST_TEXT

LONGEST_RECALL = 200
"""Characters of an answer that another text recalls."""
ROOM = LONGEST_TEXT + 5 * LONGEST_RECALL
"""Characters of a text with what it recalls, where nothing else stands beside it."""
SEXES = {"M": "male", "F": "female"}
SPOKEN = {YES: "yes", NO: "no", AGREED: "agreed"}


class Tongue:
    """Says values in one language; `names` holds the picked places' names by their references."""

    def __init__(self, catalog: Catalog, language: str, names: Mapping[str, str]) -> None:
        self.catalog, self.language, self.names = catalog, language, names

    def label(self, key: str, **values: Any) -> str:
        """Say a label."""
        return self.catalog.label(key, self.language, **values)

    def said(self, text: Text | None) -> str:
        """Say a definition's text as it is written."""
        return text.said(self.language) if text else ""

    def option(self, question: Question, code: str) -> str:
        """Say a choice."""
        if code in SPOKEN and not question.options:
            return self.label(f"survey_words.{SPOKEN[code]}")
        own = next((option.text for option in question.options if option.code == code), None)
        return self.said(own) if own else self.names.get(code, self.label("survey_words.gone"))

    def answer(self, question: Question, value: Any) -> str:
        """Say an answer in words."""
        kind = question.kind
        if kind in SEVERAL:
            words = [self.option(question, pick) for pick in value]
            ranked = kind is not Kind.MULTIPLE and len(words) > 1
            return "; ".join(f"{rank}. {word}" if ranked else word for rank, word in enumerate(words, 1))
        if kind in POINTS:
            return self.label("survey_words.point", value=value, most=question.most)
        if kind is Kind.NUMBER:
            return self.label("survey_words.number", value=value)
        if kind is Kind.DATE:
            return self.label("survey_words.day", value=value)
        return str(value) if kind in ballots.FREE else self.option(question, value)

    def html(
        self,
        definition: Definition,
        text: Text | None,
        given: Mapping[str, Any],
        about: Mapping[str, str],
        *,
        room: int = ROOM,
    ) -> str:
        """Give a definition's text as Telegram HTML, with recalled answers and how the person is addressed.

        The answers share what of `room` (characters) the text leaves.
        """
        if text is None:
            return ""
        said = clip(self.said(text), room)
        many = max(1, said.count("{{"))
        left = min(LONGEST_RECALL, (room - size(said)) // many)
        return shown(said, {**about, **self._recalled(definition, text, given, left)})

    def plain(self, definition: Definition, text: Text, given: Mapping[str, Any], about: Mapping[str, str]) -> str:
        """Give a definition's text in one line without formatting."""
        html = shown(self.said(text), {**about, **self._recalled(definition, text, given, LONGEST_RECALL)})
        return " ".join(unformatted(html).split())

    def _recalled(self, definition: Definition, text: Text, given: Mapping[str, Any], room: int) -> dict[str, str]:
        return {
            f"answer.{code}": clip(self.answer(definition.by_code[code], given[code]), room)
            for code in references.recalled(text)
            if code in given
        }


def size(words: str) -> int:
    """Count characters as Telegram does (UTF-16)."""
    return len(words) if words.isascii() else len(words.encode("utf-16-le")) // 2


def clip(words: str, room: int) -> str:
    """Shorten words to so many characters, with an ellipsis where something is left out."""
    if size(words) <= room:
        return words
    kept = words[: max(0, room - 1)]
    while kept and size(kept) > room - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def salutation(tongue: Tongue, person: Person) -> dict[str, str]:
    """Give what a definition's texts may say of the person: how they are addressed, and the name."""
    who = person.employee
    sex = SEXES.get((who.sex or "") if who else "", "unknown")
    return {"sapaan": tongue.label(f"address.{sex}"), "nama": who.full_name if who else ""}
