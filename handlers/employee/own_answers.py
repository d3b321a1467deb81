"""The file of one's own answers, in words."""

import asyncio
from collections.abc import Iterator
from typing import Any

from content.sheets import Column, write_table
from db import people
from db.engine import Session
from db.surveys import own, places
from db.surveys.definition import Kind
from db.surveys.own import Mine
from handlers.context import Tools
from handlers.employee.survey.wording import Tongue
from handlers.speaking import Built, file_builder

BUILDER = "own_answers"
WIDTHS = {"survey": 36, "code": 10, "question": 60, "answer": 50, "state": 18, "sent_at": 20}


@file_builder(BUILDER)
async def build(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Write the answers of whoever is behind a chat when the file is made."""
    async with tools.database.transaction() as session:
        person = await people.identify(session, values["chat"], tools.clock.now())
        mine = [one for one in await own.listed(session, person) if one.kept] if person.level else []
        tongue = Tongue(tools.catalog, language, await _names(session, mine))
    rows = [row for one in mine for row in _rows(tongue, one)]
    word = tools.catalog.label
    columns = [
        Column(word(f"own_answers.{name}", language), "moment" if name == "sent_at" else "text", width)
        for name, width in WIDTHS.items()
    ]
    sheet, zone = word("own_answers.sheet", language), tools.clock.zone.key
    content = await asyncio.to_thread(write_table, columns, rows, sheet=sheet, zone=zone)
    return Built(word("own_answers.filename", language), content, tools.catalog.render("my_data/file", {}, language))


def _rows(tongue: Tongue, one: Mine) -> Iterator[list[Any]]:
    state = tongue.label(f"own_answers.{'sent' if one.sent is not None else 'not_sent'}")
    if one.via == "paper":
        state = tongue.label("own_answers.paper")
    title = tongue.said(one.definition.title)
    for code, value in one.answers.items():
        question = one.definition.by_code[code]
        said = tongue.said(question.text).replace("**", "")
        yield [title, code, said, tongue.answer(question, value), state, one.sent_at]


async def _names(session: Session, mine: list[Mine]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in mine:
        for code, value in one.answers.items():
            question = one.definition.by_code[code]
            if question.kind is Kind.UNIT and question.picks is not None and isinstance(value, tuple):
                names |= await places.named(session, question.picks, [pick for pick in value if pick.startswith("#")])
    return names
