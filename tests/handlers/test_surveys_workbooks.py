"""A survey from Excel: every mistake with its cell, corrected, published, opened; copied, renewed, thrown away."""

from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from bot.simulator import Person
from content import survey_sheets
from content.surveys import survey
from db.models import SurveyRound, SurveyVersion
from db.surveys import reading, versions
from tests import surveying
from tests.announcing import acts, comes, refused, rows_in
from tests.city import City
from tests.content.test_survey_sheets import AB, SURVEY_SHEET, book
from tests.running_surveys import TITLE, chosen, opened, small, uploads

NEVER = "JENIS PEGAWAI = PNS dan JENIS PEGAWAI = PPPK"
SPOILED: list[list[Any]] = [
    ["Q 1", "pilihan tunggal", "Kode dengan spasi?", "ya", AB, "", "", "", "", ""],
    ["Q2", "esai", "Jenis yang tidak ada?", "", "", "", "", "", "", ""],
    ["Q3", "pilihan tunggal", "Wajib yang mana?", "mungkin", AB, "", "", "", "", ""],
    ["Q4", "pilihan ganda", "Baris tanpa kode?", "", "A = Satu\ntanpa kode\nB = Dua", "", "", "", "", ""],
    ["Q5", "angka", "Batas terbalik?", "", "", 10, 5, "", "", ""],
    ["Q6", "pilihan tunggal", "Syarat rusak?", "", AB, "", "", "Q3 = A dan", "", ""],
    ["Q7", "pilihan tunggal", "Tidak pernah tampil?", "", AB, "", "", NEVER, "", ""],
    ["Q8", "pilihan tunggal", "", "", AB, "", "", "", "", ""],
    ["Q9", "pilihan tunggal", "Bagian apa?", "", AB, "", "", "", "DUA", ""],
    ["Q9", "pilihan tunggal", "Kode berulang?", "", AB, "", "", "", "", ""],
]
CELLS = {"A2": "huruf besar", "B3": "bukan salah satu dari", "D4": "ya atau tidak", "E5": "satu pilihan per baris",
         "F6": "melebihi batas atas", "H7": "Q1 = A,B", "H8": "Tidak ada jawaban yang membuat", "C9": "kosong",
         "I10": "Bagian DUA belum ada", "A11": "sudah dipakai"}  # fmt: skip
"""Where each of the ten mistakes is, and a part of what is said of it."""


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    opened_book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: opened_book.get_sheet_by_name(name).to_python() for name in opened_book.sheet_names}


async def file_of(officer: Person, part: str) -> bytes:
    message = await officer.sees(part, new=True)
    assert message.file is not None
    return message.file.data


async def versions_of(city: City) -> list[tuple[str, int, str]]:
    async with city.database.reading() as session:
        rows = await session.execute(
            select(SurveyVersion.code, SurveyVersion.version, SurveyVersion.state)
            .where(SurveyVersion.origin != "packaged")
            .order_by(SurveyVersion.id)
        )
        return [(row.code, row.version, row.state) for row in rows]


