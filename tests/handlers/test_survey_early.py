"""Sending before the end: from any question, once everything that is required is answered."""

from sqlalchemy import select

from db.models import SurveyDraft
from tests import survey_rounds
from tests.answering import TITLE, after, asked, ballot_of, begins, skips, types, walks
from tests.city import City
from tests.handlers.test_survey_kinds import ONE_DATABASE
from tests.surveying import question, several, single, survey

EARLY = "Tinjau dan kirim"


async def test_the_packaged_survey_is_sent_after_its_last_required_question(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    round_id = await asked(city, [who])
    await begins(person)
    await after(person, "Saya setuju", "Bagaimana perasaan")
    await after(person, "Siap", "Apa yang paling memengaruhi")
    await skips(person, "Rumpun pekerjaan")
    await after(person, "Pendidikan", "1. Pendidikan")
    await after(person, "Lanjutkan", "OPD mana")
    last = await skips(person, "Wilayah kerja")
    assert EARLY not in last.labels
    picked = await after(person, "Semua", "✓ Semua")
    assert picked.keyboard[-1] == [EARLY]
    review = await after(person, EARLY, "Tinjau jawaban (1/3)")
    assert review is picked
    assert "Masih perlu dijawab" not in review.text
    assert "→ dilewati" in review.text
    assert "→ belum dijawab" in (await after(person, "Berikutnya", "(2/3)")).text

    await person.says("/survei")
    await person.sees("Sampai tinjauan; jawaban tersimpan, belum dikirim", new=True)
    await after(person, f"Lanjutkan: {TITLE}", "Tinjau jawaban (1/3)")
    changed = await walks(person, ("2. Bagaimana", "✓ Siap"), ("Netral", "waktu tempuh"))  # on to what is open
    assert changed.keyboard[-1] == [EARLY]
    await walks(person, (EARLY, "→ Netral"), ("Kirim jawaban", "Jawaban sudah dikirim"))
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    assert kept[1] == {"Q0": "SETUJU", "Q1": "N", "Q4": ("DIDIK",), "Q7": ("SEMUA",)}
    await after(person, "Lihat atau ubah", "Jawaban ini sudah dikirim")


@ONE_DATABASE
async def test_pressed_twice_too_early_or_on_an_old_message_it_does_no_harm(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    definition = survey(single("Q1", required=True), several("Q2", min=2), single("Q3"), question("Q4", "short_text"))
    round_id = await asked(city, [who], definition)
    old = await begins(person, "Coba")
    assert EARLY not in old.labels
    await person.presses_data(old, f"sv_finish:{round_id}:0")
    await person.toast()
    assert "Tanya Q1" in old.text
    await after(person, "Pilihan A", "Tanya Q2")
    await person.says("/survei")
    await person.sees("Sampai pertanyaan 2", new=True)
    new = await after(person, "Lanjutkan: Coba", "Tanya Q2")
    await person.taps(EARLY, old)
    assert (await person.toast("dilanjutkan pada pesan lain")).alert

    await after(person, "Pilihan B", "✓ Pilihan B")
    await person.taps(EARLY, new)
    assert (await person.toast("Mohon pilih sedikitnya 2")).alert
    await after(person, "✓ Pilihan B", "Tanya Q2")
    data = f"sv_finish:{round_id}:1"
    await person.presses_data(new, data)
    await person.presses_data(new, data)
    review = await person.sees("Tinjau jawaban", new=True)
    await person.toast()
    assert review.text.count("→ belum dijawab") == 3
    for forged in (f"sv_finish:{round_id}:99", f"sv_finish:{round_id}:-1", f"sv_finish:{round_id}"):
        await person.presses_data(review, forged)
        await person.toast("tidak berlaku")

    await walks(person, ("2. Tanya Q2", "Tanya Q2"), ("Lewati", "Tanya Q3"), ("Pilihan A", "Tanya Q4"))
    assert EARLY not in person.last.labels  # nothing else is open: the next answer leads there
    await person.presses_data(new, f"sv_finish:{round_id}:2")  # of a screen that has passed
    await person.toast()
    assert "Tanya Q4" in new.text
    await types(person, "kata", "Tinjau jawaban")
    async with city.database.reading() as session:
        assert len(list(await session.scalars(select(SurveyDraft.participant_id)))) == 1


@ONE_DATABASE
async def test_what_nobody_has_begun_is_not_offered_to_be_sent_and_a_refusal_offers_nothing(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    await asked(city, [who], survey(question("Q0", "consent", required=True), single("Q1"), single("Q2")))
    first = await begins(person, "Coba")
    assert EARLY not in first.labels
    await after(person, "Tidak sekarang", "Tidak ada jawaban yang kami simpan")
    assert EARLY not in (await after(person, "Baca lagi", "Tanya Q0")).labels
    agreed = await after(person, "Saya setuju", "Tanya Q1")
    assert agreed.keyboard[-1] == [EARLY]
    assert EARLY in (await after(person, "Kembali", "Tanya Q0")).labels


@ONE_DATABASE
async def test_a_try_out_has_the_same_way(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    async with city.database.transaction() as session:
        version = await survey_rounds.version(
            session, survey(single("Q1", required=True), single("Q2"), single("Q3")), at=city.clock.now()
        )
    await officer.says("/menu")
    await officer.presses_data(await officer.sees("ada yang bisa kami bantu"), f"sv_try:{version.id}")
    await officer.sees("Tanya Q1", new=True)
    await after(officer, "Pilihan B", "Tanya Q2")
    review = await after(officer, EARLY, "Tinjau jawaban")
    assert review.text.count("→ belum dijawab") == 2
    await after(officer, "2. Tanya Q2", "Tanya Q2")
    await walks(officer, (EARLY, "Tinjau jawaban"), ("Kirim jawaban", "Setelah mengirim, pegawai membaca"))
