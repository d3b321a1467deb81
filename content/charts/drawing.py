"""The pictures: labels stand above their bars, and every number is written beside its bar.

Imported by the drawing process alone: matplotlib takes a second and sixty megabytes. Colours are told apart by people
who see fewer of them (ColorBrewer's blues and purple-orange; hatching where shares lie side by side), and carry
nothing that is not written as well.
"""

import textwrap
from collections.abc import Callable, Sequence

from content.charts.figures import Figure, Row
from content.charts.page import (
    DARK,
    GAP,
    GREY,
    INK,
    LARGE,
    LEFT,
    LINE,
    SIDE,
    SMALL,
    SPAN,
    USUAL,
    WIDTH,
    Canvas,
    Draw,
    Page,
)

BAR = 0.34
BLUE, TRACK, WHITE = "#08519C", "#ECEFF3", "white"
PLACES = ("#08519C", "#6BAED6", "#C6DBEF")
SIDES = ("#542788", "#998EC3", "#E6E6E6", "#F1A340", "#B35806")
"""From one side of a scale to the other; the third is its middle."""
APART = {1: (0,), 2: (0, 4), 3: (0, 1, 4), 4: (0, 1, 3, 4)}
"""Which of them stand for so many grades without a middle."""
SHARES = ("#08519C", "#F1A340", "#9ECAE1", "#7F3B08", "#BDBDBD", "#542788", "#D8DAEB", "#FEE0B6")
HATCHES = ("", "//", "", "..", "xx", "", "\\\\", "++")
NARROWEST = 0.085
"""The share of the width that a part needs to hold its number."""
WIDE = 0.5
"""Inches of a column that has room for a label of the usual size."""
LONGEST_KEY, LONGEST_PART = 28, 42
"""Signs of a label that a number stands beside, and of a line that stands alone."""


def png(figure: Figure) -> bytes:
    """Draw a figure."""
    page = Page()
    page.text(figure.title, LARGE, fontweight="bold")
    page.space(GAP / 2)
    page.text(figure.below, SMALL, color=GREY)
    page.space()
    _DRAWERS[figure.kind](page, figure)
    return page.png()


def _bars(page: Page, figure: Figure) -> None:
    whole = figure.whole or max((row.values[0] for row in figure.rows), default=0) or 1
    for row in figure.rows:
        page.text(row.label)
        page.add(BAR + GAP, _bar(row.values[0] / whole, row.said))


def _bar(share: float, said: str) -> Draw:
    room = SPAN * 0.6

    def draw(canvas: Canvas, top: float) -> None:
        low, high = top - BAR + 0.05, BAR - 0.05
        canvas.box((LEFT, low), (room, high), TRACK, edge=TRACK)
        if share > 0:
            canvas.box((LEFT, low), (room * share, high), BLUE)
        canvas.write(said, (LEFT + room + 0.12, top - 0.01), fontweight="bold")

    return draw


def _diverging(page: Page, figure: Figure) -> None:
    colours = _around(len(figure.rows), figure.middle)
    everybody = sum(row.values[0] for row in figure.rows) or 1
    page.add(0.62 + GAP, _scale([row.values[0] / everybody for row in figure.rows], colours, figure.middle))
    for row, colour in zip(figure.rows, colours, strict=True):
        page.add(LINE[USUAL] + 0.1, _key(row, colour))


