"""How a part of a survey's respondents is called, and people made up to stand for them."""

from collections.abc import Mapping
from typing import Any

from content.catalog import LANGUAGES, Catalog
from db.audiences import Recipient, Respondents
from db.engine import Session
from db.surveys import segments
from db.surveys.definition import Kind, Text
from handlers.context import Context
from handlers.employee.survey.wording import clip

LONGEST_WORDS = 80
"""Characters of a title, a question or an answer where an audience is named."""


async def named(session: Session, part: Respondents) -> dict[str, Any]:
    """Name a part of a survey's respondents in both languages, to be said in anybody's."""
    _, definition = await segments.opened(session, part.round_id)
    told: dict[str, Any] = {"title": _both(definition.title), "part": "finished" if part.finished else "unfinished"}
    if part.question:
        question = definition.by_code[part.question]
        option = next(one for one in segments.choices(question) if one.code == part.answer)
        yes_no = part.answer if question.kind is Kind.YES_NO else ""
        told |= {"part": "answer", "question": _both(question.text), "answer": _both(option.text), "yes_no": yes_no}
    return told


def _both(text: Text) -> dict[str, str]:
    # Beside a whole announcement there is little room, and a question may be a page long.
    return {language: clip(unmarked(text, language), LONGEST_WORDS) for language in LANGUAGES}


def unmarked(text: Text, language: str) -> str:
    """Give a definition's words in one line, without marks of bold."""
    return " ".join(text.said(language).replace("**", "").split())


def invented(context: Context) -> list[Recipient]:
    """Make up who a message is shown for where having answered, or an answer, decides who gets it."""
    names = context.tools.catalog.labels("invented_people", context.language)
    unit = context.tools.catalog.label("respondents.invented_unit", context.language)
    sexes = {"woman": "F", "man": "M"}
    return [Recipient(name, None, None, sexes.get(key), unit, context.language) for key, name in names.items()]


def part_words(catalog: Catalog, part: Mapping[str, Any], language: str) -> str:
    """Say a part of a survey's respondents; `part` is as `named` gives it."""
    values = {"title": part["title"][language]}
    if part["part"] == "answer":
        answer = (
            catalog.label(f"respondents.{part['yes_no']}", language) if part["yes_no"] else part["answer"][language]
        )
        values |= {"question": part["question"][language], "answer": answer}
    return catalog.label(f"respondents.{part['part']}", language, **values)
