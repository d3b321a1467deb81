"""A row of a paper form: what the cells may say, and every mistake with its column."""

from datetime import datetime
from typing import Any

import pytest

from db.remarks import Cell
from db.surveys.paper_rows import Judged, is_blank, judge, on_paper
from tests.surveying import defined, options, question, several, single

PLACES = {"Q8": {"dinas sosial": "#7", "dinas kesehatan": "#8"}}
DEFINITION = defined(
    question("Q0", "consent", required=True),
    single("Q1", required=True),
    several("Q2", max=2, show_if={"question": "Q1", "is": "A"}),
    several("Q3", kind="ranked", max=2),
    question("Q4", "scale", max=5),
    question("Q5", "number", max=9),
    question("Q6", "date"),
    question("Q7", "short_text", max=10),
    question("Q8", "unit", max=2, options=options("MANA", exclusive=True)),
    question("Q9", "yes_no", show_if={"attribute": "employment_type", "is": "PNS"}),
    question("IZIN", "consent", purpose="special_data"),
    several("Q14", special=True, show_if={"question": "IZIN", "is": "SETUJU"}),
    question("LAIN", "consent", purpose="contact"),
)
GOOD: dict[str, Cell] = {"Q0": "setuju", "Q1": "a"}


def judged(**cells: Cell) -> Judged:
    return judge(DEFINITION, {"employment_type": "PNS"}, {**GOOD, **cells}, PLACES)


def test_special_data_and_its_consent_are_not_on_paper() -> None:
    codes = [one.code for one in on_paper(DEFINITION)]
    assert codes[-2:] == ["Q9", "LAIN"]
    assert "Q14" not in judged(IZIN="SETUJU", Q14="A").answers


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("Q1", "B", "B"),
        ("Q1", "Pilihan B", "B"),
        ("Q2", "C; a", ("A", "C")),
        ("Q3", "C;A", ("C", "A")),
        ("Q3", "Pilihan B\nPilihan C", ("B", "C")),
        ("Q4", 3.0, 3),
        ("Q4", "5", 5),
        ("Q5", 2.5, 2.5),
        ("Q5", "1,5", 1.5),
        ("Q6", datetime(2026, 11, 24), "2026-11-24"),  # noqa: DTZ001 - a workbook's day has no zone
        ("Q6", "24-11-2026", "2026-11-24"),
        ("Q7", " dua  kata ", "dua kata"),
        ("Q8", "Dinas  SOSIAL; dinas kesehatan", ("#7", "#8")),
        ("Q8", "mana", ("MANA",)),
        ("Q9", "ya", "YA"),
    ],
)
def test_a_cell_is_read_as_its_question_asks(column: str, cell: Cell, value: Any) -> None:
    found = judged(**{column: cell})
    assert found.mistakes == ()
    assert found.answers[column] == value


@pytest.mark.parametrize(
    ("cells", "mistakes"),
    [
        ({"Q0": "TIDAK"}, [("Q0", "consent")]),
        ({"Q0": ""}, [("Q0", "consent")]),
        ({"Q0": "mungkin", "Q4": 99}, [("Q0", "consent")]),
        ({"Q1": ""}, [("Q1", "required")]),
        ({"Q1": "Z"}, [("Q1", "not_offered")]),
        ({"Q1": "Z", "Q2": "A"}, [("Q1", "not_offered")]),  # what rests on it is not called wrong as well
        ({"Q1": "B", "Q2": "A"}, [("Q2", "not_shown")]),
        ({"Q2": "A;B;C"}, [("Q2", "too_many")]),
        ({"Q2": "A;A"}, [("Q2", "not_offered")]),
        ({"Q4": 9, "Q5": "banyak"}, [("Q4", "out_of_range"), ("Q5", "not_a_number")]),
        ({"Q5": 10, "Q6": "kemarin"}, [("Q5", "out_of_range"), ("Q6", "not_a_day")]),
        ({"Q7": "lebih dari sepuluh"}, [("Q7", "too_long")]),
        ({"Q8": "Dinas Antah"}, [("Q8", "search")]),
        ({"Q8": "MANA; Dinas Sosial"}, [("Q8", "stands_alone")]),
        ({"Q9": "entah"}, [("Q9", "not_yes_no")]),
    ],
)  # fmt: skip
def test_every_mistake_is_found_with_its_column(cells: dict[str, Cell], mistakes: list[tuple[str, str]]) -> None:
    found = judged(**cells)
    assert [(one.column, one.reason) for one in found.mistakes] == mistakes
    assert found.answers == {}


def test_an_empty_row_is_a_form_that_has_not_come_back() -> None:
    assert is_blank({"nip": "1", "Q0": " ", "Q1": ""}, DEFINITION)
    assert not is_blank({"Q5": 0}, DEFINITION)