def _around(rows: int, middle: int | None) -> list[str]:
    """Give colours from one side to the other; the middle is grey."""
    if middle is None:
        steps = APART[min(max(rows, 1), 4)]
        return [SIDES[steps[place * len(steps) // rows]] for place in range(rows)]
    far = max(middle, rows - middle - 1, 1)
    return [SIDES[2 + round((place - middle) * 2 / far)] for place in range(rows)]


def _scale(shares: Sequence[float], colours: Sequence[str], middle: int | None) -> Draw:
    """Lay the shares side by side so that the middle of the scale is the middle of the picture."""
    before = sum(shares[:middle]) + shares[middle] / 2 if middle is not None else sum(shares[: len(shares) // 2])
    unit, centre = SPAN / 2 / max(before, 1 - before), LEFT + SPAN / 2

    def draw(canvas: Canvas, top: float) -> None:
        left = centre - before * unit
        for share, colour in zip(shares, colours, strict=True):
            canvas.box((left, top - 0.55), (share * unit, 0.5), colour)
            if share * unit > NARROWEST * SPAN:
                ink = WHITE if colour in DARK else INK
                canvas.write(f"{share * 100:.0f}", (left + share * unit / 2, top - 0.3), ha="center", va="center",
                             color=ink)  # fmt: skip
            left += share * unit
        canvas.line((centre, top - 0.65), (centre, top - 0.56))
        canvas.line((centre, top - 0.04), (centre, top + 0.05))

    return draw


def _key(row: Row, colour: str) -> Draw:
    def draw(canvas: Canvas, top: float) -> None:
        canvas.box((LEFT, top - 0.27), (0.27, 0.24), colour)
        canvas.write(textwrap.shorten(row.label, LONGEST_KEY, placeholder="…"), (LEFT + 0.4, top))
        canvas.write(row.said, (WIDTH - SIDE, top), ha="right", fontweight="bold")

    return draw


def _ranking(page: Page, figure: Figure) -> None:
    _legend(page, figure.parts, PLACES, ("",))
    most = max((sum(row.values) for row in figure.rows), default=0) or 1
    for row in figure.rows:
        page.text(row.label)
        page.add(BAR + GAP, _places(row, most))


def _places(row: Row, most: float) -> Draw:
    def draw(canvas: Canvas, top: float) -> None:
        left = LEFT
        for value, colour in zip(row.values, PLACES, strict=False):
            width = SPAN * 0.58 * value / most
            if width:
                canvas.box((left, top - BAR + 0.05), (width, BAR - 0.05), colour)
            left += width
        canvas.write(row.said, (left + 0.1, top - 0.01), fontweight="bold")

    return draw


def _legend(page: Page, parts: Sequence[str], colours: Sequence[str], hatches: Sequence[str]) -> None:
    for place, part in enumerate(parts):
        first, *others = textwrap.wrap(part, LONGEST_PART) or [""]
        page.add(LINE[USUAL] + 0.04, _entry(first, colours[place % len(colours)], hatches[place % len(hatches)]))
        for line in others:
            page.add(LINE[USUAL] + 0.04, _entry(line))
    page.space()


def _entry(line: str, colour: str = "", hatch: str = "") -> Draw:
    def draw(canvas: Canvas, top: float) -> None:
        if colour:
            canvas.box((LEFT, top - 0.27), (0.27, 0.24), colour, hatch=hatch)
        canvas.write(line, (LEFT + 0.4, top))

    return draw


def _columns(page: Page, figure: Figure) -> None:
    most = max((row.values[0] for row in figure.rows), default=0) or 1
    slot = SPAN / max(1, len(figure.rows))

    def draw(canvas: Canvas, top: float) -> None:
        floor = top - 3.1
        for place, row in enumerate(figure.rows):
            left, tall = LEFT + place * slot, 2.6 * row.values[0] / most
            if tall:
                canvas.box((left + slot * 0.12, floor), (slot * 0.76, tall), BLUE)
            centre = {"ha": "center", "va": "center"}
            canvas.write(row.said, (left + slot / 2, floor + tall + 0.16), SMALL, **centre)
            canvas.write(row.label, (left + slot / 2, floor - 0.2), USUAL if slot > WIDE else SMALL, **centre)
        canvas.line((LEFT, floor), (LEFT + SPAN, floor))

    page.add(3.6, draw)


def _stacked(page: Page, figure: Figure) -> None:
    _legend(page, figure.parts, SHARES, HATCHES)
    for row in figure.rows:
        page.text(f"{row.label} ({row.said})")
        page.add(BAR + GAP + 0.08, _shares(row.values))


def _shares(values: Sequence[float]) -> Draw:
    everybody = sum(values) or 1

    def draw(canvas: Canvas, top: float) -> None:
        left = LEFT
        for place, value in enumerate(values):
            width = SPAN * value / everybody
            if width:
                canvas.box((left, top - BAR), (width, BAR), SHARES[place % len(SHARES)],
                           hatch=HATCHES[place % len(HATCHES)])  # fmt: skip
            if width > NARROWEST * SPAN:
                middle = left + width / 2
                canvas.box((middle - 0.24, top - BAR + 0.04), (0.48, BAR - 0.08), WHITE)
                canvas.write(f"{value / everybody * 100:.0f}", (middle, top - BAR / 2), SMALL, ha="center", va="center")
            left += width

    return draw


_DRAWERS: dict[str, Callable[[Page, Figure], None]] = {
    "bars": _bars,
    "diverging": _diverging,
    "ranking": _ranking,
    "columns": _columns,
    "stacked": _stacked,
}
