"""What may be published of a round, once: each question overall, and by the cuts chosen before opening.

Why nobody under five can be worked out of it stands in docs/decisions/0009-what-results-may-show.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from db.surveys.census import Census, People, sets_of, united
from db.surveys.coarsening import LEAST
from db.surveys.conditions import Attribute, Condition, leaves
from db.surveys.counting import NONE
from db.surveys.definition import Definition, Kind, Question
from db.surveys.gathering import Block, fine
from db.surveys.layouts import Layout, laid_out, layout_of
from db.surveys.overall import (
    CHOICES,
    DEPENDENT,
    FEW,
    WORDS,
    Overall,
    bare,
    in_order,
    overall_of,
    veiled,
    veiled_block,
)

FREE = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT})


@dataclass(frozen=True)
class Tables:
    """Everything a round publishes. `words`: of a typed question, words and how many used them."""

    people: int
    cuts: tuple[str, ...]
    questions: tuple[Overall, ...]
    layouts: tuple[Layout, ...] = ()
    words: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Give them as JSON."""
        return {
            "people": self.people,
            "cuts": list(self.cuts),
            "questions": [one.plain() for one in self.questions],
            "layouts": [one.plain() for one in self.layouts],
            "words": {code: [list(one) for one in found] for code, found in self.words.items()},
        }


def tables_of(kept: Mapping[str, Any]) -> Tables:
    """Take tables up again from `Tables.plain`."""
    words = {code: tuple((word, many) for word, many in found) for code, found in kept["words"].items()}
    return Tables(
        kept["people"],
        tuple(kept["cuts"]),
        tuple(map(overall_of, kept["questions"])),
        tuple(map(layout_of, kept["layouts"])),
        words,
    )


def shown_questions(definition: Definition) -> list[Question]:
    """List the questions that have results: no pages, and no consent without which nobody goes on."""
    return [one for one in definition.questions if one.kind is not Kind.PAGE and not one.gates]


def conditions_of(question: Question) -> list[Condition]:
    """List on what being asked a question, or offered one of its options, depends."""
    own = [question.show_if] if question.show_if is not None else []
    return own + [option.show_if for option in question.options if option.show_if is not None]


def publishable(definition: Definition, found: Census) -> Tables:
    """Give what may be published; nothing but the number of ballots where they are under five."""
    if found.size < LEAST:
        return Tables(0, tuple(found.cuts), ())
    told = _Told(definition, found)
    for question in shown_questions(definition):
        told.tell(question)
    layouts = [layout for one in shown_questions(definition) for layout in told.layouts(one)]
    questions = (veiled(definition.by_code[one.question], one) for one in told.tables.values())
    return Tables(found.size, tuple(found.cuts), tuple(questions), tuple(layouts))


