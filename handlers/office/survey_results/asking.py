"""One question: its picture, and everything in it once more in words."""

from typing import Any

from content.charts.figures import Figure
from db.errors import StaleButton
from db.surveys import publications
from db.surveys.definition import Question
from db.surveys.overall import Overall
from handlers.answers import Answer, Picture, Say, say
from handlers.buttons import Button, act, pick
from handlers.context import Context, Tools
from handlers.employee.survey.wording import clip
from handlers.keyboards import turns
from handlers.office.survey_results import figures
from handlers.office.survey_results.feature import feature
from handlers.office.survey_results.room import ROOM, fitting, line
from handlers.office.survey_results.screens import LABEL, table_of, wording
from handlers.office.survey_results.wording import BETWEEN, Wording
from handlers.speaking import Built, file_builder

BUILDER = "survey_question"
MOST_OPTIONS = 8
"""Options that can be laid out from the screen of a question; all of them stand in the workbook."""


@feature.button("svr_q")
async def question(context: Context, round_id: int, place: int) -> Answer:
    """Show a question: the picture below which its numbers stand in words, and the ways on."""
    found = await publications.results(context.session, round_id)
    table = table_of(found, place)
    if table is None:
        raise StaleButton
    words, asked = wording(context, found), found.definition.by_code[table.question]
    figure = figures.of_question(words, asked, table)
    text = in_words(words, asked, table, place)
    if figure is None:
        return text
    return [Picture(BUILDER, {"round": round_id, "place": place}), text]


def in_words(words: Wording, asked: Question, table: Overall, place: int) -> Say:
    """Say a question's numbers, as much of them as one message holds, and how much of it stands in the workbook."""
    found = words.found
    figure = figures.of_question(words, asked, table)
    tables = found.tables.questions if found.tables else ()
    rows = [{"label": row.label, "said": row.said} for row in figure.rows] if figure else []
    joined, unnamed = _joined(words, asked, table, ROOM - sum(line(row["label"], row["said"]) for row in rows))
    return say(
        "survey_results/question",
        *_laid_out(words, asked),
        turns(place, len(tables), "svr_q", found.round.id),
        [act("to_results", "svr", found.round.id)],
        number=place + 1,
        of=len(tables),
        title=words.heading(asked),
        below=figure.below if figure else "",
        parts=list(figure.parts) if figure else [],
        rows=rows,
        joined=joined,
        left_out=sum(one.counts is None for one in table.lines),
        more=figure.more if figure else 0,
        unnamed=unnamed,
        published=found.published,
        hidden=table.hidden or ("" if figure else "words"),
    )


def _joined(words: Wording, asked: Question, table: Overall, room: int) -> tuple[list[str], int]:
    """Name what is told together and not named in full in its label; count the names for which there is no room."""
    told, unnamed = [], 0
    for codes in [one.codes for one in table.lines if len(one.codes) > 1]:
        names = words.names(asked, codes)
        if BETWEEN.join(names) == words.block(asked, codes):
            continue
        many = fitting([line(name) for name in names], room)
        room -= sum(line(name) for name in names[:many])
        told += [BETWEEN.join([*names[:many], *(["…"] if many < len(names) else [])])] if many else []
        unnamed += len(names) - many
    return told, unnamed


def _laid_out(words: Wording, asked: Question) -> list[list[Button]]:
    """Lead to the cuts: of a question at once, of single options each by its words."""
    tables = words.found.tables
    if tables is None:
        return []
    mine = [(place, one) for place, one in enumerate(tables.layouts) if one.question == asked.code]
    whole = [place for place, one in mine if one.option is None]
    round_id = words.found.round.id
    if whole:
        return [[_by(words, cut, whole[0], number)] for number, cut in enumerate(tables.cuts)]
    return [
        [pick(clip(words.label("by_option", option=words.code(asked, one.option or "")), LABEL), "svr_cut",
              round_id, place, 0, 0)]
        for place, one in mine[:MOST_OPTIONS]
    ]  # fmt: skip


def _by(words: Wording, cut: str, place: int, number: int) -> Button:
    return pick(words.label("by_cut", cut=words.cut(cut)), "svr_cut", words.found.round.id, place, number, 0)


@file_builder(BUILDER)
async def draw(tools: Tools, values: dict[str, Any], language: str) -> Built:
    """Draw the picture of a question from what may be seen at this moment."""
    async with tools.database.reading() as session:
        found = await publications.results(session, values["round"])
    words = Wording(tools.catalog, language, found)
    table = table_of(found, values["place"])
    figure = figures.of_question(words, found.definition.by_code[table.question], table) if table else None
    if figure is None:
        raise StaleButton
    return Built(f"{figure.kind}.png", await tools.draw(figure), caption(words, figure, rows=3))


def caption(words: Wording, figure: Figure, *, rows: int = 0) -> str:
    """Say what a picture shows, with the first of its rows."""
    told = [{"label": row.label, "said": row.said} for row in figure.rows[:rows]]
    values = {"title": figure.title, "below": figure.below, "rows": told}
    return words.tongue.catalog.render("survey_results/caption", values, words.language)
