"""Answering the packaged survey as the person sees it: from the list to the thanks, across restarts and days."""

from datetime import timedelta

from bot.simulator import Person
from bot.simulator.messages import Message
from db.surveys.definition import Secrecy
from tests.answering import (
    TITLE,
    after,
    asked,
    ballot_of,
    begins,
    consents_of,
    skips,
    state_of,
    types,
    walks,
)
from tests.city import City
from tests.surveying import question, single, survey

GIVEN = {
    "Q0": "SETUJU", "Q1": "S", "Q2": ("JARAK", "LAIN"), "Q4": ("KEU", "ADM"), "Q5": ("MANA",), "Q7": ("UTARA",),
    "Q8": "M30", "Q14_IZIN": "SETUJU", "Q14": ("MERAWAT",), "Q18": "Terima kasih <sudah> bertanya.", "Q13": "TIDAK",
}  # fmt: skip


async def test_the_packaged_survey_from_the_list_to_the_thanks_with_a_restart_and_days_between(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    round_id = await asked(city, [who], cuts=("agency", "employment_type"))

    await person.says("/survei")
    listed = await person.sees("Silakan pilih surveinya")
    assert "Belum dimulai" in listed.text
    assert "sekitar 8 menit · rahasia\nBatas waktu: Selasa, 8 Desember 2026 pukul 09.00 WITA" in listed.text
    first = await after(person, TITLE, "Jika setuju, jawaban Bapak/Ibu kami simpan paling lama 24 bulan")
    assert first is listed
    assert "Mengisi survei ini bukan pengajuan pindah atau mutasi dan bukan janji penempatan" in first.text
    assert "Yang membacanya hanya analis, dengan nama samaran, dan konselor" in first.text
    assert "Pertanyaan 1 dari sekitar 18 · Bagian utama" in first.text
    assert first.labels[:2] == ["Saya setuju", "Tidak sekarang"]

    second = await after(person, "Saya setuju", "Bagaimana perasaan Bapak/Ibu")
    assert second is first
    assert "🔒 Rahasia" in second.text
    assert "bukan pengajuan pindah" not in second.text
    assert await consents_of(city, who) == [("survey:MINAT2026", True)]
    third = await types(person, "siap", "Apa yang paling memengaruhi jawaban tadi (Siap)?")
    assert third is first
    await after(person, "Jarak rumah", "✓ Jarak rumah")
    await city.restart()
    await after(person, "Lainnya", "✓ Lainnya")
    assert await state_of(city, who, round_id) == "started"

    city.clock.offset += timedelta(days=3)
    await person.says("siap")  # the day's dialog is over: a word typed now is no answer
    await person.sees("belum memahami")
    await person.says("/survei")
    listed = await person.sees("Sampai pertanyaan 3 dari sekitar 18; jawaban tersimpan, belum dikirim", new=True)
    again = await after(person, "Lanjutkan", "Apa yang paling memengaruhi")
    assert again is listed
    assert "Jawaban sekarang: Jarak rumah; Lainnya" in again.text
    ranked = await walks(
        person,
        ("Lanjutkan", "Kapan waktu"),
        ("Kembali", "Apa yang paling memengaruhi"),
        ("Lanjutkan", "Kapan waktu"),
        ("Lewati", "Rumpun pekerjaan apa"),
        ("Keuangan dan aset", "1. Keuangan dan aset"),
        ("Administrasi umum", "2. Administrasi umum"),
    )
    assert "1. Keuangan dan aset; 2. Administrasi umum" in ranked.text
    await walks(
        person,
        ("Lanjutkan", "OPD mana yang diminati"),
        ("Mana saja", "✓ Mana saja"),
        ("Lanjutkan", "Adakah OPD yang sebaiknya dihindari"),
        ("Lewati", "Wilayah kerja mana"),
        ("Sisi utara", "✓ Sisi utara"),
        ("Lanjutkan", "waktu tempuh"),
        ("30 menit", "Jenis jabatan apa"),
    )
    consent = await skips(person, "Pertanyaan berikut menyangkut keadaan pribadi")
    assert "konselor" in consent.text
    free = await walks(
        person,
        ("Saya setuju", "Apakah ada keadaan"),
        ("Merawat anggota keluarga", "✓ Merawat"),
        ("Lanjutkan", "Adakah yang ingin disampaikan"),
    )
    assert "Mohon tidak menulis data kesehatan, data anak, atau nama orang lain" in free.text
    await types(person, "Terima kasih <sudah> bertanya.", "12 pernyataan singkat")
    assert (await consents_of(city, who))[1:] == [("survey:MINAT2026:special_data", True)]

    review = await after(person, "Tidak", "Tinjau jawaban (1/3)")
    assert review is again
    await reviewed_and_sent(person, review)
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    ballot, answers = kept
    assert (ballot.counted, ballot.via, ballot.agency_id) == (True, "chat", who.agency_id)
    assert (ballot.employment_type, ballot.position_kind) == ("PNS", None)
    assert answers == GIVEN
    assert await state_of(city, who, round_id) == "finished"


async def reviewed_and_sent(person: Person, review: Message) -> None:
    assert "2. Bagaimana perasaan Bapak/Ibu bila suatu saat dimutasi ke unit lain di Pemkot Samarinda?\n→ Siap" in (
        review.text
    )
    assert "4. Kapan waktu yang menurut Bapak/Ibu paling sesuai?\n→ dilewati" in review.text
    assert "Kirim jawaban" in review.labels
    later = await after(person, "Berikutnya", "Tinjau jawaban (2/3)")
    assert "8. " not in later.text
    later = await after(person, "Berikutnya", "Terima kasih <sudah> bertanya.")
    thanks = await after(person, "Kirim jawaban", "Jawaban sudah dikirim")
    assert "Terima kasih, Ibu Rina Contoh." in thanks.text
    assert "bukan janji penempatan" in thanks.text
    assert thanks is review


async def test_what_was_sent_can_be_changed_until_the_deadline_and_no_longer(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    definition = survey(single("Q1", required=True), single("Q2"), question("Q3", "long_text"))
    round_id = await asked(city, [who], definition, secrecy=Secrecy.NAMED)
    await begins(person, "Coba")
    await after(person, "Pilihan A", "Tanya Q2")
    await after(person, "Lewati", "Tanya Q3")
    await types(person, "Sudah.", "Tinjau jawaban")
    await after(person, "Kirim jawaban", "Jawaban sudah dikirim")
    first = await ballot_of(city, who, round_id)

    await person.says("/survei")
    await person.sees("✓ Sudah dikirim; dapat diubah", new=True)
    review = await after(person, "✓ Coba", "Jawaban ini sudah dikirim dan dapat diubah sampai 8 Desember 2026")
    assert "Kirim jawaban" not in review.labels
    await after(person, "1. Tanya Q1", "✓ Pilihan A")
    await after(person, "Pilihan B", "Ada perubahan yang belum dikirim")
    unsent = await ballot_of(city, who, round_id)
    assert first is not None
    assert unsent is not None
    assert unsent[1] == first[1] == {"Q1": "A", "Q3": "Sudah."}
    await person.says("/survei")
    await person.sees("ada perubahan yang belum dikirim", new=True)
    await after(person, "✓ Coba", "Kirim jawaban")
    await after(person, "Kirim jawaban", "Jawaban sudah dikirim")
    second = await ballot_of(city, who, round_id)
    assert second is not None
    assert (second[0].id, second[1]) == (first[0].id, {"Q1": "B", "Q3": "Sudah."})

    review = await after(person, "Lihat atau ubah jawaban", "Tinjau jawaban")
    await after(person, "3. Tanya Q3", "Tanya Q3")
    city.clock.offset += timedelta(days=15)
    await person.taps("Lewati")
    assert (await person.toast("sudah ditutup")).alert
    city.clock.offset -= timedelta(days=2)
    await after(person, "Kembali", "Tanya Q2")
    city.clock.offset += timedelta(days=2)
    await person.says("kata")
    await person.sees("belum memahami", new=True)
    await person.says("/survei")
    await person.sees("tidak ada survei yang terbuka", new=True)
    assert (await ballot_of(city, who, round_id)) is not None


async def test_contract_servants_have_their_own_branch(city: City) -> None:
    person, who = await city.member("Budi Contoh", sex="M")
    async with city.database.transaction() as session:
        (await session.merge(who)).employment_type = "contract_servant"
        who.employment_type = "contract_servant"
    await asked(city, [who])
    await begins(person)
    await after(person, "Saya setuju", "Bagaimana perasaan")
    await after(person, "Netral", "(Netral)")
    await skips(person, "Rumpun pekerjaan apa")
    await after(person, "Pendidikan", "1. Pendidikan")
    await after(person, "Lanjutkan", "OPD mana")
    await skips(person, "Wilayah kerja")
    await after(person, "Semua", "✓ Semua")
    await after(person, "Lanjutkan", "waktu tempuh")
    page = await after(person, "Lewati", "jabatan mengikuti perjanjian kerja")
    assert page.text.splitlines()[1].startswith("Keterangan")
    assert page.labels == ["Lanjutkan", "Kembali", "Tinjau dan kirim"]
    await after(person, "Lanjutkan", "Keterampilan apa")
    await skips(person, "Tinjau jawaban")
    thanks = await after(person, "Kirim jawaban", "Terima kasih, Bapak Budi Contoh")
    assert "belum disahkan" not in thanks.text


async def test_not_agreeing_is_fine_can_be_thought_over_and_takes_answers_along(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    definition = survey(question("Q0", "consent", required=True), single("Q1"), question("Q2", "short_text"))
    round_id = await asked(city, [who], definition)
    await begins(person, "Coba")
    declined = await after(person, "Tidak sekarang", "Tidak ada jawaban yang kami simpan")
    assert "hak kepegawaian Bapak/Ibu tidak terpengaruh" in declined.text
    assert await state_of(city, who, round_id) == "declined"
    await person.says("/survei")
    await person.sees("memilih tidak ikut; dapat berubah pikiran", new=True)
    await after(person, "Coba", "berubah pikiran sebelum 8 Desember 2026")
    await after(person, "Baca lagi", "Tanya Q0")
    await after(person, "Saya setuju", "Tanya Q1")
    await after(person, "Pilihan A", "Tanya Q2")
    await types(person, "kata", "Tinjau jawaban")
    await after(person, "Kirim jawaban", "Jawaban sudah dikirim")
    assert await state_of(city, who, round_id) == "finished"

    await after(person, "Lihat atau ubah", "Tinjau jawaban")
    gate = await after(person, "1. Tanya Q0", "Jawaban sekarang: Setuju")
    for refusal in ("tidak", "t", "Belum.", "2"):  # as by the button, and as easily meant otherwise
        said = await person.says(refusal)
        assert await person.sees("2 jawaban yang sudah diisi tidak boleh kami simpan", new=True) is gate
        assert await ballot_of(city, who, round_id) is not None
        await after(person, "Kembali", "Jawaban sekarang: Setuju")
        assert said.id not in person.chat.messages
    await types(person, "mungkin", 'ketik "ya" atau "tidak"')
    asked_back = await after(person, "Tidak sekarang", "2 jawaban yang sudah diisi tidak boleh kami simpan")
    assert await ballot_of(city, who, round_id) is not None
    await after(person, "Kembali", "Tanya Q0")
    await after(person, "Tidak sekarang", "langsung dihapus")
    gone = await after(person, "Ya, hapus jawaban", "Tidak ada jawaban yang kami simpan")
    assert gone is asked_back
    assert await ballot_of(city, who, round_id) is None
    assert await state_of(city, who, round_id) == "declined"
    assert await consents_of(city, who) == [("survey:COBA", False)]
    await after(person, "Baca lagi", "Tanya Q0")
    fresh = await after(person, "Saya setuju", "Tanya Q1")
    assert "Jawaban sekarang" not in fresh.text
