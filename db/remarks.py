"""What is said about a row of an office's file: a code and values; the sentence to each stands in content."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

Cell = str | float | int | bool | date | datetime | time | timedelta
"""A cell as it stands in the file; an empty one is an empty text."""

SHOWN = 40
"""Signs of a cell that a remark quotes: enough to find it, too few to carry a letter."""


class Remark(NamedTuple):
    """One remark; `values` fill its sentence."""

    code: str
    values: Mapping[str, Any] = {}


class Unreadable(Exception):
    """A cell that cannot be taken for what its column promises; `remark` says why."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.remark = Remark(code, values)


def quoted(cell: Cell) -> str:
    """Give the beginning of a cell for a remark."""
    text = " ".join(str(cell).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
