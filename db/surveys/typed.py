"""Answers people type instead of pressing: numbers as written here, days in words, choices by number or text."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from db import cells
from db.remarks import Unreadable
from db.surveys.definition import AGREED, NO, POINTS, SEVERAL, YES, Kind, Option, Question
from db.surveys.values import InvalidAnswer, Value, check

LONGEST = 4_096
"""Characters of a Telegram message; nothing longer can have been typed."""
_WORDS = {
    YES: ("ya", "iya", "y", "yes", "boleh", "setuju", "ok", "oke"),
    AGREED: ("ya", "iya", "setuju", "saya setuju", "yes", "agree", "i agree"),
    NO: ("tidak", "tdk", "t", "no", "n", "tidak sekarang", "tidak setuju", "not now", "belum", "jangan"),
}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
"""`1.234,5`: points group, the comma parts (EYD V)."""
_ENGLISH = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+")
"""`1,234.5` can only be English; `1,234` alone is read as here, 1.234 thousandths."""
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_NUMBERED = re.compile(r"(\d{1,3})[.)]?")
_BETWEEN = (re.compile(r"[;\n]"), re.compile(r"[;,\n]|\bdan\b|\band\b", re.IGNORECASE), re.compile(r"\s+"))


def read(question: Question, options: Sequence[Option], text: str) -> Value:
    """Read a typed answer; raises `InvalidAnswer`, whose values hold an example."""
    reader = _READERS.get(question.kind)
    said = text[:LONGEST]
    return check(question, options, reader(question, options, said.strip()) if reader else said)


def number(said: str) -> float:
    """Read a number as people write it here; raises `InvalidAnswer`."""
    bare = re.sub(r"(?<=\d)[ \u00a0](?=\d{3})|%|^Rp\.? ?", "", said).strip()
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _ENGLISH.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _PLAIN.fullmatch(bare):
        bare = bare.replace(",", ".")
    else:
        raise InvalidAnswer("not_a_number", example=12.5)
    return float(bare)


def _number(question: Question, options: Sequence[Option], said: str) -> float:
    return number(said)


def _point(question: Question, options: Sequence[Option], said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= len("10") else -1


def _day(question: Question, options: Sequence[Option], said: str) -> str:
    # Bare digits would be taken for a spreadsheet's count of days.
    try:
        day = None if said.isdigit() else cells.day(said)
    except Unreadable:
        day = None
    return day.isoformat() if day else ""


def _word(question: Question, options: Sequence[Option], said: str) -> str:
    spoken = said.casefold().rstrip(".!")
    for place, code in enumerate(question.codes, start=1):
        if spoken == str(place) or spoken in _WORDS[code]:
            return code
    raise InvalidAnswer("not_yes_no")


def _single(question: Question, options: Sequence[Option], said: str) -> str:
    return _pick(options, said) or ""


def _pick(options: Sequence[Option], said: str) -> str | None:
    """Find the option meant by its number in the list, its words in either language, or their unmistakable start."""
    if found := _NUMBERED.fullmatch(said):
        place = int(found[1])
        return options[place - 1].code if 1 <= place <= len(options) else None
    wanted = _normal(said)
    spoken = {option.code: {_normal(option.text.id), _normal(option.text.said("en"))} for option in options}
    exact = [code for code, words in spoken.items() if wanted in words]
    begun = [code for code, words in spoken.items() if wanted and any(word.startswith(wanted) for word in words)]
    fitting = exact or begun
    return fitting[0] if len(fitting) == 1 else None


def _picks(question: Question, options: Sequence[Option], said: str) -> tuple[str, ...]:
    # A whole option first: its own words may hold commas.
    whole = _pick(options, said)
    if whole:
        return (whole,)
    for between in _BETWEEN:
        found = [_pick(options, piece.strip()) for piece in between.split(said) if piece.strip()]
        known = [code for code in found if code]
        if known and len(known) == len(found):
            return tuple(dict.fromkeys(known))
    raise InvalidAnswer("search" if question.kind is Kind.UNIT else "not_offered", example=1, query=said[:100])


def _normal(said: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", said.casefold()).split())


_READERS: dict[Kind, Callable[[Question, Sequence[Option], str], Any]] = {
    Kind.SINGLE: _single,
    Kind.YES_NO: _word,
    Kind.CONSENT: _word,
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    **dict.fromkeys(POINTS, _point),
    **dict.fromkeys(SEVERAL, _picks),
}
