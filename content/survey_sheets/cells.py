"""Reads single cells of a survey's workbook: words, kinds, limits, conditions and the lines of options."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from content.sheets import Cell
from content.survey_sheets import columns, conditions
from content.survey_sheets.writing import unquoted

_OPTION = re.compile(r"\s*(\w+)\s*((?:\[[^\]]*\]\s*)*)=\s*(.*?)\s*")
_MARK = re.compile(r"\[\s*([^\]]*?)\s*\]")
_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SHOWN = 60
"""Signs of a cell that a mistake quotes."""


class Unreadable(Exception):
    """A cell that cannot be read: the code of its sentence and values."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def words(cell: Cell) -> str:
    """Read a cell as text; a whole number loses its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unquoted(str(cell).replace("\r\n", "\n").replace("_x000D_\n", "\n")).strip()


def text(cell: Cell, english: Cell) -> dict[str, str] | None:
    """Read a text in both languages; English alone stands without its Indonesian, which is then missing."""
    said = {language: words(one) for language, one in (("id", cell), ("en", english)) if words(one)}
    return said or None


def word(cell: Cell, known: Mapping[str, str]) -> str | None:
    """Read one of several words, in Indonesian or as the definition names it; raises Unreadable `not_one_of`."""
    said = words(cell).casefold()
    if not said:
        return None
    for name, shown in known.items():
        if said in (name, shown.casefold()):
            return name
    raise Unreadable("not_one_of", value=words(cell)[:_SHOWN], expected=", ".join(known.values()))


def yes(cell: Cell) -> bool | None:
    """Read yes or no, an empty cell being no; raises Unreadable `not_yes_no`."""
    if isinstance(cell, bool):
        return cell or None
    said = words(cell).casefold()
    if said in columns.YES_WORDS:
        return True
    if said in columns.NO_WORDS:
        return None
    raise Unreadable("not_yes_no", value=words(cell)[:_SHOWN])


def limit(cell: Cell) -> int | float | str | None:
    """Read a number, or a day as ISO text; raises Unreadable `bad_limit`."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() else cell
    said = words(cell)
    try:
        if found := _DAY.fullmatch(said):
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
            return date.fromisoformat(said).isoformat()
        return limit(float(said.replace(",", "."))) if said else None
    except ValueError:
        raise Unreadable("bad_limit", value=said[:_SHOWN]) from None


def condition(cell: Cell) -> dict[str, Any] | None:
    """Read a condition; raises Unreadable `bad_condition` with where reading stopped."""
    said = words(cell)
    try:
        return conditions.parse(said) if said else None
    except conditions.ConditionError as reason:
        raise Unreadable("bad_condition", value=said[:_SHOWN], near=reason.near) from reason


def options(cell: Cell, english: Cell) -> tuple[list[dict[str, Any]], list[tuple[str, Unreadable]]]:
    """Read options, one a line as `KODE = teks`, with what could not be read and in which column."""
    read: list[dict[str, Any]] = []
    mistakes: list[tuple[str, Unreadable]] = []
    for line in filter(None, map(str.strip, words(cell).splitlines())):
        try:
            read.append(_option(line))
        except Unreadable as reason:
            mistakes.append(("options", reason))
    for line in filter(None, map(str.strip, words(english).splitlines())):
        found = _OPTION.fullmatch(line)
        own = [one for one in read if found and one["code"] == found[1].upper()]
        if found and own:
            own[0]["text"]["en"] = found[3]
        else:
            mistakes.append(("options.en", Unreadable("option_unreadable", value=line[:_SHOWN])))
    return read, mistakes


def _option(line: str) -> dict[str, Any]:
    found = _OPTION.fullmatch(line)
    if found is None or not found[3]:
        raise Unreadable("option_unreadable", value=line[:_SHOWN])
    option: dict[str, Any] = {"code": found[1].upper(), "text": {"id": found[3]}}
    for mark in _MARK.findall(found[2]):
        if mark.casefold() == columns.ALONE:
            option["exclusive"] = True
        elif mark.casefold().startswith(f"{columns.IF} "):
            option["show_if"] = condition(mark[len(columns.IF) :])
        else:
            raise Unreadable("option_unreadable", value=line[:_SHOWN])
    return option


def _code(cell: Cell) -> str:
    return words(cell).upper()


READERS: dict[str, Callable[[Cell], Any]] = {
    "code": _code,
    "kind": lambda cell: word(cell, columns.KINDS),
    **dict.fromkeys(columns.BOOLEANS, yes),
    **dict.fromkeys(columns.LIMITS, limit),
    "show_if": condition,
    "options_from": _code,
    "picks": lambda cell: word(cell, columns.PICKS),
    "purpose": words,
    "means": words,
    "part": _code,
}
"""How each column of a question is read; texts and options span two."""
