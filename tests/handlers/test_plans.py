"""What an employee does takes as long in the tenth year as on the first day: no answer reads a whole growing table."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.simulator import Person
from tests.announcing import tick
from tests.city import City
from tests.handlers.test_survey_whole import TITLE, answers
from tests.running_surveys import opened, small, uploads

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FEW = {"batches", "CONSTANT"}
"""What there is little of: one for each announcement or invitation; and no table at all."""


class Plans:
    """Statements as they were made, and which tables each would read from end to end."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}

    def note(self, _connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        """Keep a statement with what was given to it."""
        if re.match("SELECT|UPDATE|DELETE|INSERT|WITH", statement):
            self.made.setdefault(statement, given[0] if many else given)

    def scans(self, path: Any) -> dict[str, str]:
        """Give the tables that are read whole, and by what."""
        found: dict[str, str] = {}
        with sqlite3.connect(path) as connection:
            for statement, given in self.made.items():
                steps = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)]
                scanned = (re.match(r"SCAN (\w+)\b(?! USING INDEX ix_updates_open)", step) for step in steps)
                found |= {one[1]: statement for one in scanned if one and one[1] not in FEW}
        return found


@contextmanager
def noting(city: City) -> Iterator[Plans]:
    """Note every statement of a city's process."""
    plans, engine = Plans(), city.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", plans.note)
    yield plans
    event.remove(engine, "before_cursor_execute", plans.note)


async def _asks(person: Person, command: str, words: str) -> None:
    await person.says(command)
    await person.sees(words, new=True)


@ONE_DATABASE
async def test_no_answer_to_an_employee_reads_a_whole_table(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    people = [(await city.member(f"Pegawai {number} Contoh"))[0] for number in range(3)]
    await uploads(officer, small())
    await officer.taps("Terbitkan", await officer.sees("draf", new=True))
    await officer.sees("diterbitkan", new=True)
    await opened(officer, TITLE)
    await tick(city)
    with noting(city) as plans:
        await answers(people[0], "A")
        for command, words in (
            ("/menu", "Silakan pilih"), ("/survei", TITLE), ("/manfaat", "beratnya"), ("/data_saya", "Data"),
            ("/bantuan", "/menu"), ("/tanya", "Tulis pertanyaan"), ("/batal", "ibatalkan"),
        ):  # fmt: skip
            await _asks(people[0], command, words)
    assert len(plans.made) > 20
    assert plans.scans(city.database.path) == {}


@ONE_DATABASE
async def test_a_statement_that_reads_a_whole_table_is_found(city: City) -> None:
    with noting(city) as plans:
        async with city.database.transaction() as session:
            await session.execute(text("SELECT update_id FROM updates WHERE state IN (:one, :other)"),
                                  {"one": "open", "other": "answering"})  # fmt: skip
    assert "updates" in plans.scans(city.database.path)
