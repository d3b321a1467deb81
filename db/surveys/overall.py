"""What may be told of one question about all who answered, without any cut.

Three forms: `parts` (everybody is in exactly one block), `choices` (each option by itself: so many chose it), `places`
(blocks by first, second and third choice). A number told is 0 or at least 5; see docs/decisions/0009.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

from db.surveys.coarsening import LEAST
from db.surveys.counting import NONE, PLACES, Counted, codes, picks_several
from db.surveys.definition import ORDERED, Kind, Question
from db.surveys.gathering import Block, Cell, fine, gathered, spoken, telling, total

PARTS, CHOICES, RANKING, WORDS = "parts", "choices", "places", "words"
OTHERS = "*"
"""Stands in a block for what people picked out of hundreds."""
FEW, SPECIAL, DEPENDENT, LATER = "few", "special", "dependent", "later"
"""Why a question is not shown: special data, not yet, others could be worked out, or too few answered, or too few
differently: which of the two would tell that all answered alike."""
IN_ORDER = frozenset({Kind.SCALE, Kind.NPS, Kind.NUMBER, Kind.DATE})
GRADES = frozenset({"readiness", "longest_commute"})
"""Single choices whose options are grades: neighbours may be told together (by what the answer means)."""


@dataclass(frozen=True)
class Line:
    """One line of a table: codes told together, and how many; None: not shown."""

    codes: Block
    counts: Cell | None


@dataclass(frozen=True)
class Overall:
    """The table of one question; `hidden` says why there is none."""

    question: str
    form: str
    people: int
    lines: tuple[Line, ...] = ()
    mean: float | None = None
    median: float | None = None
    hidden: str | None = None

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        lines = [[list(line.codes), list(line.counts) if line.counts is not None else None] for line in self.lines]
        return {
            "question": self.question,
            "form": self.form,
            "people": self.people,
            "lines": lines,
            "mean": self.mean,
            "median": self.median,
            "hidden": self.hidden,
        }


def overall_of(kept: dict[str, Any]) -> Overall:
    """Take a table up again from `Overall.plain`."""
    lines = tuple(Line(tuple(codes), tuple(counts) if counts is not None else None) for codes, counts in kept["lines"])
    return Overall(**{**kept, "lines": lines})


def in_order(question: Question) -> bool:
    """Tell whether a question's answers have an order, so that neighbours may be told together."""
    return question.kind in IN_ORDER or (question.kind is Kind.SINGLE and question.means in GRADES)


def overall(question: Question, found: Counted) -> Overall:
    """Give what may be told of a question; texts are told apart."""
    return veiled(question, bare(question, found))


def veiled(question: Question, table: Overall) -> Overall:
    """Leave out which of a picker's hundreds were chosen by few: being named would tell that somebody did."""
    own = {*question.codes, NONE}
    lines = tuple(
        Line(veiled_block(own, line.codes), line.counts)
        for line in table.lines
        if line.counts is not None or set(line.codes) <= own
    )
    return replace(table, lines=lines)


def veiled_block(own: Collection[str], block: Block) -> Block:
    """Give a block as it may be named."""
    if len(block) == 1 or set(block) <= set(own):
        return block
    return (*(code for code in block if code in own), OTHERS)


def bare(question: Question, found: Counted) -> Overall:
    """Give the table with every code by its name, for counting; only `veiled` leaves the house."""
    table = Overall(question.code, PARTS, found.people)
    if question.special:
        return replace(table, hidden=SPECIAL)
    if found.people < LEAST or found.answered < LEAST:
        return replace(table, hidden=FEW)
    if question.kind in ORDERED:
        ranked = _places(question, found, table)
        if ranked is not None:
            return ranked
    if picks_several(question, found):
        return _choices(question, found, table)
    return _parts(question, found, table)


