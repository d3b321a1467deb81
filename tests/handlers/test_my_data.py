"""`/data_saya`: what is kept of one's own answers, taken away, deleted, and consents withdrawn."""

from sqlalchemy import func, select, update

from content.sheets import read_table
from db.models import (
    AuditEntry,
    Consent,
    SurveyAnswer,
    SurveyBallot,
    SurveyDraft,
    SurveyParticipant,
    SurveyRound,
)
from db.surveys.definition import Secrecy
from tests.city import MORNING, City
from tests.survey_answering import answers
from tests.survey_rounds import opened
from tests.surveying import options, question, several, single, survey

SURVEY = survey(
    question("Q0", "consent", required=True),
    single("Q1"),
    question("Q5", "unit", options=options("MANA", exclusive=True), max=2),
    question("IZIN", "consent", purpose="special_data"),
    several("Q14", special=True, show_if={"question": "IZIN", "is": "SETUJU"}),
    question("Q18", "long_text"),
    title={"id": "Survei Minat", "en": "Interests"},
)
GIVEN = {"Q0": "setuju", "Q1": "2", "Q5": "1", "IZIN": "setuju", "Q14": "1; 3", "Q18": "=1+1 sehat"}


async def count(city: City, table: type) -> int:
    async with city.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_answers_are_seen_taken_away_and_deleted(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    other, _ = await city.member("Orang Lain")
    async with city.database.transaction() as session:
        round_ = await opened(session, SURVEY, [who], at=MORNING, author=who, secrecy=Secrecy.CONFIDENTIAL)
    await answers(city.database, person.id, round_.id, GIVEN, now=city.clock.now())

    await person.says("/data_saya")
    screen = await person.sees("Silakan pilih survei")
    assert screen.labels == ["✓ Survei Minat", "Unduh data saya", "Menu utama"]
    await person.taps("Unduh data saya")
    file = await person.sees("jawaban-saya.xlsx", new=True)
    assert file.document is not None
    titles, *rows = read_table(file.document.data, file.document.name).rows
    assert titles == ["SURVEI", "KODE", "PERTANYAAN", "JAWABAN", "KEADAAN", "WAKTU KIRIM"]
    assert [row[1:4] for row in rows] == [
        ["Q0", "Tanya Q0", "Setuju"],
        ["Q1", "Tanya Q1", "Pilihan B"],
        ["Q5", "Tanya Q5", "Pilihan MANA"],
        ["IZIN", "Tanya IZIN", "Setuju"],
        ["Q14", "Tanya Q14", "Pilihan A; Pilihan C"],
        ["Q18", "Tanya Q18", "'=1+1 sehat"],
    ]
    assert {row[4] for row in rows} == {"terkirim"}

    await person.taps("✓ Survei Minat")
    screen = await person.sees("6 jawaban terkirim pada 24 November 2026", new=True)
    assert screen.labels == ["Tarik persetujuan data khusus", "Hapus jawaban saya", "Kembali"]
    await other.says("/data_saya")
    strange = await other.sees("Belum ada jawaban survei")
    for data in ("md_survey", "md_deleted", "md_delete"):
        await other.presses_data(strange, f"{data}:{round_.id}")
        await other.toast("sudah tidak ada")


async def test_a_consent_inside_is_withdrawn_alone_and_then_everything_deleted(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    async with city.database.transaction() as session:
        round_ = await opened(session, SURVEY, [who], at=MORNING, author=who, secrecy=Secrecy.CONFIDENTIAL)
    await answers(city.database, person.id, round_.id, GIVEN, now=city.clock.now())
    await person.says("/data_saya")
    await person.taps("✓ Survei Minat", await person.sees("Silakan pilih survei"))
    await person.sees("6 jawaban terkirim", new=True)
    await person.taps("Tarik persetujuan data khusus")
    await person.sees("Tarik persetujuan ini saja?", new=True)
    await person.taps("Ya, tarik persetujuan")
    await person.toast("paling lambat 30 hari lagi")
    screen = await person.sees("5 jawaban terkirim", new=True)
    assert "Tarik persetujuan data khusus" not in screen.labels
    await person.presses_data(screen, f"md_inner_yes:{round_.id}:3")
    await person.toast("tidak berlaku")
    async with city.database.reading() as session:
        kept = {row.question: row.value for row in await session.scalars(select(SurveyAnswer))}
        assert (set(kept), kept["IZIN"]) == ({"Q0", "Q1", "Q5", "IZIN", "Q18"}, "TIDAK")
        ended = {row.purpose: row.withdrawn_at is not None for row in await session.scalars(select(Consent))}
        assert ended == {"survey:COBA": False, "survey:COBA:special_data": True}

    await person.taps("Hapus jawaban saya")
    await person.sees("boleh mengisinya lagi dari awal", new=True)
    await person.taps("Ya, hapus")
    gone = await person.sees("sudah dihapus dan persetujuannya ditarik", new=True)
    assert "paling lambat 30 hari lagi" in gone.text
    assert [await count(city, table) for table in (SurveyBallot, SurveyAnswer, SurveyDraft)] == [0, 0, 0]
    async with city.database.reading() as session:
        mine = await session.scalar(select(SurveyParticipant))
        assert mine is not None
        assert (mine.state, mine.quiet) == ("declined", True)
        assert not await session.scalar(select(func.count()).where(Consent.withdrawn_at.is_(None)))
        parts = await session.scalars(select(AuditEntry.details).where(AuditEntry.act == "survey.answers_deleted"))
        assert [entry["part"] for entry in parts] == ["IZIN", "all"]
    await person.presses_data(gone, f"md_deleted:{round_.id}")
    await person.toast("tidak berlaku")
    await person.taps("Data saya")
    await person.sees("Belum ada jawaban survei", new=True)
    await person.says("/survei")
    await person.taps("Survei Minat", await person.sees("Survei Minat", new=True))
    await person.sees("Saya setuju", new=True)  # free to begin anew


async def test_an_anonymous_survey_lets_go_of_answers_only_while_it_is_open(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    async with city.database.transaction() as session:
        round_ = await opened(session, SURVEY, [who], at=MORNING, author=who, secrecy=Secrecy.ANONYMOUS)
    await answers(city.database, person.id, round_.id, GIVEN, now=city.clock.now())
    await person.says("/data_saya")
    await person.taps("✓ Survei Minat", await person.sees("Silakan pilih survei"))
    screen = await person.sees("Survei ini menjadi anonim setelah ditutup", new=True)
    await person.taps("Tarik persetujuan data khusus")
    await person.taps("Ya, tarik persetujuan", await person.sees("Tarik persetujuan ini saja?", new=True))
    await person.sees("5 jawaban terkirim", new=True)
    await person.taps("Hapus jawaban saya")
    await person.taps("Ya, hapus", await person.sees("Hapus semua jawaban", new=True))
    await person.sees("sudah dihapus", new=True)
    assert await count(city, SurveyDraft) == 0

    await answers(city.database, person.id, round_.id, GIVEN, now=city.clock.now())
    async with city.database.transaction() as session:
        await session.execute(update(SurveyRound).values(state="closed"))
    await person.says("/data_saya")
    screen = await person.sees("Silakan pilih survei", new=True)
    assert screen.labels == ["Survei Minat (anonim, sudah ditutup)", "Menu utama"]
    await person.taps("Survei Minat")
    screen = await person.sees("sudah dimusnahkan", new=True)
    assert screen.labels == ["Kembali"]
    await person.presses_data(screen, f"md_deleted:{round_.id}")
    await person.toast("tidak dapat ditemukan")


async def test_an_account_not_confirmed_sees_what_came_from_it_alone(city: City) -> None:
    person, who = await city.member("Rina Contoh", level=1)
    async with city.database.transaction() as session:
        mine = await opened(session, SURVEY, [who], at=MORNING, author=who)
        old = await opened(
            session, survey(single("Q1"), code="LAMA", title={"id": "Lama"}), [who], at=MORNING, author=who
        )
    await answers(city.database, person.id, mine.id, GIVEN, now=city.clock.now(), send=False)
    await answers(city.database, person.id, old.id, {"Q1": "1"}, now=city.clock.now())
    async with city.database.transaction() as session:
        await session.execute(
            update(SurveyParticipant).where(SurveyParticipant.round_id == old.id).values(link_generation=0)
        )
    await person.says("/data_saya")
    screen = await person.sees("hanya jawaban dari akun Telegram ini")
    assert screen.labels[0] == "Survei Minat (belum dikirim)"
    assert len(screen.labels) == 3
    await person.presses_data(screen, f"md_deleted:{old.id}")
    await person.toast("sudah tidak ada")

    await person.says("/survei")
    await person.taps("Lanjutkan: Survei Minat", await person.sees("Lanjutkan: Survei Minat", new=True))
    asked = await person.sees("Survei Minat", new=True)
    await person.presses_data(screen, f"md_deleted:{mine.id}")
    await person.sees("Bila berkenan mengisi kembali", new=True)
    await person.says("setuju")  # nobody waits for it: what was deleted is not begun anew by a word
    await person.sees("belum memahami", new=True)
    await person.says("/survei")
    await person.taps("Survei Minat", await person.sees("memilih tidak ikut", new=True))
    await person.sees("Saya setuju", new=True)  # free to begin anew, on level 1, too
    await person.taps("Saya setuju")
    await person.sees("Tanya Q1", new=True)
    await person.presses_data(asked, f"sv_choose:{mine.id}:1:0")  # an old message
    await person.toast("pesan lain di percakapan ini")


async def test_consents_of_an_offices_own_are_told_apart(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    consents = [question(f"C{n}", "consent", purpose=f"p{n}", text={"id": f"**Boleh** dihubungi lewat {way}?"})
                for n, way in enumerate(("surat", "telepon kantor pada jam kerja saja"))]  # fmt: skip
    async with city.database.transaction() as session:
        round_ = await opened(session, survey(single("Q1"), *consents), [who], at=MORNING, author=who)
    given = {"Q1": "1", "C0": "setuju", "C1": "setuju"}
    await answers(city.database, person.id, round_.id, given, now=city.clock.now())
    await person.says("/data_saya")
    await person.taps("✓ Coba", await person.sees("Silakan pilih survei"))
    screen = await person.sees("3 jawaban terkirim", new=True)
    assert screen.labels[:2] == [
        "Tarik persetujuan: Boleh dihubungi lewat surat?",
        "Tarik persetujuan: Boleh dihubungi lewat telepon kantor pa…",
    ]
    await person.taps(screen.labels[1])
    await person.sees("telepon kantor pada jam kerja saja", new=True)
