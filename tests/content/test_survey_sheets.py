"""A survey as a workbook: the same definition both ways, and every mistake with its cell in one go."""

import ast
import json
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content import survey_sheets, surveys
from content.catalog import LANGUAGES, Catalog
from content.errors import SheetError
from content.loading import PACKAGED, read_mapping
from content.survey_sheets import columns, conditions
from content.survey_sheets.writing import quoted, unquoted
from db.surveys import inspecting, reading, writing
from tests.content.workbooks import workbook
from tests.db.survey_making import random_survey

ROOT = Path(__file__).parent.parent.parent
CATALOG = Catalog()
TITLES = ["KODE", "JENIS", "TEKS", "WAJIB", "PILIHAN", "MIN", "MAKS", "TAMPIL JIKA", "BAGIAN", "PILIHAN EN"]
SURVEY_SHEET: list[list[Any]] = [
    ["ISIAN", "ISI", "ISI EN"],
    ["KODE", "COBA", ""],
    ["VERSI", 1, ""],
    ["JUDUL", "Coba", ""],
]
AB = "A = Satu\nB = Dua"


def book(*rows: list[Any], survey: list[list[Any]] | None = None, titles: list[str] | None = None) -> bytes:
    """A workbook as an officer would fill it in, its sheets named as they must be."""
    return named(workbook(survey or SURVEY_SHEET, [titles or TITLES, *rows]))


