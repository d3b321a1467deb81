"""An upload given back: every cell as it came, the remarks beside its rows, and again an upload that reads the same."""

from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from content import survey_sheets
from content.survey_sheets import Mistake
from tests.content.test_survey_sheets import AB, SURVEY_SHEET, TITLES, book
from tests.surveying import single, survey

ROW = ["Q1", "pilihan tunggal", "Satu?", "", AB, "", 3, "", "", ""]


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    opened = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in opened.sheet_names}


def test_remarks_stand_beside_their_rows_on_both_sheets_and_what_came_stays() -> None:
    mistakes = [
        (Mistake("x", "SURVEI", "B", 3), "Versi?"),
        (Mistake("x", "PERTANYAAN", "C", 3), "Kosong."),
        (Mistake("x", "PERTANYAAN", "E", 3), "Pilihan?"),
    ]
    back = sheets(survey_sheets.remarked(book(ROW, ["Q2", *ROW[1:]]), "survei.xlsx", mistakes))
    assert [row[:3] for row in back["SURVEI"]] == SURVEY_SHEET
    assert [row[-1] for row in back["SURVEI"]] == ["KETERANGAN", "", "B3: Versi?", ""]
    assert [row[:-1] for row in back["PERTANYAAN"]] == [TITLES, ROW, ["Q2", *ROW[1:]]]
    assert [row[-1] for row in back["PERTANYAAN"]] == ["KETERANGAN", "", "C3: Kosong.\nE3: Pilihan?"]


def test_a_second_round_of_remarks_takes_the_place_of_the_first() -> None:
    first = survey_sheets.remarked(book(ROW), "a.xlsx", [(Mistake("x", "PERTANYAAN", "A", 2), "Lama.")])
    back = sheets(survey_sheets.remarked(first, "a.xlsx", [(Mistake("x", "PERTANYAAN", "B", 2), "Baru.")]))
    assert back["PERTANYAAN"][0] == [*TITLES, "KETERANGAN"]
    assert back["PERTANYAAN"][1] == [*ROW, "B2: Baru."]


def test_a_mistake_of_a_whole_sheet_or_of_one_that_is_missing_still_finds_a_place() -> None:
    whole = [(Mistake("x", "SURVEI", "A", 1), "Judul?"), (Mistake("x", "PERTANYAAN", "A", 1), "Kurang.")]
    back = sheets(survey_sheets.remarked(b"KODE;JENIS;TEKS\nQ1;angka;Berapa?\n", "a.csv", whole))
    assert [row[-1] for row in back["SURVEI"]] == ["KETERANGAN", "A1: Judul?"]
    assert back["PERTANYAAN"] == [["KODE", "JENIS", "TEKS", "KETERANGAN"], ["Q1", "angka", "Berapa?", "A1: Kurang."]]


def test_what_looks_like_a_formula_comes_back_as_the_same_words() -> None:
    asked = survey(single("Q1", text={"id": "=1+1 berapa?"}))
    written = survey_sheets.write(asked)
    again = survey_sheets.remarked(written, "a.xlsx", [(Mistake("x", "PERTANYAAN", "C", 2), "Ya.")])
    mapping = survey_sheets.read(again, "a.xlsx").mapping
    assert mapping == survey_sheets.read(written, "a.xlsx").mapping
    assert mapping["questions"][0]["text"]["id"] == "=1+1 berapa?"
