"""One question by one cut: shares of each group as a picture, and the numbers in words."""

from typing import Any

from db.errors import StaleButton
from db.surveys import publications
from db.surveys.layouts import Layout
from db.surveys.publications import Results
from handlers.answers import Answer, Picture, say
from handlers.buttons import Button, act, pick
from handlers.context import Context, Tools
from handlers.employee.survey.wording import clip
from handlers.office.survey_results import figures
from handlers.office.survey_results.asking import LONGEST_TITLE
from handlers.office.survey_results.feature import feature
from handlers.office.survey_results.screens import wording
from handlers.office.survey_results.wording import Wording
from handlers.speaking import Built, file_builder

BUILDER = "survey_cut"
PAGE = 8
"""Groups in one picture."""


@feature.button("svr_cut")
async def by_cut(context: Context, round_id: int, layout: int, cut: int, page: int) -> Answer:
    """Show a question, or one option of it, by the groups of a cut."""
    found = await publications.results(context.session, round_id)
    one = _layout(found, layout, cut)
    words = wording(context, found)
    groups = figures.groups(words, one, cut)
    start = max(page, 0) * PAGE
    text = say(
        "survey_results/cut",
        *_others(words, layout, cut),
        _turns((round_id, layout, cut), page, len(groups)),
        [act("to_question", "svr_q", round_id, _place(found, one))],
        title=clip(words.question(found.definition.by_code[one.question]), LONGEST_TITLE),
        below=figures.of_cut(words, one, cut, page, PAGE).below,
        rows=[_said(words, one, cut, *group) for group in groups[start : start + PAGE]],
    )
    return [Picture(BUILDER, {"round": round_id, "layout": layout, "cut": cut, "page": page}), text]


def _layout(found: Results, layout: int, cut: int) -> Layout:
    tables = found.tables
    if tables is None or not (0 <= layout < len(tables.layouts) and 0 <= cut < len(tables.cuts)):
        raise StaleButton
    return tables.layouts[layout]


def _place(found: Results, layout: Layout) -> int:
    tables = found.tables.questions if found.tables else ()
    return next(place for place, table in enumerate(tables) if table.question == layout.question)


def _said(words: Wording, layout: Layout, cut: int, value: Any, cell: tuple[int, ...]) -> dict[str, Any]:
    """Say one group: everybody in it, and how many gave each answer."""
    question, everybody = words.found.definition.by_code[layout.question], sum(cell)
    name = words.found.tables.cuts[cut] if words.found.tables else ""
    blocks = zip(layout.blocks, cell, strict=True)
    told = [(words.block(question, block), count) for block, count in blocks]
    if layout.option is not None:
        told = [(words.code(question, layout.option), cell[0])]
    answers = [{"label": label, "said": words.count(count, everybody)} for label, count in told]
    return {"label": words.group(name, value), "people": everybody, "answers": answers}


def _others(words: Wording, layout: int, cut: int) -> list[list[Button]]:
    cuts = words.found.tables.cuts if words.found.tables else ()
    return [
        [pick(words.label("by_cut", cut=words.cut(name)), "svr_cut", words.found.round.id, layout, number, 0)]
        for number, name in enumerate(cuts)
        if number != cut
    ]


def _turns(where: tuple[int, int, int], page: int, count: int) -> list[Button]:
    turns = [act("previous", "svr_cut", *where, page - 1)] if page > 0 else []
    return turns + ([act("next", "svr_cut", *where, page + 1)] if (page + 1) * PAGE < count else [])


@file_builder(BUILDER)
async def draw(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Draw the picture of a question by a cut."""
    async with tools.database.reading() as session:
        found = await publications.results(session, values["round"])
    words = Wording(tools.catalog, language, found)
    layout = _layout(found, values["layout"], values["cut"])
    figure = figures.of_cut(words, layout, values["cut"], max(values["page"], 0), PAGE)
    told: dict[str, Any] = {"title": clip(figure.title, LONGEST_TITLE), "below": figure.below, "rows": []}
    caption = tools.catalog.render("survey_results/caption", told, language)
    return Built(f"{figure.kind}.png", await tools.draw(figure), caption)
