"""The paper form and its sheet: what an operator hands out, and what is typed in afterwards."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from content.catalog import Catalog
from content.sheets import read_table
from content.survey_sheets.paper_form import Form, form_pdf
from content.survey_sheets.paper_sheet import Person, entry_book, read_entries
from content.surveys import survey as packaged
from db.surveys import reading
from db.surveys.paper_rows import on_paper
from tests.content.paper import words_of
from tests.surveying import options, question, several, single, survey

CATALOG = Catalog()
CLOSES = datetime(2026, 12, 4, 9, tzinfo=UTC)
EVERY_KIND = survey(
    question("Q0", "consent", required=True, text={"id": "Boleh <kami> simpan?", "en": "May we keep it?"}),
    question("HAL", "page", text={"id": "Bagian **kedua**."}),
    single("Q1", required=True, text={"id": "Siap?"}),
    several("Q2", max=2, text={"id": "Apa yang memengaruhi ({{ answer.Q1 }})?"}, show_if={"question": "Q1", "is": "A"}),
    several("Q3", kind="ranked", max=2),
    question("Q4", "scale", max=5),
    question("Q5", "nps"),
    question(
        "Q6",
        "yes_no",
        show_if={"any": [{"question": "Q2", "answered": True}, {"not": {"question": "Q4", "in": ["1"]}}]},
    ),
    question("Q7", "number", min=1, max=9),
    question("Q8", "date", min="2026-01-01", max="2026-12-31"),
    question("Q9", "short_text", show_if={"attribute": "employment_type", "in": ["PNS", "PPPK_PW"]}),
    question("Q10", "long_text"),
    question("Q11", "unit", max=2, options=options("MANA", exclusive=True)),
    several("Q12", options=[], options_from="Q2", show_if={"question": "Q2", "answered": True}),
    title={"id": "Segala jenis", "en": "Every kind"},
)


def codes(definition: dict[str, Any]) -> list[str]:
    return [one.code for one in on_paper(reading.read(definition))]


def printed(definition: dict[str, Any], secrecy: str = "named", language: str = "id") -> list[str]:
    made = Form(definition, codes(definition), secrecy, "BKPSDM Kota Samarinda", CLOSES)
    return words_of(form_pdf(made, CATALOG, language))


def test_every_kind_is_printed_with_its_place_to_answer_the_consent_first() -> None:
    pages = printed(EVERY_KIND)
    whole = " ".join(pages)
    assert whole.index("Tanda tangan") < whole.index("1. Siap? (Q1)")
    for part in (
        "Survei ini bernama", "Boleh <kami> simpan?", "Setuju [SETUJU]", "Bagian kedua.", "Apa yang memengaruhi? (Q2)",
        "Hanya diisi bila jawaban nomor 1 adalah “Pilihan A”.", "Pilih paling banyak 2.", "tulis 1, 2, dan seterusnya",
        "Hanya diisi bila nomor 2 diisi atau bukan (jawaban nomor 4 adalah “1”).", "Tulis angka 1 sampai 9.",
        "Hanya diisi bila Bapak/Ibu PNS, PPPK PW.", "1 Januari 2026 dan 31 Desember 2026", "Pilihan MANA [MANA]",
        "Jumat, 4 Desember 2026, pukul 17.00 WITA",
    ):  # fmt: skip
        assert part.replace(" ", "") in whole.replace(" ", ""), part  # drawn in pieces
    assert "{{" not in whole
    assert "**" not in whole
    assert [f"Halaman {n} dari {len(pages)}" in page for n, page in enumerate(pages, start=1)] == [True] * len(pages)


def test_the_packaged_survey_fits_on_few_pages_without_special_data() -> None:
    definition = packaged("minat_2026")
    pages = printed(definition, "confidential")
    whole = " ".join(pages)
    assert len(pages) <= 6
    assert "Survei ini rahasia" in whole
    assert "hanya boleh dibaca konselor" in whole
    assert not {"Q14", "Q14_IZIN"} & set(codes(definition))
    assert "disabilitas" not in whole
    english = " ".join(printed(definition, "confidential", "en"))
    assert "This survey is confidential" in english
    assert "Signature" in english


def test_the_sheet_has_a_row_a_person_and_explains_every_code() -> None:
    people = [
        Person("198001012005012901", "Rina Contoh", "Bidang Pelayanan"),
        Person("198001022005012902", "=1+1", "X"),
    ]
    data = entry_book(EVERY_KIND, codes(EVERY_KIND), people, CATALOG)
    titles, first, second = read_table(data, "isian.xlsx").rows
    asked = [one["code"] for one in EVERY_KIND["questions"] if one["kind"] != "page"]
    assert titles == ["NIP PEGAWAI", "NAMA PEGAWAI", "UNIT KERJA", *asked]
    assert first[:3] == ["198001012005012901", "Rina Contoh", "Bidang Pelayanan"]
    assert second[1] == "'=1+1"
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("KODE").to_python()
    by_code = {row[0]: row for row in rows if row[0]}
    assert by_code["Q0"][2:4] == [
        "Wajib diisi. Harus SETUJU, dan formulirnya bertanda tangan. Bila tidak, kosongkan seluruh baris.",
        "SETUJU",
    ]
    assert by_code["Q3"][2] == "Kode dipisah titik koma menurut urutan, paling banyak 2, misalnya B;A."
    assert ["", "", "", "5", "Sangat"] in rows
    entries = read_entries(data, "isian.xlsx", codes(EVERY_KIND))
    assert [row.number for row in entries.rows] == [2, 3]
    assert (entries.place("Q1", 2), entries.place("HAL", 3)) == ("E2", "3")
