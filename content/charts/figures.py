"""A picture as data: what stands in it, in words that are ready to be read; drawn, told as text, sent as JSON."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["bars", "diverging", "ranking", "columns", "stacked"]
"""Bars for choices and words, a scale around its middle, three places, columns from 0 to 10, shares by group."""


@dataclass(frozen=True)
class Row:
    """One line: its label, the numbers drawn, and the same numbers as said (`12 orang, 30 %`)."""

    label: str
    values: tuple[float, ...]
    said: str


@dataclass(frozen=True)
class Figure:
    """A picture: its title, a line below it, what the parts of a row are called, and the rows."""

    kind: Kind
    title: str
    below: str
    rows: tuple[Row, ...]
    parts: tuple[str, ...] = ()
    middle: int | None = None
    """Of a scale: the place of the row that is neither one nor the other."""
    whole: float | None = None
    """Of bars: what the full width stands for; None: the longest bar."""
    more: int = 0
    """Rows for which there was no room."""

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def figure_of(told: dict[str, Any]) -> Figure:
    """Take a figure up again from `Figure.plain`."""
    rows = tuple(Row(row["label"], tuple(row["values"]), row["said"]) for row in told["rows"])
    return Figure(**{**told, "rows": rows, "parts": tuple(told["parts"])})
