"""From a table to its picture: which one fits a question, and the words that stand in it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from content.charts.figures import Figure, Row
from db.surveys.counting import NONE
from db.surveys.definition import Kind, Question
from db.surveys.layouts import Layout
from db.surveys.overall import CHOICES, RANKING, WORDS, Line, Overall
from handlers.employee.survey.wording import clip
from handlers.office.survey_results.wording import LONGEST_LABEL, Wording

WEIGHTS = (3, 2, 1)
"""What a first, second and third choice weigh in the order of a ranking."""
DIVERGING = frozenset({"readiness"})
"""Single choices that are grades from one side to the other, by what they mean."""
MOST_ROWS = 14
"""Rows of one picture; what is rarer stands in the workbook."""
MOST_PARTS = 8
"""Parts of a row: there are no more colours that can be told apart."""
Item = TypeVar("Item")
Group = tuple[object, tuple[int, ...]]
"""What a cut says of some people, and how many of them gave which block of answers."""


def of_question(words: Wording, question: Question, table: Overall) -> Figure | None:
    """Give the picture of a question; None where nothing may be shown, or nothing was said often enough."""
    if table.hidden is not None:
        return None
    if table.form == WORDS:
        return _words(words, question, table)
    return _picture(question, table)(words, question, table)


def _picture(question: Question, table: Overall) -> Callable[[Wording, Question, Overall], Figure]:
    if table.form == RANKING:
        return _ranking
    if table.form == CHOICES:
        return _choices
    apart = not any(NONE in line.codes and len(line.codes) > 1 for line in table.lines)
    if question.kind is Kind.NPS and apart:
        return _columns
    graded = question.kind is Kind.SCALE or (question.kind is Kind.SINGLE and question.means in DIVERGING)
    return _diverging if graded and apart and len(_answers(table)) <= MOST_ROWS else _parts


def _choices(words: Wording, question: Question, table: Overall) -> Figure:
    return _bars(words, question, table, sorted(_told(table), key=lambda line: -_of(line)))


def _parts(words: Wording, question: Question, table: Overall) -> Figure:
    return _bars(words, question, table, _told(table))


def _told(table: Overall) -> list[Line]:
    return [line for line in table.lines if line.counts is not None]


def _of(line: Line) -> int:
    return line.counts[0] if line.counts else 0


def _below(words: Wording, table: Overall, kind: str = "below", **more: object) -> str:
    silent = sum(_of(line) for line in table.lines if line.codes == (NONE,))
    said = [words.label(kind, people=table.people, silent=silent, **more)]
    if table.mean is not None and table.median is not None:
        said.append(words.label("middle", mean=words.number(table.mean), median=words.number(table.median)))
    return " · ".join(said)


def _bars(words: Wording, question: Question, table: Overall, lines: list[Line]) -> Figure:
    kept = biggest(lines, _of, MOST_ROWS)
    rows = tuple(
        Row(words.block(question, line.codes), (float(_of(line)),), words.count(_of(line), table.people))
        for line in kept
    )
    below = _below(words, table, "below_several" if table.form == CHOICES else "below")
    more = len(lines) - len(kept)
    return Figure("bars", words.heading(question), below, rows, whole=float(table.people), more=more)


def biggest(items: Sequence[Item], size: Callable[[Item], int], most: int) -> list[Item]:
    """Give the biggest so many, in the order they have."""
    places = sorted(range(len(items)), key=lambda place: -size(items[place]))[:most]
    return [items[place] for place in sorted(places)]


def _answers(table: Overall) -> list[Line]:
    return [line for line in _told(table) if line.codes != (NONE,)]


def _diverging(words: Wording, question: Question, table: Overall) -> Figure:
    lines = _answers(table)
    answered = sum(map(_of, lines))
    rows = tuple(
        Row(words.block(question, line.codes), (float(_of(line)),), words.count(_of(line), answered)) for line in lines
    )
    codes = question.codes
    centre = codes[len(codes) // 2] if len(codes) % 2 else None
    middle = next((place for place, line in enumerate(lines) if line.codes == (centre,)), None)
    return Figure("diverging", words.heading(question), _below(words, table), rows, middle=middle)


def _columns(words: Wording, question: Question, table: Overall) -> Figure:
    lines = _answers(table)
    rows = tuple(
        Row(line.codes[0] if len(line.codes) == 1 else f"{line.codes[0]}–{line.codes[-1]}", (float(_of(line)),),
            words.number(_of(line)))
        for line in lines
    )  # fmt: skip
    return Figure("columns", words.heading(question), _below(words, table), rows)


def _ranking(words: Wording, question: Question, table: Overall) -> Figure:
    lines = [line for line in _answers(table) if any(line.counts or ())]
    lines.sort(key=lambda line: (len(line.codes) > 1, -_weight(line)))
    rows = tuple(
        Row(words.block(question, line.codes), tuple(map(float, line.counts or ())),
            " · ".join(words.number(count) for count in line.counts or ()))
        for line in lines[:MOST_ROWS]
    )  # fmt: skip
    parts = tuple(words.label(f"places.{place}") for place in ("first", "second", "third"))
    below = _below(words, table, "below_ranking")
    return Figure("ranking", words.heading(question), below, rows, parts, more=len(lines) - len(rows))


def _weight(line: Line) -> int:
    return sum(weight * count for weight, count in zip(WEIGHTS, line.counts or (), strict=False))


def _words(words: Wording, question: Question, table: Overall) -> Figure | None:
    tables = words.found.tables
    used = tables.words.get(question.code, ()) if tables else ()
    if not used:
        return None
    rows = tuple(Row(clip(word, LONGEST_LABEL), (float(many),), words.number(many)) for word, many in used[:MOST_ROWS])
    below = words.label("below_words")
    return Figure("bars", words.heading(question), below, rows, more=len(used) - len(rows))


def of_cut(words: Wording, layout: Layout, place: int, shown: Sequence[Group]) -> Figure:
    """Give the picture of a question by one cut, of some of its groups."""
    question = words.found.definition.by_code[layout.question]
    cut = words.found.tables.cuts[place] if words.found.tables else ""
    title = words.heading(question)
    if layout.option is not None:
        bars = tuple(
            Row(words.group(cut, value), (cell[0] / sum(cell),), words.count(cell[0], sum(cell)))
            for value, cell in shown
        )
        return Figure("bars", title, below_cut(words, layout, place), bars, whole=1.0)
    parts = _parts_of(layout)
    rows = tuple(
        Row(words.group(cut, value), tuple(float(sum(cell[number] for number in part)) for part in parts),
            words.label("people", people=sum(cell)))
        for value, cell in shown
    )  # fmt: skip
    named = tuple(
        words.block(question, layout.blocks[part[0]]) if len(part) == 1 else words.label("others") for part in parts
    )
    return Figure("stacked", title, below_cut(words, layout, place), rows, named)


def below_cut(words: Wording, layout: Layout, place: int) -> str:
    """Say by what a question is laid out, and which option of it."""
    cut = words.cut(words.found.tables.cuts[place]) if words.found.tables else ""
    if layout.option is None:
        return words.label("below_cut", cut=cut)
    question = words.found.definition.by_code[layout.question]
    return words.label("below_option", cut=cut, option=words.block(question, (layout.option,)))


def _parts_of(layout: Layout) -> list[list[int]]:
    """Give the blocks that somebody gave, by their places: each by itself, the rarest of many together."""
    many = [sum(cell[number] for cell in layout.groups.values()) for number in range(len(layout.blocks))]
    used = [number for number, count in enumerate(many) if count]
    if len(used) <= MOST_PARTS:
        return [[number] for number in used]
    kept = biggest(used, lambda number: many[number], MOST_PARTS - 1)
    return [*([number] for number in kept), [number for number in used if number not in kept]]


def groups(layout: Layout, place: int) -> list[Group]:
    """List a cut's groups, the biggest first; those told together last."""
    return sorted(layout.by_cut(place).items(), key=lambda one: (one[0] is None, -sum(one[1]), str(one[0])))