class _Told:
    """What is told so far, and which sets of people follow from it."""

    def __init__(self, definition: Definition, found: Census) -> None:
        self.definition = definition
        self.found = found
        self.tables: dict[str, Overall] = {}
        self._known: list[tuple[frozenset[str], People]] = []

    def tell(self, question: Question) -> None:
        """Add the table of one question."""
        if question.kind in FREE and not question.special:
            self.tables[question.code] = Overall(question.code, WORDS, self.found.size)
            return
        table = bare(question, replace(self.found.counted(question), people=self._asked(question).bit_count()))
        if table.hidden is None and not self._may_depend(question, table):
            table = replace(table, lines=(), mean=None, median=None, hidden=DEPENDENT)
        if table.hidden is None:
            table = self._without_unsafe(question, table)
        self.tables[question.code] = table

    def _may_depend(self, question: Question, table: Overall) -> bool:
        """Tell whether a question that not everybody is asked lets nobody be worked out who was asked, and silent."""
        if table.form != CHOICES and not all(self._option_safe(question, line.codes) for line in table.lines):
            return False
        if question.show_if is None:
            return True
        answered, asked = self._answered(question.code), self.found.bounds(question.show_if)
        sets = [(_names(question.show_if), people) for people in asked]
        if not all(self._apart(answered, people) for people in asked) or not self._safe(sets):
            return False
        told = [*self._lines(question, table)] if asked[0] != asked[1] else []
        if not all(self._apart(line, people) for line in told for people in asked):
            return False
        self._known += sets
        return True

    def _safe(self, sets: Sequence[tuple[frozenset[str], People]]) -> bool:
        """Cut everybody up by these sets, those told before, and the answers they follow from: no small piece."""
        names = frozenset[str]().union(*(names for names, _ in sets))
        atoms = [self.found.everybody]
        for other, people in [*self._known, *sets]:
            if other & names:
                atoms = [piece for atom in atoms for piece in (atom & people, atom & ~people) if piece]
        told = [people for name in names for people in self._told(name)]
        return all(fine(_sizes(atom)) for atom in atoms) and all(
            fine(_sizes(atom & people, atom & ~people)) for people in told for atom in atoms
        )

    def _told(self, name: str) -> Iterator[People]:
        """Give the sets of people that a question's table tells."""
        table = self.tables.get(name)
        return iter(()) if table is None or table.form == WORDS else self._lines(self.definition.by_code[name], table)

    def _lines(self, question: Question, table: Overall) -> Iterator[People]:
        sets = sets_of(self.found, question, first=table.form != CHOICES)
        silent = self._asked(question) & ~self._answered(question.code)
        for line in table.lines:
            if line.counts is not None:
                yield united(silent if code == NONE else sets.get(code, 0) for code in line.codes)

    def _asked(self, question: Question) -> People:
        """Give who was asked, as far as that is known: else everybody, and those not asked are among the silent."""
        if question.show_if is None:
            return self.found.everybody
        sure, maybe = self.found.bounds(question.show_if)
        return sure if sure == maybe else self.found.everybody

    def _answered(self, code: str) -> People:
        return self.found.answered.get(code, 0)

    def _without_unsafe(self, question: Question, table: Overall) -> Overall:
        """Leave out options that few of those who were offered them passed over."""
        if table.form != CHOICES:
            return table
        lines = tuple(line if self._option_safe(question, line.codes) else replace(line, counts=None)
                      for line in table.lines)  # fmt: skip
        return replace(table, lines=lines, hidden=None if any(line.counts for line in lines) else FEW)

    def _option_safe(self, question: Question, codes: Block) -> bool:
        """Whoever could choose an option and did not must be enough, too."""
        answered, asked = self._answered(question.code), self._asked(question)
        for option in question.options:
            if option.show_if is not None and option.code in codes:
                mine = self.found.chosen.get(question.code, {}).get(option.code, 0)
                offered = self.found.bounds(option.show_if)
                if not all(self._apart(mine, those & people) for people in offered for those in (asked, answered)):
                    return False
        return True

    def _apart(self, inner: People, outer: People) -> bool:
        both, more, less = inner & outer, inner & ~outer, outer & ~inner
        return fine(_sizes(both, more, less, self.found.everybody & ~(inner | outer)))

    def layouts(self, question: Question) -> Iterator[Layout]:
        """Lay a question out by the cuts; one that not everybody is asked, never."""
        table = self.tables[question.code]
        if not self.found.cuts or table.hidden is not None or table.form == WORDS or conditions_of(question):
            return
        if table.form == CHOICES:
            yield from self._by_option(question, table)
            return
        sets = {
            **sets_of(self.found, question, first=True),
            NONE: self.found.everybody & ~self._answered(question.code),
        }
        blocks = [line.codes for line in table.lines]
        made = laid_out(question.code, self._leaves(sets), blocks, ordered=in_order(question))
        if made is not None:
            own = {*question.codes, NONE}
            yield replace(made, blocks=tuple(veiled_block(own, block) for block in made.blocks))

    def _by_option(self, question: Question, table: Overall) -> Iterator[Layout]:
        """Lay out each option but the rarest and those that stand alone, so that no group's sum is known."""
        alone = {option.code for option in question.options if option.exclusive}
        told = [line for line in table.lines if line.counts is not None and line.codes[0] not in alone]
        told.sort(key=lambda line: -(line.counts or (0,))[0])
        for line in told[:-1]:
            (code,) = line.codes
            mine = self.found.chosen[question.code][code]
            leaves_ = self._leaves({code: mine, NONE: self.found.everybody & ~mine})
            made = laid_out(question.code, leaves_, [(code,), (NONE,)], ordered=False, option=code)
            if made is not None:
                yield made

    def _leaves(self, sets: Mapping[str, People]) -> dict[Any, dict[str, int]]:
        return {
            group: {code: (people & mine).bit_count() for code, mine in sets.items()}
            for group, people in self.found.groups.items()
        }


def _sizes(*sets: People) -> tuple[int, ...]:
    return tuple(people.bit_count() for people in sets)


def _names(condition: Condition) -> frozenset[str]:
    """Name what a condition looks at; attributes with a sign no question's code holds."""
    return frozenset(f"@{one.name}" if isinstance(one, Attribute) else one.question for one in leaves(condition))
