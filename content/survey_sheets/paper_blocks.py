"""The blocks of a paper form: boxes to tick or to number, lines to write on, a row of points."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from content.survey_sheets.paper_words import Words

WIDTH = 180 * mm
"""Between the margins of an A4 page."""
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=12)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8, leading=10)
ASKED = ParagraphStyle("asked", parent=BODY, fontName="Helvetica-Bold", spaceBefore=1)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=14, leading=18)
_SHORT = 38
"""Characters of choices that stand in two columns."""
_LINE = 7 * mm
"""Height of a line to write on by hand."""
_PER_LINE = 75
"""Characters of handwriting on a line."""
_MOST_LINES = 6
_LONG_TEXT = 500
"""Characters of a long answer that names no limit."""
_HIGHEST = 10
_PLAIN = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
)


class Box(Flowable):
    """An empty square to tick; a wider one for a number."""

    def __init__(self, *, wide: bool = False) -> None:
        super().__init__()
        self.width, self.height = (6.5 if wide else 3.6) * mm, 3.6 * mm

    def draw(self) -> None:
        """Draw the square."""
        self.canv.setLineWidth(0.8)
        self.canv.rect(0, 0, self.width, self.height)


class Line(Flowable):
    """A line to write on."""

    def __init__(self, width: float = WIDTH - 8 * mm) -> None:
        super().__init__()
        self.width, self.height = width, _LINE

    def draw(self) -> None:
        """Draw the line."""
        self.canv.setLineWidth(0.5)
        self.canv.line(0, 0, self.width, 0)


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Set words that are data: nothing in them is markup."""
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def answer_space(words: Words, question: Mapping[str, Any]) -> list[Flowable]:
    """Give the place where a question is answered by hand."""
    kind = question["kind"]
    if kind in ("scale", "nps"):
        return [_points(words, question)]
    if kind in ("yes_no", "consent"):
        return [boxes([(code, words.label(key)) for code, key in _spoken(kind)])]
    if kind == "unit":
        lines = [Line() for _ in range(int(question.get("max") or 1))]
        return [*_choices(words, question), *lines, Spacer(1, 2 * mm)]
    if kind in ("single", "multiple", "ranked"):
        return _choices(words, question)
    if kind == "page":
        return []
    letters = int(question.get("max") or _LONG_TEXT) if kind == "long_text" else 0
    count = min(_MOST_LINES, max(1, -(-letters // _PER_LINE)))
    return [*(Line() for _ in range(count)), Spacer(1, 2 * mm)]


def _spoken(kind: str) -> Sequence[tuple[str, str]]:
    return (("SETUJU", "agreed"), ("TIDAK", "not_now")) if kind == "consent" else (("YA", "yes"), ("TIDAK", "no"))


def _choices(words: Words, question: Mapping[str, Any]) -> list[Flowable]:
    options = [(one["code"], words.said(one["text"])) for one in words.options(question)]
    return [boxes(options, wide=question["kind"] == "ranked")] if options else []


def boxes(options: Sequence[tuple[str, str]], *, wide: bool = False) -> Table:
    """Lay choices out with a box before each and its code behind it, in two columns where they are short."""
    columns = 2 if len(options) > 3 and all(len(text) <= _SHORT for _, text in options) else 1  # noqa: PLR2004
    rows = -(-len(options) // columns)
    cells: list[list[Any]] = [[Box(wide=wide), _option(code, text)] for code, text in options]
    cells += [["", ""]] * (rows * columns - len(cells))
    table = [list(chain(*cells[row::rows])) for row in range(rows)]
    beside = (9 if wide else 6) * mm
    width = (WIDTH - 6 * mm) / columns - beside
    return Table(table, colWidths=[beside, width] * columns, style=_PLAIN, hAlign="LEFT")


def _option(code: str, text: str) -> Paragraph:
    return Paragraph(f'{escape(text)} <font size="7">[{escape(code)}]</font>', BODY)


def _points(words: Words, question: Mapping[str, Any]) -> Table:
    nps = question["kind"] == "nps"
    numbers = range(_HIGHEST + 1) if nps else range(1, int(question.get("max") or 5) + 1)
    low, high = words.said(question.get("low_label")), words.said(question.get("high_label"))
    row: list[Any] = [paragraph(low, SMALL)]
    for number in numbers:
        row += [Box(), str(number)]
    row.append(paragraph(high, SMALL))
    each = 11 * mm if not nps else 9.5 * mm
    ends = (WIDTH - 6 * mm - len(numbers) * each) / 2
    style = TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("FONTSIZE", (0, 0), (-1, -1), 9.5),
                        ("LEFTPADDING", (0, 0), (-1, -1), 1), ("RIGHTPADDING", (0, 0), (-1, -1), 1)])  # fmt: skip
    widths = [ends, *[5 * mm, each - 5 * mm] * len(numbers), ends]
    return Table([row], colWidths=widths, style=style, hAlign="LEFT")
