"""Trying a filled sheet out: whose each row is, what is wrong with which cell, and the words for it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.catalog import Catalog
from content.sheets.annotating import REMARKS
from content.survey_sheets.paper_sheet import NIP, Entries, Filled, read_entries
from db.models import SurveyRound
from db.nip import parse_nip
from db.remarks import Unreadable
from db.surveys import definitions, paper
from db.surveys.definition import Definition
from db.surveys.paper import Asked, Ready, Scope
from db.surveys.paper_rows import Mistake, Places, is_blank, judge, on_paper
from handlers.context import Tools


@dataclass(frozen=True)
class Sheet:
    """A filled sheet: for which round, by whose subtrees it is judged, and the file."""

    round_id: int
    scope: Scope
    name: str
    data: bytes


@dataclass(frozen=True)
class Trial:
    """A sheet as tried: its good rows, and the mistakes of the others, by row number."""

    entries: Entries
    ready: Mapping[int, Ready]
    mistakes: Mapping[int, tuple[Mistake, ...]]

    @property
    def blank(self) -> int:
        """Count the rows in which nothing was typed."""
        return len(self.entries.rows) - len(self.ready) - len(self.mistakes)

    @property
    def unused(self) -> list[str]:
        """Name the columns that are not of this survey."""
        return [title for title in self.entries.header.unused if title.upper() != REMARKS]


async def try_out(tools: Tools, sheet: Sheet) -> Trial:
    """Read and judge a sheet, in a session of its own that only reads. Raises `SheetError`."""
    async with tools.database.reading() as session:
        round_ = await session.get_one(SurveyRound, sheet.round_id)
        definition = await definitions.of_version(session, round_.version_id)
        places = await paper.places_of(session, definition)
    asked = [question.code for question in on_paper(definition)]
    entries = await asyncio.to_thread(read_entries, sheet.data, sheet.name, asked)
    numbers, unread = _numbers([row for row in entries.rows if not is_blank(row.cells, definition)])
    async with tools.database.reading() as session:
        people = await paper.asked(session, sheet.round_id, sheet.scope, list(numbers.values()))
    return await asyncio.to_thread(_judged, entries, _Known(definition, places, numbers, people), unread)


@dataclass(frozen=True)
class _Known:
    definition: Definition
    places: Places
    numbers: Mapping[int, str]
    people: Mapping[str, Asked]


def _numbers(rows: list[Filled]) -> tuple[dict[int, str], dict[int, Mistake]]:
    """Read the number of each row; those that cannot be read are mistakes."""
    read: dict[int, str] = {}
    unread: dict[int, Mistake] = {}
    for row in rows:
        try:
            read[row.number] = parse_nip(row.cells.get(NIP, "")).digits
        except Unreadable as reason:
            unread[row.number] = Mistake(NIP, reason.remark.code, reason.remark.values)
    return read, unread


def _judged(entries: Entries, known: _Known, unread: Mapping[int, Mistake]) -> Trial:
    times = Counter(known.numbers.values())
    ready: dict[int, Ready] = {}
    mistakes: dict[int, tuple[Mistake, ...]] = {number: (one,) for number, one in unread.items()}
    for row in entries.rows:
        nip = known.numbers.get(row.number)
        if nip is None:
            continue
        who = known.people.get(nip)
        reason = "twice" if times[nip] > 1 else _standing(who)
        if who is None or reason:
            mistakes[row.number] = (Mistake(NIP, reason or "not_asked", {}),)
            continue
        found = judge(known.definition, who.attributes, row.cells, known.places)
        if found.mistakes:
            mistakes[row.number] = found.mistakes
        else:
            ready[row.number] = Ready(who.participant_id, found.answers)
    return Trial(entries, ready, mistakes)


def _standing(who: Asked | None) -> str | None:
    if who is None:
        return "not_asked"
    # Whoever typed a form need not know which: that somebody declined is between them and the office.
    return None if who.state in paper.WAITING else "done"


def remarks(trial: Trial, catalog: Catalog, language: str) -> dict[int, str]:
    """Say to each row what is wrong, each mistake with its cell, or that it is good."""
    good = catalog.label("survey_paper.good", language)
    said = dict.fromkeys(trial.ready, good)
    for number, found in trial.mistakes.items():
        said[number] = " ".join(mistake_words(catalog, trial.entries, number, one, language) for one in found)
    return said


def mistake_words(catalog: Catalog, entries: Entries, row: int, mistake: Mistake, language: str) -> str:
    """Say one mistake with its cell and what to do."""
    values: dict[str, Any] = dict(mistake.values)
    if "option" in values:
        values["option"] = values["option"][language]
    group = "remarks" if mistake.reason.startswith("nip_") else "paper_mistakes"
    words = catalog.label(f"{group}.{mistake.reason}", language, **values)
    return f"{entries.place(mistake.column or NIP, row)}: {words}"
