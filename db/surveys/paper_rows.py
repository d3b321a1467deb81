"""A row of a paper form as an operator typed it: read, judged by the definition's rules, all its mistakes found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.remarks import Cell
from db.surveys import branches, navigation, standing, typed
from db.surveys.conditions import leaves
from db.surveys.definition import AGREED, POINTS, SEVERAL, Definition, Kind, Question
from db.surveys.drafts import Draft
from db.surveys.values import InvalidAnswer, Value
from db.surveys.visibility import Attributes
from db.units import name_key

Places = Mapping[str, Mapping[str, str]]
"""For each question of the kind `unit`: the reference of each place by its name's key."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one cell, by its column; None: with the row."""

    column: str | None
    reason: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row: the answers that would be taken, or its mistakes."""

    answers: Mapping[str, Value]
    mistakes: tuple[Mistake, ...] = ()


def on_paper(definition: Definition) -> list[Question]:
    """List what is asked on paper: not special data, which an operator may not read, nor the consents to it."""
    guarding = branches.guarding(definition)
    return [one for one in definition.questions if not one.special and one.code not in guarding]


def is_blank(cells: Mapping[str, Cell], definition: Definition) -> bool:
    """Tell whether nothing was answered in a row: the form has not come back."""
    return not any(_said(cells.get(question.code, "")) for question in definition.questions)


def judge(definition: Definition, attributes: Attributes, cells: Mapping[str, Cell], places: Places) -> Judged:
    """Judge a row's cells by their questions' codes; the consent it rests on must be given."""
    refused = [one for one in definition.questions if one.gates and _agreed(one, cells) is False]
    if refused:
        return Judged({}, tuple(Mistake(one.code, "consent", {}) for one in refused))
    draft, mistakes = Draft(), dict[str, Mistake]()
    for question in on_paper(definition):
        cell = cells.get(question.code, "")
        if question.kind is Kind.PAGE or not _said(cell):
            continue
        try:
            value = read(question, cell, places.get(question.code, {}))
            draft = navigation.answer(definition, attributes, draft, question.code, value)
        except InvalidAnswer as refusal:
            if not (refusal.reason == "not_shown" and _rests_on(question, mistakes)):
                mistakes[question.code] = Mistake(question.code, refusal.reason, refusal.values)
    lacking = [code for code in standing.lacking(definition, attributes, draft) if code not in mistakes]
    found = (*mistakes.values(), *(Mistake(code, "required", {}) for code in lacking))
    return Judged({} if found else standing.submission(definition, attributes, draft), found)


def _agreed(question: Question, cells: Mapping[str, Cell]) -> bool:
    try:
        return bool(read(question, cells.get(question.code, ""), {}) == AGREED)
    except InvalidAnswer:
        return False


def _rests_on(question: Question, mistakes: Mapping[str, Mistake]) -> bool:
    if question.show_if is None:
        return False
    return any(getattr(leaf, "question", None) in mistakes for leaf in leaves(question.show_if))


def read(question: Question, cell: Cell, places: Mapping[str, str]) -> Any:
    """Read a cell as its question's value; whether it is offered the rules judge. Raises `InvalidAnswer`."""
    if question.kind is Kind.NUMBER and isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    if question.kind is Kind.DATE and isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    said = _said(cell)
    if question.kind in SEVERAL:
        pieces = [piece.strip() for piece in said.replace("\n", ";").split(";") if piece.strip()]
        return tuple(_pick(question, piece, places) for piece in pieces)
    if question.kind in POINTS:
        return int(said) if said.isascii() and said.isdigit() else -1
    own = _OWN.get(question.kind)
    return own(question, said) if own else typed.read(question, question.options, said)


def _said(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _code(question: Question, said: str) -> str | None:
    return said.upper() if said.upper() in question.codes else None


def _one(question: Question, said: str) -> Any:
    return _code(question, said) or typed.read(question, question.options, said)


def _pick(question: Question, said: str, places: Mapping[str, str]) -> str:
    code = _code(question, said)
    if code is not None:
        return code
    if question.kind is Kind.UNIT:
        found = places.get(name_key(said))
        if found is None:
            raise InvalidAnswer("search", query=said[:100])
        return found
    read_ = typed.read(question, question.options, said)
    return read_[0] if isinstance(read_, tuple) else str(read_)


_OWN: dict[Kind, Callable[[Question, str], Any]] = dict.fromkeys((Kind.SINGLE, Kind.YES_NO, Kind.CONSENT), _one)
