"""The roster's file at the counter: every remark has its sentence, the template is one we can read."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from content.catalog import LANGUAGES
from content.loading import Files
from db.roster import columns
from handlers.office.roster_file import empty_template, open_file
from tests.rosters import PERSON, TODAY, judged, workbook

DB = Path(__file__).parents[2] / "db"


def remarks_made() -> Iterator[tuple[str, set[str]]]:
    """Find every remark the archive can make, with the values it fills in."""
    for path in DB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            literals = [str(one.value) for one in node.args if isinstance(one, ast.Constant)]
            if node.func.id == "Unreadable" and literals:
                yield literals[0], {str(word.arg) for word in node.keywords}
            elif node.func.id == "Remark" and literals:
                given = [one for one in node.args if isinstance(one, ast.Dict)]
                yield (
                    literals[0],
                    {str(key.value) for one in given for key in one.keys if isinstance(key, ast.Constant)},
                )
        # A book of words is given the remark's code, and quotes the word that is not in it.
        for code in re.findall(r'looked_up\([\w.]+, "(\w+)"\)', path.read_text(encoding="utf-8")):
            yield code, {"value"}


MADE = list(remarks_made())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remark_has_a_sentence_and_every_sentence_a_remark(language: str) -> None:
    said = Files().mapping(f"{language}/labels/roster.toml")["remarks"]
    assert {code for code, _ in MADE} == set(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_asks_for_nothing_its_remark_does_not_give(language: str) -> None:
    said = Files().mapping(f"{language}/labels/roster.toml")["remarks"]
    asked = {(code, name) for code, text in said.items() for name in re.findall(r"{{\s*(\w+)", text)}
    given = {(code, name) for code, names in MADE for name in names}
    assert asked - given == set()


def test_the_template_is_a_roster_without_people() -> None:
    opened = open_file(empty_template(), "templat.xlsx", TODAY)
    assert set(opened.header.columns) == set(columns.TEMPLATE)
    assert set(columns.REQUIRED) <= set(columns.TEMPLATE)
    assert opened.rows.numbers == []


def test_the_template_filled_in_is_taken_without_a_word() -> None:
    titles = [
        str(cell)
        for cell in CalamineWorkbook.from_filelike(BytesIO(empty_template())).get_sheet_by_index(0).to_python()[0]
    ]
    row = {title: PERSON.get("NIP" if title == "NIP BARU" else title, "") for title in titles}
    found = judged(row)
    assert (len(found.entries), found.remarks) == (1, {})


def test_rows_keep_the_numbers_the_sheet_shows() -> None:
    data = workbook([PERSON, PERSON], above=["JUDUL", "", "LAGI"], below=["Samarinda", "Kepala"])
    opened = open_file(data, "pegawai.xlsx", TODAY)
    assert opened.header.row == 4
    assert opened.rows.numbers == [5, 6]
