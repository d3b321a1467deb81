"""Officers, analysts and counsellors look at results: live totals, publishing once, pictures, cuts, the workbook."""

from io import BytesIO

from python_calamine import CalamineWorkbook

from bot.simulator import Person
from bot.simulator.messages import Message
from db.surveys.definition import Secrecy
from tests.announcing import acts
from tests.city import City
from tests.survey_answers import answered, staff

TITLE = "Survei hasil"


async def has(city: City, **how: object) -> int:
    """Have a round that thirty-seven people have answered."""
    async with city.database.transaction() as session:
        return (await answered(session, await staff(session), **how)).id  # type: ignore[arg-type]


async def looks(person: Person, label: str, part: str) -> Message:
    """Press and give what comes."""
    await person.taps(label)
    return await person.sees(part, new=True, timeout=20)


async def opens(person: Person) -> Message:
    """Come to the results by the office's menu."""
    await person.says("/kantor")
    await person.sees("Hasil survei", new=True)
    await looks(person, "Hasil survei", "Pilih survei")
    return await looks(person, TITLE, "Hasil: Survei hasil")


async def takes(person: Person) -> dict[str, list[list[str]]]:
    """Download the workbook and read its sheets."""
    await person.taps("Unduh XLSX")
    file = (await person.sees("hasil-survei-coba.xlsx", new=True, timeout=20)).file
    assert file is not None
    book = CalamineWorkbook.from_filelike(BytesIO(file.data))
    return {name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
            for name in book.sheet_names}  # fmt: skip