async def test_ten_mistakes_each_with_its_cell_then_corrected_published_and_opened(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await uploads(officer, b"%PDF-1.7 bukan tabel", "survei.pdf")
    await officer.sees("bukan Excel (.xlsx) atau CSV", new=True)
    await officer.sends_file("besar.xlsx", b"PK" + b"x" * 2**20)
    await officer.sees("terlalu besar", new=True)

    await officer.sends_file("survei.xlsx", book(*SPOILED))
    told = await officer.sees("belum dapat dipakai", new=True)
    assert "Belum ada yang disimpan; 10 hal" in told.text
    for cell, words in CELLS.items():
        line = next(line for line in told.text.splitlines() if f"sel {cell}:" in line)
        assert words in line
    back = sheets(await file_of(officer, "survei-perlu-dibetulkan"))
    assert back["PERTANYAAN"][0][-1] == "KETERANGAN"
    for cell, words in CELLS.items():
        assert str(back["PERTANYAAN"][int(cell[1:]) - 1][-1]).startswith(f"{cell}: ")
        assert words in str(back["PERTANYAAN"][int(cell[1:]) - 1][-1])
    assert back["SURVEI"][1][:2] == ["KODE", "COBA"]
    assert await versions_of(city) == []

    await officer.sends_file("survei.xlsx", small())  # the step still waits for a good one
    screen = await officer.sees("KECIL, versi 1, draf", new=True)
    assert "Pertanyaan: 2.\nWaktu mengisi: sekitar 2 menit." in screen.text
    assert "Isian bebas: 1." in screen.text
    await officer.presses_data(screen, "svk_all:2")
    await refused(officer, "sudah tidak berlaku")
    await officer.taps("Terbitkan", screen)
    await officer.sees("KECIL, versi 1, diterbitkan", new=True)
    [entry] = await acts(city, "survey.publish")
    assert (entry["questions"], len(entry["digest"])) == (2, 64)
    await opened(officer, "Survei kecil")
    await comes(city, person, "Survei kecil")


async def test_another_survey_sheet_a_csv_and_the_sheet_of_the_survey_are_judged_too(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    nameless = [row for row in SURVEY_SHEET if row[0] != "JUDUL"]
    row = ["Q1", "pilihan tunggal", "Satu?", "", AB, "", "", "", "", ""]
    await uploads(officer, book(row, survey=[*nameless, ["WARNA", "biru", ""]]))
    told = await officer.sees("belum dapat dipakai", new=True)
    assert "Lembar SURVEI, sel A4" in told.text
    back = sheets(await file_of(officer, "survei-perlu-dibetulkan"))
    assert back["SURVEI"][0][-1] == "KETERANGAN"
    assert "WARNA" in str(back["SURVEI"][3][-1])
    await officer.sends_file("survei.csv", b"KODE;JENIS;TEKS\nQ1;angka;Berapa?\n")
    await officer.sees("belum dapat dipakai", new=True)
    back = sheets(await file_of(officer, "survei-perlu-dibetulkan"))
    assert any("kosong" in str(line[-1]) for line in back["SURVEI"])
    await officer.says("/batal")
    await officer.sees("dibatalkan", new=True)
    assert await versions_of(city) == []


async def test_what_is_downloaded_reads_back_as_the_same_and_the_template_is_a_beginning(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await chosen(officer)
    await officer.taps("Unduh Excel")
    packaged = await file_of(officer, "survei-minat2026-v1.xlsx")
    again = reading.read(survey_sheets.read(packaged, "x.xlsx").mapping)
    assert again == reading.read(survey("minat_2026"))
    await officer.says("/kelola_survei")
    await officer.taps("Unggah survei dari Excel", await officer.sees("Kelola survei", new=True))
    await officer.taps("Unduh templat", await officer.sees("paling besar 1 MB", new=True))
    assert set(sheets(await file_of(officer, "templat-survei.xlsx"))) == {"SURVEI", "PERTANYAAN", "PETUNJUK"}


async def test_a_copy_has_its_own_code_and_a_new_version_leaves_the_old_round_its_own(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await opened(officer)
    await chosen(officer)
    await officer.taps("Salin")
    await officer.toast("draf MINAT2026_2")
    copy = await officer.sees(f"Salinan {TITLE}\nMINAT2026_2, versi 1, draf", new=True)
    await officer.taps("Buang draf", copy)
    await officer.taps("Buang draf", await officer.sees("tidak dapat dikembalikan", new=True))
    await officer.sees("Kelola survei", new=True)
    assert await versions_of(city) == []
    await officer.presses_data(officer.last, "svk_dropped:1")
    await refused(officer, "sudah tidak berlaku")

    changed = survey("minat_2026") | {"title": {"id": "Survei minat, diperbarui"}, "version": 1}
    await uploads(officer, survey_sheets.write(changed))
    await officer.sees("MINAT2026, versi 2, draf", new=True)
    await uploads(officer, survey_sheets.write(changed | {"title": {"id": "Survei minat, lagi"}}))
    screen = await officer.sees("MINAT2026, versi 2, draf", new=True)
    await officer.taps("Terbitkan", screen)
    await officer.sees("MINAT2026, versi 2, diterbitkan", new=True)
    await officer.says("/kelola_survei")
    screen = await officer.sees("Kelola survei", new=True)
    assert screen.labels[:2] == ["Survei minat, lagi (versi 2)", f"Berjalan: {TITLE}"]
    async with city.database.reading() as session:
        asked = await session.scalar(select(SurveyVersion.version).join(SurveyRound))
    assert asked == 1
    await uploads(officer, small(code="MINAT2026", version=9))
    await officer.sees("MINAT2026, versi 3, draf", new=True)
    assert await versions_of(city) == [("MINAT2026", 2, "published"), ("MINAT2026", 3, "draft")]
    assert await rows_in(city, SurveyRound) == 1


async def test_an_english_officer_hears_of_mistakes_in_english(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/bahasa")
    await officer.taps("English", await officer.sees("Pilih bahasa", new=True))
    await officer.sees("Ani Contoh", new=True)
    await officer.says("/kelola_survei")
    await officer.taps("Upload a survey", await officer.sees("Manage surveys", new=True))
    await officer.sees("at most 1 MB", new=True)
    asked = surveying.survey(surveying.single("Q1", "A", "B", text={"id": "Satu?"}), surveying.single("Q1"))
    await officer.sends_file("survei.xlsx", survey_sheets.write(asked))
    told = await officer.sees("cannot be used yet", new=True)
    assert "Sheet PERTANYAAN, cell A3" in told.text


async def test_more_surveys_than_a_keyboard_holds_are_turned_page_by_page(city: City) -> None:
    officer, who = await city.member("Ani Contoh", roles=("officer",))
    async with city.database.transaction() as session:
        for number in range(120):
            asked = surveying.survey(surveying.single("Q1"), code=f"S{number:03}", title={"id": f"Survei {number}"})
            await versions.keep(session, reading.read(asked), who.id, city.clock.now())
    await officer.says("/kelola_survei")
    first = await officer.sees("Tersimpan: 121 survei", new=True)
    assert [label.split(" (")[0] for label in first.labels[:2]] == [TITLE, "Draf: Survei 0"]
    assert len(first.labels) < 15
    await officer.taps("Berikutnya", first)
    await officer.toast()
    assert first.labels[0].startswith("Draf: Survei 7 ")
    await officer.presses_data(first, "svk_list:-1")
    await officer.toast()
    assert first.labels[0].startswith(TITLE)


async def test_a_title_as_long_as_may_be_is_copied_a_little_shorter(city: City) -> None:
    officer, who = await city.member("Ani Contoh", roles=("officer",))
    asked = surveying.survey(surveying.single("Q1"), title={"id": "Survei " + "x" * 193})
    async with city.database.transaction() as session:
        made = await versions.keep(session, reading.read(asked), who.id, city.clock.now())
    await officer.says("/kelola_survei")
    await officer.presses_data(await officer.sees("Kelola survei", new=True), f"svk_copy:{made.id}")
    copy = await officer.sees("COBA_2, versi 1, draf", new=True)
    assert copy.text.startswith("Salinan Survei xxx")
    assert copy.text.splitlines()[0].endswith("x…")
