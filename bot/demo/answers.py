"""Invented answers to a survey, for the demo: valid ones, leaning to some choices as real ones do."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from db.surveys import standing
from db.surveys.definition import AGREED, NO, YES, Definition, Kind, Question
from db.surveys.drafts import Draft
from db.surveys.values import Value
from db.surveys.visibility import Attributes

REMARKS = (
    "Mohon jadwal pelatihan diumumkan lebih awal.",
    "Saya siap membantu di mana pun, asal ada pendampingan pada bulan pertama.",
    "Jarak dari rumah menjadi pertimbangan utama saya.",
    "Senang bila ada penjelasan tugas sebelum pindah.",
    "Terima kasih sudah bertanya.",
)
SHARES: Mapping[Kind, float] = {Kind.LONG_TEXT: 0.2, Kind.SHORT_TEXT: 0.3}
"""Share of people who answer an optional question of a kind; others' is `USUAL`."""
USUAL, AGREES, SAYS_YES = 0.85, 0.15, 0.6

Answers = dict[str, Value]


def invented(
    definition: Definition, attributes: Attributes, places: Sequence[str], chance: Random
) -> Mapping[str, Value]:
    """Invent one person's answers; `places` are the references a picker may give."""
    answers: Answers = {}
    for question in definition.questions:
        if question.required or chance.random() < SHARES.get(question.kind, USUAL):
            value = _value(question, answers, places, chance)
            if value is not None:
                answers[question.code] = value
    return standing.submission(definition, attributes, Draft(answers, at=None))


def _value(question: Question, answers: Answers, places: Sequence[str], chance: Random) -> Value | None:
    simple = _SIMPLE.get(question.kind)
    if simple is not None:
        return simple(question, chance)
    offered = [option.code for option in question.options if not option.exclusive]
    if question.options_from:
        chosen = answers.get(question.options_from, ())
        offered = [code for code in offered if isinstance(chosen, tuple) and code in chosen]
    if question.kind is Kind.UNIT:
        offered = list(places)
    if question.kind is Kind.SINGLE:
        return _leaning(question, offered, 1, chance)[0]
    alone = [option.code for option in question.options if option.exclusive]
    if alone and chance.random() < AGREES:
        return (chance.choice(alone),)
    most = min(question.most, len(offered), 4)
    return tuple(_leaning(question, offered, chance.randint(question.least, most), chance)) if offered else None


def _leaning(question: Question, offered: Sequence[str], count: int, chance: Random) -> list[str]:
    """Choose so many, some codes of a question always more willingly than others."""
    taste = Random(question.code)  # noqa: S311  invention, not secrecy
    weights = {code: taste.random() + 0.1 for code in offered}
    picked: list[str] = []
    while len(picked) < count:
        left = [code for code in offered if code not in picked]
        picked += chance.choices(left, [weights[code] for code in left])
    # Several choices without an order are kept in the order shown.
    return picked if question.kind is not Kind.MULTIPLE else [code for code in offered if code in picked]


def _point(question: Question, chance: Random) -> int:
    low, high = int(question.codes[0]), int(question.codes[-1])
    return round(chance.triangular(low, high, high - (high - low) / 4))


def _consent(question: Question, chance: Random) -> str:
    return AGREED if question.gates or chance.random() < AGREES else NO


_SIMPLE: Mapping[Kind, Callable[[Question, Random], Value | None]] = {
    Kind.PAGE: lambda _question, _chance: None,
    Kind.CONSENT: _consent,
    Kind.YES_NO: lambda _question, chance: YES if chance.random() < SAYS_YES else NO,
    Kind.SCALE: _point,
    Kind.NPS: _point,
    Kind.NUMBER: lambda question, chance: chance.randint(int(question.low or 0), int(question.high or 10)),
    Kind.DATE: lambda question, _chance: str(question.low or question.high or "2026-01-01"),
    Kind.SHORT_TEXT: lambda _question, chance: chance.choice(REMARKS)[:20],
    Kind.LONG_TEXT: lambda _question, chance: chance.choice(REMARKS),
}