async def test_an_officer_publishes_and_goes_through_the_questions(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await has(city)
    before = await opens(officer)
    assert "Ditanya 37 orang, selesai mengisi 37 (100 %)" in before.text
    assert "Hasil sementara dari 20 jawaban pertama" in before.text
    live = await looks(officer, "1. Tanya Q1", "1/9. Tanya Q1")
    assert "Menurut perangkat daerah" not in live.labels
    await looks(officer, "Daftar pertanyaan", "Hasil: Survei hasil")
    asked = await looks(officer, "Terbitkan hasil", "Hasil diterbitkan satu kali, menurut perangkat daerah")
    assert "agar tidak seorang pun dapat ditebak" in asked.text
    done = await looks(officer, "Terbitkan hasil", "Sudah diterbitkan dari 37 jawaban, menurut perangkat daerah")
    assert "Terbitkan hasil" not in done.labels

    await officer.taps("1. Tanya Q1")
    words = await officer.sees("1/9. Tanya Q1", new=True, timeout=20)
    assert "– Pilihan S: 12 · 32 %" in words.text
    assert "Digabung" not in words.text
    picture = next(one for one in reversed(officer.received) if one.photo)
    assert picture.id < words.id
    assert "Tanya Q1" in picture.text
    assert picture.photo is not None
    assert picture.photo.photo()[0]["width"] == 1080
    cut = await looks(officer, "Menurut perangkat daerah", "Lainnya (digabung)")
    assert "Dinas Kesehatan (20 orang)" in cut.text
    assert "Badan Kecil" not in cut.text
    await looks(officer, "Kembali ke pertanyaan", "1/9.")
    several = await looks(officer, "Berikutnya", "2/9. Tanya Q2")
    assert "boleh lebih dari satu pilihan" in several.text
    assert "1 pilihan tidak ditampilkan" in several.text
    await looks(officer, "Daftar pertanyaan", "Hasil: Survei hasil")
    assert "pelatihan: 18" in (await looks(officer, "6. Tanya Q6", "6/9. Tanya Q6")).text
    await looks(officer, "Daftar pertanyaan", "Hasil: Survei hasil")
    await looks(officer, "Berikutnya", "Hasil: Survei hasil")
    last = await looks(officer, "9. Tanya Q9", "9/9. Tanya Q9")
    assert "Berikutnya" not in last.labels


async def test_what_is_read_of_it_follows_from_the_role(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    analyst, _ = await city.member("Budi Contoh", roles=("analyst",))
    counsellor, _ = await city.member("Citra Contoh", roles=("counsellor",))
    await has(city)
    await opens(officer)
    await looks(officer, "Terbitkan hasil", "Hasil diterbitkan satu kali")
    await looks(officer, "Terbitkan hasil", "Sudah diterbitkan dari 37 jawaban")
    for person in (analyst, counsellor):
        assert "Sudah diterbitkan dari 37 jawaban" in (await opens(person)).text
        assert "Terbitkan hasil" not in person.last.labels
    book = await takes(analyst)
    assert list(book) == ["Ringkasan", "Tingkat jawaban", "Kode", "Tabel", "Rincian", "Kata", "Jawaban", "Teks bebas"]
    assert ["Dinas Kesehatan", "20 · 100 % (20 orang)"] in book["Ringkasan"]
    # Three people are told with the next smallest agency: taken from the whole, the others would give them away.
    assert ["Lainnya (digabung)", "17 · 100 % (17 orang)"] in book["Ringkasan"]
    assert not any(name in " ".join(row) for name in ("Badan Kecil", "Dinas Pendidikan") for row in book["Ringkasan"])
    assert book["Tingkat jawaban"][1:] == [["Dinas Kesehatan", "Bidang Pelayanan", "20.0", "20.0", "1.0"]]
    assert ["Q1", "single", "Tanya Q1", "readiness", "SS", "Pilihan SS"] in book["Kode"]
    assert len(book["Jawaban"]) == 1 + 37
    assert not any("Orang" in row[0] for row in book["Jawaban"])
    assert all("MERAWAT" not in row for row in book["Jawaban"])
    assert ["Q6", "'=Jarak rumah jauh sekali"] in book["Teks bebas"]
    await opens(counsellor)
    special = (await takes(counsellor))["Data khusus"]
    assert any(row[2:4] == ["MERAWAT", "Pilihan MERAWAT"] and float(row[5]) == 9 for row in special)
    await opens(officer)
    assert list(await takes(officer)) == ["Ringkasan", "Tingkat jawaban", "Kode", "Tabel", "Rincian", "Kata"]
    (published,) = await acts(city, "survey.publish")
    assert (published["people"], len(published["digest"])) == (37, 64)
    assert [one["rows"] for one in await acts(city, "survey.results")] == [True, False, False]


async def test_a_named_round_is_read_by_officers_and_an_anonymous_one_shows_nothing_before(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    leader, _ = await city.member("Dodi Contoh", roles=("leader",))
    await has(city, secrecy=Secrecy.NAMED, cuts=())
    await opens(officer)
    await looks(officer, "Terbitkan hasil", "Hasil diterbitkan satu kali.")
    await looks(officer, "Terbitkan hasil", "Sudah diterbitkan dari 37 jawaban")
    book = await takes(officer)
    assert book["Jawaban"][0] == ["NAMA", "UNIT", "Q0", "Q1", "Q2", "Q3", "Q4", "Q5", "Q9"]
    assert any(row[0] == "Q7" for row in book["Kode"])  # the consent to special data: asked, and told of nobody
    assert sorted(book["Jawaban"][1:]) == book["Jawaban"][1:]
    assert len(book["Teks bebas"]) == 1 + 37
    await opens(leader)
    assert list(await takes(leader)) == ["Ringkasan", "Tingkat jawaban", "Kode", "Tabel", "Rincian", "Kata"]


async def test_an_anonymous_round_shows_nothing_before_it_is_published(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await has(city, secrecy=Secrecy.ANONYMOUS, state="open")
    seen = await opens(officer)
    assert "Hasilnya baru ada setelah ditutup dan diterbitkan" in seen.text
    assert not any("Tanya" in label for label in seen.labels)


async def test_fewer_than_five_answers_are_never_shown(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    async with city.database.transaction() as session:
        await answered(session, await staff(session, {"Badan Kecil": 4}))
    assert "Jawaban masih terlalu sedikit" in (await opens(officer)).text
    await looks(officer, "Terbitkan hasil", "Hasil diterbitkan satu kali")
    assert "kurang dari lima" in (await looks(officer, "Terbitkan hasil", "Jawaban yang dihitung")).text


async def test_without_a_picture_the_numbers_still_come(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await has(city)
    await opens(officer)
    assert city.service is not None
    drawing = city.service.tools.draw.__self__  # type: ignore[attr-defined]
    drawing.module = "content.charts.nothing_of_this_name"
    await officer.taps("1. Tanya Q1")
    await officer.sees("Gambarnya belum dapat dibuat", new=True, timeout=20)
    assert "Pilihan S: " in (await officer.sees("1/9. Tanya Q1", new=True, timeout=20)).text
