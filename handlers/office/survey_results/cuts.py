"""One question by one cut: shares of each group as a picture, and the numbers in words."""

from typing import Any, NamedTuple

from db.errors import StaleButton
from db.surveys import publications
from db.surveys.counting import NONE
from db.surveys.layouts import Layout
from db.surveys.publications import Results
from handlers.answers import Answer, Part, Picture, say
from handlers.buttons import Button, act, pick
from handlers.context import Context, Tools
from handlers.keyboards import turns
from handlers.office.survey_results import figures
from handlers.office.survey_results.asking import caption
from handlers.office.survey_results.feature import feature
from handlers.office.survey_results.figures import Group
from handlers.office.survey_results.room import ROOM, line
from handlers.office.survey_results.screens import wording
from handlers.office.survey_results.wording import Wording
from handlers.speaking import Built, file_builder

BUILDER = "survey_cut"
PAGE = 8
"""Groups in one picture; fewer where they have much to say."""


@feature.button("svr_cut")
async def by_cut(context: Context, round_id: int, layout: int, cut: int, page: int) -> Answer:
    """Show a question, or one option of it, by the groups of a cut."""
    found = await publications.results(context.session, round_id)
    return screen(wording(context, found), layout, cut, page)


def screen(words: Wording, layout: int, cut: int, page: int) -> list[Part]:
    """Give the picture and the words of a page of groups: as many as one message holds."""
    found = words.found
    one = _layout(found, layout, cut)
    pages = _pages(words, one, cut)
    page = min(max(page, 0), len(pages) - 1)
    rows = [told.said for told in pages[page]]
    text = say(
        "survey_results/cut",
        *_others(words, layout, cut),
        turns(page, len(pages), "svr_cut", found.round.id, layout, cut),
        [act("to_question", "svr_q", found.round.id, _place(found, one))],
        title=words.heading(found.definition.by_code[one.question]),
        below=figures.below_cut(words, one, cut),
        rows=rows,
        left_out=sum(row["left_out"] for row in rows),
    )
    return [Picture(BUILDER, {"round": found.round.id, "layout": layout, "cut": cut, "page": page}), text]


def _layout(found: Results, layout: int, cut: int) -> Layout:
    tables = found.tables
    if tables is None or not (0 <= layout < len(tables.layouts) and 0 <= cut < len(tables.cuts)):
        raise StaleButton
    return tables.layouts[layout]


def _place(found: Results, layout: Layout) -> int:
    tables = found.tables.questions if found.tables else ()
    return next(place for place, table in enumerate(tables) if table.question == layout.question)


class _Told(NamedTuple):
    """A group, and what the text says of it."""

    group: Group
    said: dict[str, Any]


def _pages(words: Wording, layout: Layout, cut: int) -> list[list[_Told]]:
    """Part the groups into pages of one message each."""
    question = words.found.definition.by_code[layout.question]
    labels = [words.block(question, block) for block in layout.blocks]  # once: there may be a hundred, in each group
    pages: list[list[_Told]] = []
    left = 0
    for group in figures.groups(layout, cut):
        said = _said(words, layout, labels, cut, group)
        needed = sum(line(one["label"], one["said"]) for one in said["answers"]) + 2 * line(said["label"])
        if not pages or needed > left or len(pages[-1]) == PAGE:
            pages.append([])
            left = ROOM
        pages[-1].append(_Told(group, said))
        left -= needed
    return pages


def _said(words: Wording, layout: Layout, labels: list[str], cut: int, group: Group) -> dict[str, Any]:
    """Say one group: everybody in it, and how many gave each answer; what nobody gave is only counted."""
    value, cell = group
    name = words.found.tables.cuts[cut] if words.found.tables else ""
    told, none = _answers(layout, labels, cell)
    kept = figures.biggest(told, lambda one: one[1], figures.MOST_ROWS)
    return {
        "label": words.group(name, value),
        "people": sum(cell),
        "answers": [{"label": label, "said": words.count(count, sum(cell))} for label, count in kept],
        "none": none,
        "left_out": len(told) - len(kept),
    }


def _answers(layout: Layout, labels: list[str], cell: tuple[int, ...]) -> tuple[list[tuple[str, int]], int]:
    """Give the answers of a group that are told one by one, and how many nobody gave."""
    told = list(zip(labels, cell, strict=True))
    if layout.option is not None:
        return told[:1], 0
    given = [one for one, block in zip(told, layout.blocks, strict=True) if one[1] or block != (NONE,)]
    none = sum(not count for _, count in given)
    return ([one for one in given if one[1]], none) if none > 1 else (given, 0)


def _others(words: Wording, layout: int, cut: int) -> list[list[Button]]:
    cuts = words.found.tables.cuts if words.found.tables else ()
    return [
        [pick(words.label("by_cut", cut=words.cut(name)), "svr_cut", words.found.round.id, layout, number, 0)]
        for number, name in enumerate(cuts)
        if number != cut
    ]


def groups_of(words: Wording, layout: Layout, cut: int, page: int) -> list[Group]:
    """Give the groups of a page."""
    pages = _pages(words, layout, cut)
    return [told.group for told in pages[min(page, len(pages) - 1)]]


@file_builder(BUILDER)
async def draw(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Draw the picture of a question by a cut."""
    async with tools.database.reading() as session:
        found = await publications.results(session, values["round"])
    words, cut = Wording(tools.catalog, language, found), values["cut"]
    layout = _layout(found, values["layout"], cut)
    figure = figures.of_cut(words, layout, cut, groups_of(words, layout, cut, values["page"]))
    return Built(f"{figure.kind}.png", await tools.draw(figure), caption(words, figure))
