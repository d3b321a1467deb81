"""The workbook of results, sheet by sheet: summary, code book, tables, groups, words, and what only few may read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from content.sheets import Column, Sheet
from content.sheets.writing import Kind
from db.surveys import raw, response
from db.surveys.counting import NONE
from db.surveys.definition import Kind as Asked
from db.surveys.disclosure import Tables
from db.surveys.overall import Overall
from db.surveys.raw import RawRow
from db.surveys.response import Rate, Response
from handlers.office.survey_results.wording import Wording

Shape = Sequence[tuple[str, Kind, int]]
"""A sheet's columns: the title's label, the kind, the width."""
CODES: Shape = (("question", "text", 12), ("question_kind", "text", 14), ("text", "text", 70), ("means", "text", 22),
                ("code", "text", 14), ("option", "text", 50))  # fmt: skip
TABLES: Shape = (("question", "text", 12), ("text", "text", 60), ("code", "text", 24), ("answer", "text", 50),
                 ("place", "number", 8), ("people", "number", 10), ("share", "share", 10), ("mean", "decimal", 10),
                 ("median", "decimal", 12), ("note", "text", 50))  # fmt: skip
WORDS: Shape = (("question", "text", 12), ("word", "text", 30), ("people", "number", 10))
UNITS: Shape = (("agency", "text", 44), ("unit", "text", 50), ("people", "number", 10), ("done", "number", 10),
                ("share", "share", 10))  # fmt: skip
TEXTS: Shape = (("question", "text", 12), ("text", "text", 110))


class Book:
    """Makes the sheets of one round's results."""

    def __init__(self, words: Wording, tables: Tables) -> None:
        self.words, self.tables = words, tables

    def summary(self, how: Response, rates: Sequence[Rate], smallest: int) -> Sheet:
        """Say what this is, and how many answered; agencies with fewer people than the smallest group together."""
        label = self.label
        found = self.words.found
        columns = [Column(label("item"), width=44), Column(label("value"), width=70)]
        rows = [
            (label("survey"), self.words.title()),
            (label("version"), f"{found.definition.code} {found.definition.version}"),
            (label("kind"), self.words.tongue.label(f"round_kinds.{found.round.secrecy}")),
            (label("asked"), how.asked),
            (label("finished"), how.finished),
            (label("counted"), self.tables.people),
            (label("cuts"), ", ".join(map(self.words.cut, self.tables.cuts))),
            (label("rule"), label("rule_text")),
            (label("agency"), label("rate")),
            *self._rates(rates, smallest),
        ]
        return Sheet(label("summary"), columns, rows)

    def _rates(self, rates: Sequence[Rate], smallest: int) -> Iterator[tuple[str, str]]:
        told, small = response.parted(rates, smallest)
        for rate in told:
            yield rate.name, self._of(rate.finished, rate.asked)
        together = response.joined(small)
        if together.asked >= smallest:
            yield self.words.label("together"), self._of(together.finished, together.asked)

    def units(self, rates: Sequence[Rate], units: Mapping[int, Sequence[Rate]], smallest: int) -> Sheet:
        """Give the response rate by unit, of each agency that is told by itself."""
        return Sheet(self.label("units"), self.columns(UNITS), self._units(rates, units, smallest))

    def _units(
        self, rates: Sequence[Rate], units: Mapping[int, Sequence[Rate]], smallest: int
    ) -> Iterator[tuple[Any, ...]]:
        for agency in response.parted(rates, smallest)[0]:
            told, small = response.parted(units[agency.place], smallest)
            together = [response.joined(small)._replace(name=self.words.label("together"))] if small else []
            for unit in (*told, *together):
                yield agency.name, unit.name, unit.asked, unit.finished, unit.share

    def _of(self, finished: int, asked: int) -> str:
        return f"{self.words.count(finished, asked)} ({self.words.label('people', people=asked)})"

    def label(self, key: str) -> str:
        """Say a title."""
        return self.words.label(f"file.{key}")

    def columns(self, shape: Shape) -> list[Column]:
        """Give the columns of a sheet."""
        return [Column(self.label(key), kind, width) for key, kind, width in shape]

    def codes(self) -> Sheet:
        """Give the code book: every question with its kind and meaning, every option with its words."""
        return Sheet(self.label("codes"), self.columns(CODES), self._codes())

    def _codes(self) -> Iterator[tuple[Any, ...]]:
        for question in self.words.found.definition.questions:
            if question.kind is Asked.PAGE:
                continue
            own = (question.code, question.kind.value, self.words.question(question), question.means)
            if not question.codes:
                yield (*own, None, None)
            for code in question.codes:
                yield (*own, code, self.words.code(question, code))

    def overall(self, tables: Sequence[Overall], name: str = "tables") -> Sheet:
        """Give one table a question, one below the other."""
        return Sheet(self.label(name), self.columns(TABLES), (row for table in tables for row in self._table(table)))

    def _table(self, table: Overall) -> Iterator[tuple[Any, ...]]:
        question = self.words.found.definition.by_code[table.question]
        own = (table.question, self.words.question(question))
        if table.hidden is not None:
            note = self.words.label(f"hidden.{table.hidden}")
            yield (*own, None, None, None, None, None, None, None, note)
        for line in table.lines:
            said = (" ".join(code or "-" for code in line.codes), self.words.block(question, line.codes, whole=True))
            for place, count in enumerate(line.counts or (None,), start=1):
                share = count / table.people if count is not None and table.people else None
                kept = None if count is not None else self.words.label("hidden.few")
                which = place if len(line.counts or ()) > 1 else None
                yield (*own, *said, which, count, share, table.mean, table.median, kept)

    def layouts(self) -> Sheet:
        """Give the cross-tables: a line for each group and answer."""
        cuts = [Column(self.words.cut(cut).upper(), width=34) for cut in self.tables.cuts]
        shape: Shape = (("question", "text", 12), ("option", "text", 30))
        last: Shape = (("answer", "text", 50), ("people", "number", 10), ("share", "share", 10))
        return Sheet(self.label("layouts"), [*self.columns(shape), *cuts, *self.columns(last)], self._layouts())

    def _layouts(self) -> Iterator[tuple[Any, ...]]:
        for layout in self.tables.layouts:
            question = self.words.found.definition.by_code[layout.question]
            option = self.words.code(question, layout.option) if layout.option else None
            for group, cell in layout.groups.items():
                named = [
                    self.words.group(cut, value, whole=True) for cut, value in zip(self.tables.cuts, group, strict=True)
                ]
                for block, count in zip(layout.blocks, cell, strict=True):
                    if layout.option is None or block != (NONE,):
                        answer = self.words.block(question, block, whole=True)
                        yield (layout.question, option, *named, answer, count, count / sum(cell))

    def word_lists(self) -> Sheet:
        """Give the words many used."""
        rows = ((code, word, many) for code, found in self.tables.words.items() for word, many in found)
        return Sheet(self.label("words"), self.columns(WORDS), rows)

    def raw(self, rows: Sequence[RawRow]) -> Sheet:
        """Give answers one by one; a question's choices stand in one cell, in their order."""
        codes = raw.asked_of_each(self.words.found.definition)
        named = rows and len(rows[0].who) > 1
        who = ("name_of_person", "unit") if named else ("pseudonym",)
        columns = [Column(self.label(key), width=32) for key in who] + [Column(code, width=16) for code in codes]
        return Sheet(
            self.label("raw"), columns, ((*row.who, *(row.answers.get(code) for code in codes)) for row in rows)
        )

    def texts(self, texts: dict[str, list[str]]) -> Sheet:
        """Give what people wrote, with nothing about them."""
        return Sheet(
            self.label("texts"), self.columns(TEXTS), ((code, one) for code, said in texts.items() for one in said)
        )
