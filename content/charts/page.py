"""A sheet for a phone: 1,080 pixels wide, filled from the top in large type. Of the drawing process alone.

The font is DejaVu Sans, which matplotlib brings.
"""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import matplotlib as mpl

mpl.use("agg")

from matplotlib.figure import Figure as Sheet
from matplotlib.patches import Rectangle

WIDTH, DPI = 7.2, 150
"""Inches and dots: 1,080 pixels."""
LARGE, USUAL, SMALL = 21, 17.5, 14.5
"""Points; the usual one is 36 pixels, twelve of a phone's own."""
LINE = {LARGE: 0.36, USUAL: 0.31, SMALL: 0.26}
"""Inches of a line of each size."""
SIGNS = {LARGE: 36, USUAL: 46, SMALL: 58}
"""Signs that fit into a line of each size."""
SIDE, GAP = 0.3, 0.2
LEFT, SPAN = SIDE, WIDTH - 2 * SIDE
INK, GREY = "#1A1A1A", "#505050"
DARK = frozenset({"#08519C", "#542788", "#B35806", "#7F3B08"})
"""Colours on which letters are white."""

Point = tuple[float, float]


class Canvas:
    """A sheet whose units are inches, from its lower left corner."""

    def __init__(self, height: float) -> None:
        self.sheet = Sheet(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
        self.axes = self.sheet.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, height))
        self.axes.axis("off")

    def write(self, said: str, at: Point, size: float = USUAL, **style: str) -> None:
        """Write one line below a point; `style` is matplotlib's (`color`, `ha`, `fontweight`)."""
        told: dict[str, Any] = {"color": INK, "ha": "left", "va": "top", **style}
        self.axes.text(*at, said, fontsize=size, parse_math=False, **told)

    def box(self, at: Point, size: Point, colour: str, *, hatch: str = "", edge: str = "") -> None:
        """Draw a filled box with a fine edge, so that two of them never run together."""
        edge = edge or ("white" if colour in DARK else INK)
        self.axes.add_patch(Rectangle(at, *size, facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0.8))

    def line(self, begin: Point, end: Point) -> None:
        """Draw a line."""
        self.axes.plot([begin[0], end[0]], [begin[1], end[1]], color=INK, linewidth=1.6)

    def png(self) -> bytes:
        """Give the file."""
        buffer = BytesIO()
        self.sheet.savefig(buffer, format="png")
        return buffer.getvalue()


Draw = Callable[[Canvas, float], None]
"""Draws below a height."""


@dataclass
class Page:
    """What stands on a sheet, from the top; heights are inches, and nothing is drawn before all are known."""

    steps: list[tuple[float, Draw]] = field(default_factory=list)

    def add(self, height: float, draw: Draw) -> None:
        """Add something so high."""
        self.steps.append((height, draw))

    def text(self, said: str, size: float = USUAL, **style: str) -> None:
        """Add words, broken into lines."""
        for line in textwrap.wrap(said, SIGNS[size]) or [""]:
            self.add(LINE[size], _line(line, size, style))

    def space(self, height: float = GAP) -> None:
        """Leave some room."""
        self.add(height, lambda _canvas, _top: None)

    def png(self) -> bytes:
        """Draw everything and give the file."""
        height = sum(step for step, _ in self.steps) + 2 * SIDE
        canvas = Canvas(height)
        top = height - SIDE
        for step, draw in self.steps:
            draw(canvas, top)
            top -= step
        return canvas.png()


def _line(line: str, size: float, style: dict[str, str]) -> Draw:
    return lambda canvas, top: canvas.write(line, (LEFT, top), size, **style)
