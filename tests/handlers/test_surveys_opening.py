"""Opening a survey: the packaged one in three presses, to units, with another kind; and who gets to hear of it."""

from bot.simulator import Person
from bot.simulator.messages import Message
from db.models import SurveyParticipant, SurveyRound
from tests.announcing import acts, comes, rows_in
from tests.city import City

TITLE = "Survei minat dan preferensi 2026"


async def chosen(officer: Person, label: str = TITLE) -> Message:
    """Go to a survey's screen."""
    await officer.says("/kelola_survei")
    await officer.sees("Kelola survei", new=True)
    await officer.taps(label)
    return await officer.sees("Kepada siapa survei ini", new=True)


async def test_the_packaged_survey_is_opened_to_all_in_three_presses(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh", agency="Dinas Sosial")
    await city.hired("Budi Contoh")
    screen = await chosen(officer)
    assert "Pertanyaan: 17 sampai 32" in screen.text
    assert "sekitar 7 sampai 10 menit" in screen.text
    await officer.taps("Semua pegawai")
    screen = await officer.sees("Sejak tombol", new=True)
    assert "Pegawai: 3, terjangkau sekarang: 2" in screen.text
    assert "Batas waktu: Selasa, 8 Desember 2026 pukul 17.00 WITA" in screen.text
    assert "Sifat: rahasia" in screen.text
    await officer.taps("Buka survei")
    screen = await officer.sees("Berjalan sampai Selasa, 8 Desember 2026", new=True)
    assert "Ditanya: 3, sudah bergabung: 2" in screen.text
    told = await comes(city, person, TITLE)
    assert "Jawaban dirahasiakan" in told.text
    assert told.labels == ["Isi survei"]
    await officer.taps("Muat ulang")
    await officer.sees("Undangan: 2 terkirim.", new=True)
    assert await acts(city, "survey.open") != []
    assert await rows_in(city, SurveyRound, SurveyRound.state == "open") == 1
    assert await rows_in(city, SurveyParticipant, SurveyParticipant.employment_type == "PNS") == 3
