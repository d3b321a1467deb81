"""Opening a survey: the packaged one in three presses, to units, with another kind; and who gets to hear of it."""

from datetime import timedelta

from sqlalchemy import select

from bot.simulator.people import NotSeenError
from db.models import Outbox, SurveyParticipant, SurveyRound
from tests.announcing import acts, comes, refused, rows_in, tick
from tests.answering import close
from tests.city import City
from tests.running_surveys import TITLE, chosen, opened, prepared, rounds_of
from tests.sending import by_state, until


async def test_the_packaged_survey_is_opened_to_all_in_three_presses(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh", agency="Dinas Sosial")
    await city.hired("Budi Contoh")
    screen = await chosen(officer)
    assert "Pertanyaan: 17 sampai 32" in screen.text
    assert "sekitar 7 sampai 10 menit" in screen.text
    await officer.taps("Semua pegawai")
    screen = await officer.sees("Sejak tombol", new=True)
    assert "Pegawai: 3, terjangkau sekarang: 2\n– belum bergabung: 1" in screen.text
    assert "Batas waktu: Selasa, 8 Desember 2026 pukul 17.00 WITA" in screen.text
    assert "Sifat: rahasia" in screen.text
    assert "Rincian hasil: perangkat daerah" in screen.text
    await officer.taps("Buka survei")
    running = await officer.sees("Berjalan sampai Selasa, 8 Desember 2026", new=True)
    assert "Ditanya: 3, sudah bergabung: 2" in running.text
    told = await comes(city, person, TITLE)
    assert "Jawaban dirahasiakan" in told.text
    assert told.labels == ["Isi survei"]

    async def written_down() -> bool:
        return (await by_state(city.database)).get("sent") == 2

    await until(written_down)
    await officer.taps("Muat ulang", running)
    await officer.sees("Undangan: 2 terkirim.", new=True)

    await officer.presses_data(running, "svk_start:1:0000")  # a second tap finds it open and opens nothing
    await officer.toast()
    [entry] = await acts(city, "survey.open")
    assert (entry["people"], entry["kind"], entry["cuts"]) == (3, "confidential", ["agency"])
    assert await rows_in(city, SurveyRound) == 1
    assert await rows_in(city, Outbox, Outbox.batch_id.is_not(None)) == 3
    assert await rows_in(city, SurveyParticipant, SurveyParticipant.employment_type == "PNS") == 3


async def test_only_the_chosen_units_are_asked_and_the_list_shows_what_runs(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",), agency="BKPSDM")
    people = {}
    for name, agency, unit in (
        ("Budi", "Dinas Sosial", "Bidang Bantuan"),
        ("Cici", "Dinas Sosial", "Sekretariat Dinas"),
        ("Dewi", "Dinas Kesehatan", "Puskesmas Satu"),
        ("Eko", "Dinas Kesehatan", "Puskesmas Dua"),
        ("Fitri", "Dinas Pangan", "Bidang Satu"),
    ):
        people[name], _ = await city.member(name, agency=agency, unit_name=unit)
    screen = await prepared(officer, units=("Dinas Sosial", "Dinas Kesehatan/Puskesmas Dua", "Dinas Pangan"))
    assert "Sasaran: Dinas Pangan; Dinas Sosial; Puskesmas Dua" in screen.text
    assert "Pegawai: 4, terjangkau sekarang: 4" in screen.text
    await officer.taps("Ubah sasaran")
    await officer.sees("Kepada siapa", new=True)
    await officer.taps("Pilih unit")
    await officer.taps("✓ Dinas Pangan (1)", await officer.sees("Sudah dipilih", new=True))
    await officer.taps("✓ Seluruh Dinas Pangan (1)", await officer.sees("Seluruh Dinas Pangan", new=True))
    await officer.taps("Selesai memilih", await officer.sees("Seluruh Dinas Pangan (1)", new=True))
    await officer.sees("Pegawai: 3,", new=True)
    await officer.taps("Buka survei")
    await officer.sees("Ditanya: 3", new=True)
    for name in ("Budi", "Cici", "Eko"):
        await comes(city, people[name], TITLE)
    assert not any(TITLE in one.text for name in ("Dewi", "Fitri") for one in people[name].received)
    await officer.says("/kelola_survei")
    screen = await officer.sees("Sedang berjalan: 1.", new=True)
    assert screen.labels == [f"{TITLE} (versi 1)", f"Berjalan: {TITLE}", "Unggah survei dari Excel", "Menu utama"]
    await officer.taps(f"{TITLE} (versi 1)")
    screen = await officer.sees("Survei ini sedang berjalan (1 kali dibuka).", new=True)
    assert screen.labels[:3] == ["Semua pegawai", "Pilih unit", f"Berjalan: {TITLE}"]


async def test_kind_deadline_and_cuts_are_changed_before_and_stand_after(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    before = await prepared(officer)
    as_it_was = before.buttons[0][0]["callback_data"]
    await officer.taps("Ubah sifat")
    kinds = await officer.sees("Sifat survei", new=True)
    assert "Yang dilepas: memilih penerima menurut jawaban, riwayat perubahan" in kinds.text
    assert "Telegram tetap memproses tombol yang ditekan" in kinds.text
    await officer.taps("anonim setelah ditutup")
    await officer.sees("sambungan antara jawaban dan pegawai dimusnahkan", new=True)
    await officer.presses_data(before, as_it_was)  # the screen of before the change
    await refused(officer, "sudah berubah sejak layar ini")

    await officer.taps("Ubah batas waktu", before)
    days = await officer.sees("atau ketik tanggalnya", new=True)
    assert "14 hari (8 Desember 2026)" in days.labels
    assert "30 hari (28 Desember 2026)" in days.labels  # the 24th to 27th are days off
    await officer.says("besok lusa")
    await officer.sees("tidak terbaca", new=True)
    await officer.says("20-11-2026")
    await officer.sees("Batas waktu harus setelah hari ini", new=True)
    await officer.says("15 Desember 2026")
    await officer.sees("Batas waktu: Selasa, 15 Desember 2026", new=True)

    await officer.taps("Ubah rincian hasil")
    await officer.taps("jenis pegawai", await officer.sees("Rincian hasil", new=True))
    await officer.taps("✓ perangkat daerah", await officer.sees("✓ jenis pegawai", new=True))
    await officer.taps("Selesai memilih", await officer.sees("Rincian hasil", new=True))
    await officer.sees("Rincian hasil: jenis pegawai", new=True)
    await officer.taps("Buka survei")
    running = await officer.sees("Berjalan sampai Selasa, 15 Desember 2026", new=True)
    assert "sampai ditutup hanya terlihat berapa orang sudah selesai" in running.text
    assert "Sedang mengisi" not in running.text
    for data in ("svk_kind:1:named", "svk_cut:1:agency", "svk_unit:1:1:1:0", "svk_give_up:1"):
        await officer.presses_data(running, data)
        await refused(officer, "sudah tidak berlaku")
    [one] = await rounds_of(city)
    assert (one.secrecy, one.cuts, one.audience["everyone"]) == ("anonymous", ["employment_type"], True)

    await officer.taps("Ubah batas waktu", running)
    later = await officer.sees("hanya dapat dimundurkan", new=True)
    assert [label.split(" (")[0] for label in later.labels] == ["30 hari", "Kembali"]
    await officer.says("8-12-2026")
    await officer.sees("hanya dapat dimundurkan", new=True)
    await officer.says("18-12-2026")
    await officer.sees("Berjalan sampai Jumat, 18 Desember 2026", new=True)
    assert await acts(city, "survey.deadline") == [{"closes_at": "2026-12-18T09:00:00+00:00"}]


async def test_a_day_typed_after_the_end_is_waited_for_no_more(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await opened(officer)
    await officer.taps("Ubah batas waktu")
    await officer.sees("hanya dapat dimundurkan", new=True)
    [one] = await rounds_of(city)
    await close(city, one.id)
    await officer.says("24-12-2026")
    over = await officer.sees("Selesai", new=True)
    await officer.says("24-12-2026")
    await officer.sees("belum memahami", new=True)
    await officer.presses_data(over, f"svk_until:{one.id}")
    await officer.toast()
    assert "Selesai" in over.text


async def test_outside_the_hours_it_is_open_at_once_and_the_invitation_waits(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    city.clock.offset += timedelta(hours=12)  # 21.00
    screen = await prepared(officer)
    assert "undangan mulai tiba Rabu, 25 November 2026 pukul 08.00 WITA" in screen.text
    await officer.taps("Buka survei")
    await officer.sees("Undangan: 0 terkirim, 2 menunggu jam kirim", new=True)
    await tick(city)
    assert not any(TITLE in one.text for one in person.received)
    await officer.taps("Ubah batas waktu")
    await officer.sees("hanya dapat dimundurkan", new=True)
    await officer.says("15-12-2026")
    await officer.sees("Berjalan sampai Selasa, 15 Desember 2026", new=True)
    city.clock.offset += timedelta(hours=11, minutes=1)
    assert "sampai Selasa, 15 Desember 2026" in (await comes(city, person, TITLE)).text
    async with city.database.reading() as session:
        assert set(await session.scalars(select(Outbox.counted).where(Outbox.batch_id.is_not(None)))) == {True}


async def test_nobody_else_opens_surveys_and_what_was_never_opened_is_given_up(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await person.says("/kelola_survei")
    await person.sees("belum memahami", new=True)
    await person.presses_data(person.last, "svk_all:1")
    await refused(person, "tidak dapat Bapak/Ibu gunakan")
    screen = await prepared(officer)
    await officer.says("/kelola_survei")
    await officer.sees(f"Disiapkan: {TITLE}", new=True)
    await officer.taps(f"Disiapkan: {TITLE}")
    await officer.taps("Batal", await officer.sees("Sejak tombol", new=True))
    await officer.sees("Kelola survei", new=True)
    assert [one.state for one in await rounds_of(city)] == ["dropped"]
    await officer.presses_data(screen, "svk_start:1:0000")
    await officer.sees("Tidak jadi dibuka", new=True)
    assert await rows_in(city, SurveyParticipant) == 0
    await officer.presses_data(screen, "svk_survey:99")
    await refused(officer, "sudah tidak ada")
    await officer.presses_data(screen, "svk_round:99")
    await refused(officer, "sudah tidak ada")
    try:
        await person.sees(TITLE, timeout=0.1)
    except NotSeenError:
        return
    raise AssertionError


async def test_another_officer_sees_it_and_closes_it_with_a_second_press(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    other, _ = await city.member("Budi Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await opened(officer)
    await comes(city, person, TITLE)
    await other.says("/kelola_survei")
    await other.taps(f"Berjalan: {TITLE}", await other.sees("Kelola survei", new=True))
    await other.taps("Tutup survei", await other.sees("Berjalan sampai", new=True))
    asking = await other.sees("tekan Tutup survei sekali lagi", new=True)
    assert "jawaban yang belum dikirim dihapus" in asking.text
    assert [one.state for one in await rounds_of(city)] == ["open"]
    await other.taps("Tutup survei")
    screen = await other.sees("Selesai Selasa, 24 November 2026", new=True)
    assert "Tutup survei" not in screen.labels
    await other.presses_data(screen, "svk_closed:1")
    await other.toast("sudah ditutup")
    assert len(await acts(city, "survey.close")) == 1
    await officer.says("/kelola_survei")
    await officer.sees(f"Selesai: {TITLE}", new=True)
