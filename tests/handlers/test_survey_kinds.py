"""Every kind of question on its screen: pressed and typed, what is refused and how, and what goes back and forth."""

from typing import Any

import pytest

from db.surveys.definition import Secrecy
from tests.answering import after, asked, ballot_of, begins, types
from tests.city import City
from tests.surveying import options, question, several, single, survey

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens and words alone: the rows beneath are walked on both in the other stories."""

EVERY_KIND: dict[str, Any] = survey(
    single("Q1", required=True, hint={"id": "Pilih **satu**."}),
    several("Q2", "A", "B", "C", min=2, max=2),
    {**several("Q3", "A", "B", "C"), "kind": "ranked"},
    question("Q4", "scale", max=5, low_label={"id": "Tidak suka"}, high_label={"id": "Suka sekali"}),
    question("Q5", "nps", required=True),
    question("Q6", "yes_no"),
    question("Q7", "number", min=2, max=40),
    question("Q8", "date", min="2026-01-01", max="2026-12-31"),
    question("Q9", "short_text", max=12),
    question("Q10", "long_text", max=40),
    question("Q11", "consent", purpose="more"),
    question("Q12", "page"),
    intro={"id": "Selamat **datang**."},
    closing={"id": "Selesai, {{ sapaan }} {{ nama }}: {{ answer.Q1 }}."},
    minutes=3,
)


@ONE_DATABASE
async def test_every_kind_is_answered_with_a_thumb(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    round_id = await asked(city, [who], EVERY_KIND, secrecy=Secrecy.NAMED)
    first = await begins(person, "Coba")
    assert "👤 Bernama" in first.text
    assert "Selamat datang." in first.text
    assert "Pilih satu." in first.text
    assert "Jawaban disimpan bersama nama Bapak/Ibu" in first.text
    assert first.keyboard == [["Pilihan A"], ["Pilihan B"], ["Daftar survei"]]
    second = await after(person, "Pilihan B", "Tanya Q2")
    assert "Boleh lebih dari satu, paling banyak 2, sedikitnya 2" in second.text
    assert second.keyboard[-1] == ["Kembali", "Lewati"]

    await after(person, "Pilihan C", "✓ Pilihan C")
    await person.taps("Lanjutkan")
    assert "Mohon pilih sedikitnya 2" in (await person.toast("sedikitnya")).text
    await after(person, "Pilihan A", "✓ Pilihan A")
    await person.taps("Pilihan B")
    assert (await person.toast("Paling banyak 2 pilihan")).alert
    await after(person, "Lanjutkan", "Tanya Q3")
    await after(person, "Pilihan C", "1. Pilihan C")
    await after(person, "Pilihan A", "2. Pilihan A")
    without = await after(person, "1. Pilihan C", "1. Pilihan A")
    assert without.labels[:3] == ["1. Pilihan A", "Pilihan B", "Pilihan C"]
    scale = await after(person, "Lanjutkan", "Tanya Q4")
    assert "1 = Tidak suka\n5 = Suka sekali" in scale.text
    assert scale.keyboard[0] == ["1", "2", "3", "4", "5"]
    nps = await after(person, "4", "Tanya Q5")
    assert nps.keyboard[:2] == [["0", "1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"]]
    assert nps.keyboard[-1] == ["Kembali"]
    yes_no = await after(person, "10", "Tanya Q6")
    assert yes_no.keyboard[0] == ["Ya", "Tidak"]
    number = await after(person, "Ya", "Tanya Q7")
    assert "Ketik angkanya, mulai 2, sampai 40." in number.text
    assert number.keyboard == [["Kembali", "Lewati"], ["Tinjau dan kirim"]]
    back = await after(person, "Kembali", "Tanya Q6")
    assert back.keyboard == [["✓ Ya", "Tidak"], ["Lanjutkan"], ["Kembali", "Lewati"], ["Tinjau dan kirim"]]
    await after(person, "Lanjutkan", "Tanya Q7")
    for text, part in (("12", "Tanya Q8"), ("24-11-2026", "Tanya Q9"), ("pendek", "Tanya Q10")):
        await types(person, text, part)
    consent = await types(person, "dua kata", "Tanya Q11")
    assert consent.keyboard[:3] == [["Saya setuju"], ["Tidak sekarang"], ["Kembali", "Lewati"]]
    page = await after(person, "Tidak sekarang", "Tanya Q12")
    assert page.keyboard == [["Lanjutkan"], ["Kembali"]]
    review = await after(person, "Lanjutkan", "Tinjau jawaban (1/2)")
    for line in ("→ Pilihan A; Pilihan C", "→ 4 dari 5", "→ 10 dari 10", "→ Ya", "→ 12", "→ 24 November 2026"):
        assert line in review.text
    await after(person, "Berikutnya", "→ Tidak")
    thanks = await after(person, "Kirim jawaban", "Jawaban sudah dikirim")
    assert "Selesai, Ibu Rina Contoh: Pilihan B." in thanks.text
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    assert kept[1] == {
        "Q1": "B", "Q2": ("A", "C"), "Q3": ("A",), "Q4": 4, "Q5": 10, "Q6": "YA", "Q7": 12, "Q8": "2026-11-24",
        "Q9": "pendek", "Q10": "dua kata", "Q11": "TIDAK",
    }  # fmt: skip


@ONE_DATABASE
async def test_what_cannot_be_taken_is_said_on_the_screen_with_an_example(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    definition = survey(*EVERY_KIND["questions"][5:10])
    await asked(city, [who], definition)
    screen = await begins(person, "Coba")
    word = await person.says("mungkin")
    refused = await person.sees('ketik "ya" atau "tidak"', new=True)
    assert refused is screen
    assert "Tanya Q6" in refused.text
    await types(person, "tidak", "Tanya Q7")
    assert word.id not in person.chat.messages
    await types(person, "banyak", "Angkanya belum terbaca. Mohon tulis seperti 12,5")
    await types(person, "41", "Mohon tulis angka 2 sampai 40, misalnya 2.")
    await types(person, "7", "Tanya Q8")
    await types(person, "kemarin", "Mohon tulis seperti 24-11-2026 atau 1 Januari 2026.")
    await types(person, "1-1-2027", "paling akhir 31 Desember 2026")
    await types(person, "17 Agustus 2026", "Tanya Q9")

    long = await person.says("jauh lebih panjang dari dua belas huruf")
    below = await person.sees("Jawabannya 39 huruf; paling panjang 12", new=True)
    assert below is not screen
    assert long.id in person.chat.messages  # what was written stays, to be shortened
    await types(person, "singkat saja", "Tanya Q10")
    assert person.last is below
    await person.taps("Lewati", screen)
    await person.toast("dilanjutkan pada pesan lain di percakapan ini")
    await person.sends_file("foto.jpg", b"\xff\xd8\xff\xe0", as_photo=True)
    await person.sees("hanya dapat menerima tulisan", new=True)
    await types(person, "baik", "Tinjau jawaban")
    await person.says("kirim")
    await person.sees("belum memahami", new=True)


@ONE_DATABASE
async def test_long_options_are_listed_and_many_are_turned_in_pages(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    many = [f"P{number}" for number in range(30)]
    long = options("A", "B")
    long[0]["text"]["id"] = "Panjang sekali sehingga tidak muat pada tombol di ponsel yang sempit"
    definition = survey(single("Q1", options=long), several("Q2", *many), single("Q3", *many))
    round_id = await asked(city, [who], definition)
    first = await begins(person, "Coba")
    assert "1. Panjang sekali sehingga tidak muat" in first.text
    await types(person, "1", "Tanya Q2")
    assert person.last.labels[23:25] == ["Pilihan P23", "Berikutnya"]
    await after(person, "Berikutnya", "Pilihan P29")
    picked = await after(person, "Pilihan P29", "✓ Pilihan P29")
    assert picked.labels[0] == "Pilihan P24"
    await after(person, "Sebelumnya", "Pilihan P0")
    await types(person, "25 dan 1", "Tanya Q3")
    await after(person, "Berikutnya", "Pilihan P29")
    await after(person, "Pilihan P29", "Tinjau")
    await after(person, "Kirim jawaban", "sudah dikirim")
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    assert kept[1] == {"Q1": "A", "Q2": ("P0", "P24"), "Q3": "P29"}


@ONE_DATABASE
async def test_texts_of_the_greatest_length_fit_one_message(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    longest = "😀 kata " * 240
    definition = survey(
        single("Q1", "A", "B", text={"id": longest}, hint={"id": longest}),
        question("Q2", "long_text", text={"id": longest}, hint={"id": longest}),
        intro={"id": longest},
    )
    await asked(city, [who], definition)
    first = await begins(person, "Coba")
    assert "…" in first.text
    await after(person, "Pilihan A", "Ketik jawabannya")
    await types(person, "😀" * 250, "Tinjau jawaban")
    await after(person, "2. ", "Jawaban sekarang")
