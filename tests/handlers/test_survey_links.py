"""Answers of an account that is not confirmed: they count once it is, and are nobody else's before."""

from db import link_review, links, people
from db.models import Link
from db.surveys import answering
from db.surveys.definition import Secrecy
from db.surveys.drafts import Choose
from tests import factories
from tests.answering import TITLE, after, asked, ballot_of, begins, consents_of, skips, state_of, types
from tests.city import City
from tests.surveying import question, single, survey

CONSENTED = survey(question("Q0", "consent", required=True), single("Q1"), single("Q2"))


async def test_answers_count_once_the_link_is_confirmed(city: City) -> None:
    operator, _ = await city.member("Dewi Contoh", roles=("unit_operator",))
    person, who = await city.member("Rina Contoh", level=1)
    round_id = await asked(city, [who], CONSENTED)
    await begins(person, "Coba")
    await after(person, "Saya setuju", "Tanya Q1")
    await types(person, "pilihan a", "Tanya Q2")  # words that could be a slip's code are heard as one first
    await after(person, "Lewati", "Tinjau jawaban")
    thanks = await after(person, "Kirim jawaban", "Jawaban dihitung setelah operator unit mengesahkannya")
    assert "Jawaban dapat diubah sampai 8 Desember 2026" in thanks.text
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    assert not kept[0].counted

    await operator.says("/pegawai")
    await operator.sees("Sambungan baru", new=True)
    await operator.taps("Sambungan baru")
    await operator.sees("Rina Contoh", new=True)
    await operator.taps("Rina Contoh")
    await operator.sees("Sahkan", new=True)
    await operator.taps("Sahkan")
    await person.sees("sudah disahkan", new=True)
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    assert kept[0].counted
    await after(person, "Lihat atau ubah", "Tinjau jawaban")


async def test_another_account_neither_sees_nor_keeps_what_came_unconfirmed(city: City) -> None:
    stranger, who = await city.member("Rina Contoh", level=1)
    round_id = await asked(city, [who], CONSENTED)
    await begins(stranger, "Coba")
    await after(stranger, "Saya setuju", "Tanya Q1")
    await after(stranger, "Pilihan A", "Tanya Q2")
    await after(stranger, "Lewati", "Tinjau jawaban")
    await after(stranger, "Kirim jawaban", "Jawaban sudah dikirim")
    real = city.stranger("Rina Contoh")
    async with city.database.transaction() as session:
        old = await links.open_link(session, who.id)
        assert old is not None
        await links.close(session, old, "rejected", None, city.clock.now())
        await factories.link(session, who, real.id, at=city.clock.now(), generation=2)
    real.chat.started = True
    assert await ballot_of(city, who, round_id) is None
    assert await state_of(city, who, round_id) == "invited"
    assert await consents_of(city, who) == [("survey:COBA", False)]
    first = await begins(real, "Coba")
    assert "Tanya Q0" in first.text
    assert "Jawaban sekarang" not in first.text


async def test_a_new_account_sees_earlier_answers_only_once_it_is_confirmed(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    round_id = await asked(city, [who], CONSENTED)
    await begins(person, "Coba")
    await after(person, "Saya setuju", "Tanya Q1")
    await after(person, "Pilihan A", "Tanya Q2")
    newer = city.stranger("Rina Contoh")
    async with city.database.transaction() as session:
        old = await links.open_link(session, who.id)
        assert old is not None
        await links.close(session, old, "passed", None, city.clock.now())
        await factories.link(session, who, newer.id, at=city.clock.now(), generation=2, level=1)
    newer.chat.started = True
    await newer.says("/survei")
    listed = await newer.sees("Sudah ada isian dari sambungan lain")
    assert "Sampai pertanyaan" not in listed.text
    await newer.taps("Coba")
    assert "setelah operator unit mengesahkan" in (await newer.toast("isian dari sambungan lain")).text
    async with city.database.transaction() as session:
        link = await links.link_of_chat(session, newer.id)
        assert link is not None
        await link_review.confirm(session, link, who.id, city.clock.now())
    again = await after(newer, "Coba", "Tanya Q2")
    assert again is listed
    await after(newer, "Kembali", "✓ Pilihan A")
    assert await state_of(city, who, round_id) == "started"


async def test_what_an_unconfirmed_account_left_goes_when_another_answers(city: City) -> None:
    _, who = await city.member("Rina Contoh")
    round_id = await asked(city, [who], survey(single("Q1"), single("Q2")), secrecy=Secrecy.NAMED)
    now = city.clock.now()
    async with city.database.transaction() as session:
        old = await links.open_link(session, who.id)
        assert old is not None
        old.level = 1
        await session.flush()
        before = await people.identify(session, old.chat_id, now)
        here = await answering.stand(session, round_id, before, now)
        await answering.move(session, here, Choose("Q1", "A"), now)
        old.closed_at = now  # as by a program that knew nothing of surveys
        await session.flush()
        newer: Link = await factories.link(session, who, 4711, at=now, generation=2, level=1)
    async with city.database.transaction() as session:
        person = await people.identify(session, newer.chat_id, now)
        assert (await answering.open_rounds(session, person, now))[0].hidden
        fresh = await answering.stand(session, round_id, person, now)
        assert (dict(fresh.draft.answers), fresh.participant.state) == ({}, "invited")


async def test_while_an_anonymous_survey_is_open_there_is_no_ballot(city: City) -> None:
    person, who = await city.member("Rina Contoh", level=1)
    round_id = await asked(city, [who], secrecy=Secrecy.ANONYMOUS)
    first = await begins(person, TITLE)
    assert "Selama survei terbuka, sistem menyimpan sambungan terenkripsi" in first.text
    assert "saat ditutup sambungan itu dimusnahkan" in first.text
    assert "Telegram tetap memproses tombol yang ditekan" in first.text
    await after(person, "Saya setuju", "🗝 Anonim setelah ditutup")
    await after(person, "Siap", "Apa yang paling")
    await skips(person, "Rumpun pekerjaan")
    await after(person, "Pendidikan", "1. Pendidikan")
    await after(person, "Lanjutkan", "OPD mana")
    await skips(person, "Wilayah kerja")
    await after(person, "Semua", "✓ Semua")
    await after(person, "Lanjutkan", "waktu tempuh")
    await skips(person, "keadaan pribadi")
    await after(person, "Saya setuju", "Apakah ada keadaan")
    await skips(person, "Tinjau jawaban")
    await after(person, "Kirim jawaban", "dihitung bila operator unit mengesahkannya sebelum survei ditutup")
    assert await ballot_of(city, who, round_id) is None
    assert await state_of(city, who, round_id) == "finished"
    assert await consents_of(city, who) == [("survey:MINAT2026", True)]
    await after(person, "Lihat atau ubah", "Jawaban ini sudah dikirim")