def named(data: bytes) -> bytes:
    """Give the sheets of a hand-made workbook the names of ours."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            for place, title in enumerate((columns.SURVEY, columns.QUESTIONS), start=1):
                part = part.replace(f'"Lembar {place}"'.encode(), f'"{title}"'.encode())
            new.writestr(name, part)
    return made.getvalue()


def found(data: bytes) -> list[tuple[str, str]]:
    sheet = survey_sheets.read(data, "survei.xlsx")
    mistakes = sheet.with_problems(inspecting.inspect(sheet.mapping))
    for mistake in mistakes:
        for language in LANGUAGES:
            assert CATALOG.label(f"survey_problems.{mistake.code}", language, **mistake.values)
            assert CATALOG.label("survey_places.cell", language, **mistake._asdict())
    return [(one.code, f"{one.sheet}!{one.column}{one.row}") for one in mistakes]


def test_ten_different_mistakes_are_found_each_with_its_cell() -> None:
    spoiled = book(
        ["Q 1", "pilihan tunggal", "Kode dengan spasi?", "ya", AB, "", "", "", "", ""],
        ["Q2", "esai", "Jenis yang tidak ada?", "", "", "", "", "", "", ""],
        ["Q3", "pilihan tunggal", "Wajib yang mana?", "mungkin", AB, "", "", "", "", ""],
        ["Q4", "pilihan ganda", "Baris tanpa kode?", "", "A = Satu\ntanpa kode\nB = Dua", "", "", "", "", ""],
        ["Q5", "angka", "Batas terbalik?", "", "", 10, 5, "", "", ""],
        ["Q6", "pilihan tunggal", "Syarat rusak?", "", AB, "", "", "Q3 = A dan", "", ""],
        ["Q7", "pilihan tunggal", "Menunjuk ke depan?", "", AB, "", "", "Q8 = A", "", ""],
        ["Q8", "pilihan tunggal", "", "", AB, "", "", "", "", ""],
        ["Q9", "pilihan tunggal", "Bagian apa?", "", AB, "", "", "", "DUA", ""],
        ["Q9", "pilihan tunggal", "Kode berulang?", "", AB, "", "", "", "", ""],
        ["Q10", "skala", "Tanpa kedua label?", "", "", "", "", "", "", ""],
        [
            "Q11",
            "pilihan tunggal",
            "Tidak pernah tampil?",
            "",
            AB,
            "",
            "",
            "JENIS PEGAWAI = PNS dan JENIS PEGAWAI = PPPK",
            "",
            "",
        ],
        survey=[*SURVEY_SHEET, ["WARNA", "merah", ""]],
    )
    assert found(spoiled) == [
        ("unknown_field", "SURVEI!A5"),
        ("bad_code", "PERTANYAAN!A2"),
        ("not_one_of", "PERTANYAAN!B3"),
        ("not_yes_no", "PERTANYAAN!D4"),
        ("option_unreadable", "PERTANYAAN!E5"),
        ("limits_contradict", "PERTANYAAN!F6"),
        ("bad_condition", "PERTANYAAN!H7"),
        ("missing", "PERTANYAAN!C9"),
        ("unknown_part", "PERTANYAAN!I10"),
        ("code_twice", "PERTANYAAN!A11"),
        ("needed_for_kind", "PERTANYAAN!A12"),
        ("needed_for_kind", "PERTANYAAN!A12"),
        ("unreachable", "PERTANYAAN!H13"),
    ]


def test_the_corrected_workbook_is_a_definition_that_can_be_published() -> None:
    good = book(
        ["q1", "Pilihan tunggal", "Pertama?", "YA", AB, "", "", "", "", "A = One\nB = Two"],
        ["Q2", "pilihan ganda", "Kedua?", "", "A = Satu\nB [jika Q1 = A] = Dua\nC [sendiri] = Tidak", "", 2,
         "JENIS PEGAWAI = pns, cpns", "", ""],
        ["Q3", "tanggal", "Kapan?", "", "", date(2026, 1, 1), "31-12-2026", "Q1 diisi", "", ""],
        ["", "", "", "", "", "", "", "", "Samarinda, 1 Januari 2026", ""],
    )  # fmt: skip
    assert found(good) == []
    read = reading.read(survey_sheets.read(good, "survei.xlsx").mapping)
    assert read.questions[0].required
    assert read.questions[0].options[1].text.en == "Two"
    assert (read.questions[2].low, read.questions[2].high) == ("2026-01-01", "2026-12-31")
    assert len(read.questions) == 3


def test_a_forward_condition_is_found_when_its_question_is_sound() -> None:
    ahead = book(
        ["Q1", "pilihan tunggal", "Satu?", "", AB, "", "", "Q2 = A", "", ""],
        ["Q2", "pilihan tunggal", "Dua?", "", AB, "", "", "", "", ""],
    )
    assert found(ahead) == [("forward_reference", "PERTANYAAN!H2")]


def test_the_packaged_survey_comes_back_from_excel_the_same() -> None:
    definition = reading.read(surveys.survey("minat_2026"))
    sheet = survey_sheets.read(survey_sheets.write(writing.plain(definition)), "minat.xlsx")
    assert sheet.mistakes == []
    assert sheet.mapping == writing.plain(definition)
    assert reading.fingerprint(reading.read(sheet.mapping)) == reading.fingerprint(definition)


WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())).filter(bool)  # fmt: skip
TEXT = st.builds(lambda said, en: {"id": said, **({"en": en} if en else {})}, WORDS, st.none() | WORDS)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), texts=st.lists(TEXT, min_size=3, max_size=3), data=st.data())
def test_any_definition_comes_back_from_excel_the_same(seed: int, texts: list[Any], data: st.DataObject) -> None:
    survey = random_survey(Random(seed))  # noqa: S311 - a game, no secret
    survey |= {"title": texts[0], "intro": texts[1], "parts": [{"code": "SATU", "title": texts[2]}]}
    for question in survey["questions"]:
        question["text"] = data.draw(TEXT)
        question["part"] = "SATU"
        for option in question.get("options", []):
            option["text"] = data.draw(TEXT)
    plain = writing.plain(reading.read(survey))
    sheet = survey_sheets.read(survey_sheets.write(plain), "acak.xlsx")
    assert sheet.mistakes == []
    assert json.dumps(sheet.mapping, sort_keys=True) == json.dumps(plain, sort_keys=True)


@given(st.text(max_size=20))
def test_a_guarded_text_comes_back_as_it_was(text: str) -> None:
    assert unquoted(quoted(text)) == text


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("Q1 = A", {"question": "Q1", "is": "A"}),
        ("q1 = a, b dan Q2 <> C", {"all": [{"question": "Q1", "in": ["A", "B"]},
                                           {"not": {"question": "Q2", "is": "C"}}]}),
        ("Q1 = A atau Q2 = B dan Q3 diisi", {"any": [{"question": "Q1", "is": "A"}, {"all": [
            {"question": "Q2", "is": "B"}, {"question": "Q3", "answered": True}]}]}),
        ("bukan (Q1 = A atau Q1 kosong)", {"not": {"any": [{"question": "Q1", "is": "A"},
                                                           {"not": {"question": "Q1", "answered": True}}]}}),
        ("Jenis  Pegawai = PPPK", {"attribute": "employment_type", "is": "PPPK"}),
        ("DAN = ATAU dan BUKAN diisi", {"all": [{"question": "DAN", "is": "ATAU"},
                                                {"question": "BUKAN", "answered": True}]}),
    ],
)  # fmt: skip
def test_conditions_are_read_as_officers_write_them(text: str, condition: dict[str, Any]) -> None:
    assert conditions.parse(text) == condition
    assert conditions.parse(conditions.written(condition)) == condition


@pytest.mark.parametrize("text", ["Q1", "Q1 =", "= A", "Q1 = A,", "(Q1 = A", "Q1 = A)", "Q1 = A B", "Q1 ~ A", "dan",
                                  "bukan", "Q1 > 3", "(" * 900, "Q1 = A dan " * 300])  # fmt: skip
def test_what_cannot_be_read_says_where_it_stopped(text: str) -> None:
    with pytest.raises(conditions.ConditionError) as caught:
        conditions.parse(text)
    assert caught.value.near


def test_the_template_offers_the_words_and_explains_them() -> None:
    sheet = survey_sheets.read(survey_sheets.template(CATALOG), "templat.xlsx")
    assert sheet.mapping == {"questions": []}
    guide = " ".join(CATALOG.labels("survey_guide").values())
    assert all(word in guide for word in columns.KINDS.values())
    assert {"KODE", "TEKS", "JENIS", "PILIHAN", "WAJIB", "TAMPIL JIKA"} <= {one.titles[0] for one in columns.FIELDS}


def test_a_csv_holds_the_questions_alone() -> None:
    data = f'KODE;JENIS;TEKS;PILIHAN\nQ1;pilihan tunggal;Satu?;"{AB}"\n'.encode()
    sheet = survey_sheets.read(data, "survei.csv")
    assert sheet.mapping["questions"][0]["options"][1] == {"code": "B", "text": {"id": "Dua"}}
    assert [one.code for one in inspecting.inspect(sheet.mapping)] == ["missing", "missing", "missing"]


def test_a_file_without_a_table_of_questions_is_refused_whole() -> None:
    with pytest.raises(SheetError) as caught:
        survey_sheets.read(named(workbook(SURVEY_SHEET, [["nama"], ["Rina"]])), "x.xlsx")
    assert caught.value.code == "no_header"


def spoken_codes() -> set[str]:
    """Every code of a problem that our sources name."""
    told = set()
    for path in [*(ROOT / "db" / "surveys").glob("*.py"), *(ROOT / "content" / "survey_sheets").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                told.add(node.value)
    return told


def test_every_sentence_about_a_problem_is_one_that_can_be_said() -> None:
    sentences = read_mapping(PACKAGED / "id" / "labels" / "surveys.toml")["survey_problems"]
    assert set(sentences) <= spoken_codes()


def test_every_problem_has_its_sentence() -> None:
    sentences = read_mapping(PACKAGED / "id" / "labels" / "surveys.toml")["survey_problems"]
    yielded = set()
    for path in (ROOT / "db" / "surveys").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            first = node.args[0] if isinstance(node, ast.Call) and node.args else None
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "Problem"
                and isinstance(first, ast.Constant)
            ):
                yielded.add(first.value)
            if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                code = node.value.elts[0]
                yielded |= {code.value} if isinstance(code, ast.Constant) else set()
    assert len(yielded) > 20
    assert yielded | set(reading._CODES.values()) <= set(sentences)
