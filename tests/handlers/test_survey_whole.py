"""A survey from its workbook to its results: uploaded with a mistake, corrected, published, answered, exported."""

import asyncio
from io import BytesIO

from python_calamine import CalamineWorkbook

from bot.simulator import Person
from tests.announcing import tick
from tests.city import City
from tests.content.test_survey_sheets import AB, book
from tests.running_surveys import opened, small, uploads

TITLE = "Survei kecil"


async def answers(person: Person, choice: str) -> None:
    """Fill the survey from the invitation to the thanks."""
    await person.taps("Isi survei", await person.sees(TITLE, timeout=30))
    await person.taps(f"Pilihan {choice}", await person.sees("Tanya Q1", new=True))
    await person.sees("Tanya Q2", new=True)
    await person.says(f"Saya memilih {choice}.")
    await person.taps("Kirim jawaban", await person.sees("Tinjau jawaban", new=True))
    await person.sees("Jawaban sudah dikirim", new=True)


async def test_a_workbook_goes_all_the_way_to_its_results(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    people = [(await city.member(f"Pegawai {number} Contoh"))[0] for number in range(12)]
    await uploads(officer, book(["Q1", "pilihan tunggal", "", "", AB, "", "", "", "", ""]))
    told = await officer.sees("belum dapat dipakai", new=True)
    assert "sel C2: " in told.text
    await officer.sees("survei-perlu-dibetulkan", new=True)
    await officer.sends_file("survei.xlsx", small())
    await officer.taps("Terbitkan", await officer.sees("draf", new=True))
    await officer.sees("diterbitkan", new=True)
    running = await opened(officer, TITLE)
    await tick(city)
    await asyncio.gather(*(answers(one, "A" if number % 2 else "B") for number, one in enumerate(people)))

    await officer.taps("Muat ulang", running)
    assert "Selesai mengisi: 12 (92,3 %)" in (await officer.sees("Ditanya: 13", new=True)).text.replace("<b>", "")
    await officer.taps("Tutup survei")
    await officer.taps("Tutup survei", await officer.sees("sekali lagi", new=True))
    await officer.taps("Hasil", await officer.sees("Selesai", new=True))
    await officer.taps("Terbitkan hasil", await officer.sees("Hasil:", new=True))
    await officer.taps("Terbitkan hasil", await officer.sees("satu kali", new=True))
    await officer.taps("Unduh XLSX", await officer.sees("Sudah diterbitkan", new=True, timeout=20))
    file = (await officer.sees("hasil-survei-kecil.xlsx", new=True, timeout=20)).file
    assert file is not None
    sheets = CalamineWorkbook.from_filelike(BytesIO(file.data))
    table = sheets.get_sheet_by_name("Tabel").to_python()
    assert {row[3]: row[5] for row in table[1:]} == {"Pilihan A": 6, "Pilihan B": 6, "tidak menjawab": 0}
    raw = sheets.get_sheet_by_name("Jawaban").to_python()
    kept = {row[0]: row[2] for row in raw[1:]}
    assert kept == {f"Pegawai {number} Contoh": "A" if number % 2 else "B" for number in range(12)}
    texts = sheets.get_sheet_by_name("Teks bebas").to_python()
    assert sorted(str(row[-1]) for row in texts[1:]) == ["Saya memilih A."] * 6 + ["Saya memilih B."] * 6