def _parts(question: Question, found: Counted, table: Overall) -> Overall:
    cells: dict[str, Cell] = {code: (found.chosen.get(code, 0),) for code in codes(question, found)}
    cells[NONE] = (found.silent,)
    blocks = gathered(cells, ordered=in_order(question))
    lines = tuple(Line(block, total(cells, block)) for block in blocks)
    if not telling([total(cells, block)[0] for block in blocks], spoken(blocks)):
        return replace(table, hidden=FEW)
    mean, median = found.mean, found.median
    return replace(table, lines=lines, mean=mean, median=median)


def _choices(question: Question, found: Counted, table: Overall) -> Overall:
    alone = {option.code for option in question.options if option.exclusive}
    known = codes(question, found)
    shown = _apart({code: found.chosen.get(code, 0) for code in known}, alone, found.answered)
    if _extremes(question, found, alone) and not _something_hidden(found, shown):
        shown.discard(min(shown, key=lambda code: (found.chosen[code], code)))
    lines = tuple(Line((code,), (found.chosen[code],) if code in shown else None) for code in known)
    return replace(table, form=CHOICES, lines=lines, hidden=None if shown else FEW)


def _apart(chosen: dict[str, int], alone: set[str], answered: int) -> set[str]:
    """Give the options that may be told: those who chose one and those who chose others are both enough.

    Whoever chose an option that stands alone chose no other: what is left without them must be enough, too.
    """
    shown = {code for code, many in chosen.items() if LEAST <= many <= answered - LEAST}
    while True:
        rest = answered - sum(chosen[code] for code in shown & alone)
        loose = [code for code in shown - alone if rest - chosen[code] < LEAST]
        if (rest >= LEAST and not loose) or not shown & alone:
            return shown - set(loose)
        shown.discard(min(shown & alone, key=lambda code: (chosen[code], code)))


def _extremes(question: Question, found: Counted, alone: set[str]) -> bool:
    """Tell whether the sum would betray that only few chose more than one, or fewer than they might."""
    choosing = found.answered - sum(found.chosen.get(code, 0) for code in alone)
    picks = sum(many for code, many in found.chosen.items() if code not in alone)
    return 0 < picks - choosing < LEAST or 0 < choosing * question.most - picks < LEAST


def _something_hidden(found: Counted, shown: set[str]) -> bool:
    return not shown or any(many and code not in shown for code, many in found.chosen.items())


def _places(question: Question, found: Counted, table: Overall) -> Overall | None:
    """Lay a ranking out by place; None where that would leave fewer options apart than counting each by itself."""
    cells: dict[str, Cell] = {code: tuple(found.places.get(code, [0] * PLACES)) for code in codes(question, found)}
    given = [sum(cell[place] for cell in cells.values()) for place in range(PLACES)]
    cells[NONE] = tuple(found.people - many for many in given)
    blocks = gathered(cells, ordered=False)
    sums = [total(cells, block) for block in blocks]
    single = [block for block in blocks if len(block) == 1 and NONE not in block and any(total(cells, block))]
    enough = len(single) * 2 >= len(_apart(dict(found.chosen), set(), found.answered))
    pieces = [piece for block in single for piece in _pieces(found, total(cells, block), given, len(cells) - 1)]
    pieces += [more - less for more, less in pairwise(given)]
    used = [place for place in range(PLACES) if given[place]]
    told = all(telling([cell[place] for cell in sums], spoken(blocks)) for place in used)
    if not (enough and single and told and fine(tuple(pieces))):
        return None
    return replace(table, form=RANKING, lines=tuple(map(Line, blocks, sums)))


def _pieces(found: Counted, cell: Cell, given: Sequence[int], options: int) -> Iterator[int]:
    """Count who is known from the places of one option, which nobody names twice.

    Those who have not named it by a place; and where there are no more options than places, those who named it and
    left another out: whoever fills all places named it.
    """
    for many in accumulate(cell):
        yield found.answered - many
        yield found.people - many
    if options <= PLACES:
        yield sum(cell) - given[options - 1]
