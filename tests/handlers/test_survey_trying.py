"""An officer tries a survey out as a respondent: the same screens, and nothing is kept."""

from sqlalchemy import delete, func, select

from db.models import Consent, SurveyBallot, SurveyDraft, SurveyParticipant, SurveyVersion
from tests import survey_rounds
from tests.answering import PACKAGED, after, types
from tests.city import City
from tests.handlers.test_survey_kinds import ONE_DATABASE
from tests.surveying import question, several, single, survey


@ONE_DATABASE
async def test_a_version_is_walked_through_and_leaves_nothing(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    definition = survey(
        question("Q0", "consent", required=True), several("Q1"), question("Q2", "short_text", max=5), single("Q3"),
        question("Q4", "unit"), closing={"id": "Terima kasih, {{ nama }}."},
    )  # fmt: skip
    async with city.database.transaction() as session:
        version = await survey_rounds.version(session, definition, at=city.clock.now())
    await officer.says("/menu")
    menu = await officer.sees("ada yang bisa kami bantu")
    await officer.presses_data(menu, f"sv_try:{version.id}")
    first = await officer.sees("Uji coba: jawaban tidak disimpan", new=True)
    assert first is menu
    await after(officer, "Tidak sekarang", "Tidak ada jawaban yang kami simpan")
    await after(officer, "Baca lagi", "Tanya Q0")
    await after(officer, "Saya setuju", "Tanya Q1")
    await after(officer, "Pilihan B", "✓ Pilihan B")
    await city.restart()
    await after(officer, "Lanjutkan", "Tanya Q2")
    await types(officer, "terlalu panjang", "paling panjang 5")
    await types(officer, "pas", "Tanya Q3")
    await after(officer, "Pilihan A", "Tanya Q4")
    await types(officer, "contoh", "Hasil untuk")
    await after(officer, "Dinas Contoh", "1. Dinas Contoh")
    review = await after(officer, "Lanjutkan", "Tinjau jawaban")
    assert "→ Dinas Contoh" in review.text
    await after(officer, "2. Tanya Q1", "✓ Pilihan B")
    await after(officer, "Lanjutkan", "Tinjau jawaban")
    ended = await after(officer, "Kirim jawaban", "Setelah mengirim, pegawai membaca")
    assert "Terima kasih, Ani Contoh." in ended.text
    await officer.presses_data(ended, f"svt_open:{version.id}")
    await officer.toast("tidak berlaku")
    async with city.database.reading() as session:
        for kept in (SurveyDraft, SurveyBallot, SurveyParticipant, Consent):
            assert await session.scalar(select(func.count()).select_from(kept)) == 0
    await after(officer, "Coba lagi", "Tanya Q0")
    await officer.taps("Selesai mencoba")
    await officer.sees("COBA", new=True)


@ONE_DATABASE
async def test_where_people_are_asked_differently_the_officer_says_as_whom(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    async with city.database.transaction() as session:
        version = await survey_rounds.version(session, PACKAGED, at=city.clock.now())
    await officer.says("/menu")
    menu = await officer.sees("ada yang bisa kami bantu")
    await officer.presses_data(menu, f"sv_try:{version.id}")
    await officer.sees("Coba sebagai siapa?", new=True)
    await officer.presses_data(menu, f"svt_as:{version.id}:HONORER")
    await officer.toast("tidak berlaku")
    first = await after(officer, "Sebagai PPPK", "bukan pengajuan pindah")
    assert "Pertanyaan 1 dari sekitar 17" in first.text


@ONE_DATABASE
async def test_a_draft_thrown_away_while_it_is_tried_out_is_said_to_be_gone(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    async with city.database.transaction() as session:
        version = await survey_rounds.version(session, survey(single("Q1"), single("Q2")), at=city.clock.now())
    await officer.says("/menu")
    menu = await officer.sees("ada yang bisa kami bantu")
    await officer.presses_data(menu, f"sv_try:{version.id}")
    await officer.sees("Tanya Q1", new=True)
    await after(officer, "Pilihan A", "Tanya Q2")
    async with city.database.transaction() as session:
        await session.execute(delete(SurveyVersion).where(SurveyVersion.id == version.id))
    await types(officer, "Pilihan B", "sudah tidak ada")
    await officer.says("/menu")
    await officer.sees("ada yang bisa kami bantu", new=True)
    await types(officer, "halo", "belum memahami")
