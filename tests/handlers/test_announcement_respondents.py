"""An announcement to a survey's respondents: by having answered, and by an answer where that may be read."""

from sqlalchemy import select, update

from bot.simulator import Person
from db.models import Announcement, AuditEntry, Employee, SurveyParticipant, SurveyRound
from db.surveys import ballots
from db.surveys.definition import Secrecy
from tests.announcing import comes, refused, renamed
from tests.city import MORNING, City
from tests.survey_rounds import opened
from tests.surveying import question, several, single, survey

TEXT = "Yth. {{ sapaan }} {{ nama }} dari {{ unit }}, apel pukul 07.30."
SURVEY = survey(
    single("Q1", means="readiness"),
    single("Q3"),
    several("Q6", never_segment=True),
    question("SEBAB", "short_text"),
    question("IZIN", "consent", purpose="special_data"),
    several("Q14", special=True, show_if={"question": "IZIN", "is": "SETUJU"}),
    question("HUBUNGI", "yes_no", text={"id": "Tanya **HUBUNGI** " + "panjang " * 200}),
    title={"id": "Survei Minat", "en": "Interests"},
)


class Office:
    """An officer, and people of whom some have answered a survey."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.people: list[tuple[Person, Employee]] = []

    async def staffed(self, count: int) -> Person:
        officer, who = await self.city.member("Ani Contoh", roles=("officer",), agency="Sekretariat")
        self.author = who
        names = ["Budi Kenari", "Cici Kenari", "Dewi Kenari", "Eko Kenari", "Fitri Kenari", "Gani Kenari",
                 "Hana Kenari", "Joko Kenari"][:count]  # fmt: skip
        self.people = [await self.city.member(name) for name in names]
        return officer

    async def asked(self, secrecy: Secrecy) -> SurveyRound:
        async with self.city.database.transaction() as session:
            employees = [who for _, who in self.people]
            return await opened(session, SURVEY, employees, at=MORNING, author=self.author, secrecy=secrecy)

    async def answers(self, round_: SurveyRound, whose: int, said: str, *, counted: bool = True) -> None:
        async with self.city.database.transaction() as session:
            participant = await session.scalar(
                select(SurveyParticipant).where(SurveyParticipant.employee_id == self.people[whose][1].id)
            )
            assert participant is not None
            participant.state = "finished"
            given = {"Q1": "A", "Q3": said, "HUBUNGI": "YA"}
            await ballots.write(session, round_, participant, given, via="chat", counted=counted, sent_at=MORNING)


async def to_respondents(officer: Person, part: str) -> None:
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks", new=True)
    await officer.says(TEXT)
    await officer.sees("Kepada siapa", new=True)
    await officer.taps("Responden survei")
    await officer.sees("Survei mana yang dimaksud?", new=True)
    await officer.taps("Survei Minat (dibuka 24 November 2026)")
    await officer.sees("tidak memuat pegawai yang menyatakan tidak bersedia", new=True)
    await officer.taps(part)


async def test_by_having_answered_and_by_an_answer_of_a_named_survey(city: City) -> None:
    office = Office(city)
    officer = await office.staffed(8)
    round_ = await office.asked(Secrecy.NAMED)
    for number in range(6):
        await office.answers(round_, number, "A")
    await office.answers(round_, 6, "A", counted=False)
    async with city.database.transaction() as session:  # Joko said no
        await session.execute(
            update(SurveyParticipant)
            .where(SurveyParticipant.employee_id == office.people[7][1].id)
            .values(state="declined")
        )
    await to_respondents(officer, "Belum mengisi")
    screen = await officer.sees("Sasaran: yang belum mengisi Survei Minat", new=True)
    assert "Pegawai: 0" in screen.text
    await officer.taps("Ubah sasaran")
    await officer.sees("Kepada siapa", new=True)
    await to_respondents(officer, "Sudah mengisi")
    screen = await officer.sees("Sasaran: yang sudah mengisi Survei Minat", new=True)
    assert "Pegawai: 7" in screen.text
    await officer.taps("Ubah sasaran")
    await officer.sees("Kepada siapa", new=True)

    await to_respondents(officer, "Menurut jawaban")
    screen = await officer.sees("Menurut jawaban pertanyaan mana?", new=True)
    assert screen.labels == ["Q3 · Tanya Q3", f"HUBUNGI · Tanya HUBUNGI {'panjang ' * 4}pan…", "Kembali"]
    await officer.presses_data(screen, f"ann_option:1:{round_.id}:Q1:0")
    await officer.toast("tidak berlaku")
    await officer.presses_data(screen, f"ann_answer:1:{round_.id}:Q14:A")
    await officer.toast("tidak berlaku")
    await officer.taps("Q3 ·")
    screen = await officer.sees("Jawaban yang mana?", new=True)
    assert screen.labels == ["Pilihan A", "Pilihan B", "Kembali"]
    await officer.taps("Pilihan B")
    await officer.toast("kurang dari 5 orang")
    await renamed(city, office.people[0][1], " ")
    await officer.taps("Pilihan A")
    screen = await officer.sees("Sasaran: yang menjawab “Pilihan A” pada “Tanya Q3” (Survei Minat)", new=True)
    assert "Pegawai: 6" in screen.text  # not the one whose link nobody has confirmed
    await officer.taps("Lewati orang-orang itu")
    await officer.sees("Terjangkau: 5", new=True)
    await officer.taps("Pratinjau")
    shown = await officer.sees("nama dan unit yang dibuat-buat (Rina Contoh, Andi Contoh", new=True)
    assert not [one for one in officer.received if "Kenari" in one.text]
    await officer.sees("Yth. Ibu Rina Contoh dari Dinas Contoh, apel pukul 07.30.")
    await officer.taps("Kirim ke 5 orang", shown)
    await comes(city, officer, "Selesai")
    got = [
        person.account.name for person, _ in office.people if any("apel pukul" in one.text for one in person.received)
    ]
    assert got == ["Cici Kenari", "Dewi Kenari", "Eko Kenari", "Fitri Kenari", "Gani Kenari"]
    async with city.database.reading() as session:
        previews = await session.scalars(select(AuditEntry.details).where(AuditEntry.act == "announcement.preview"))
        assert [entry["people"] for entry in previews] == [0]


async def test_a_group_that_becomes_too_small_is_asked_for_again(city: City) -> None:
    office = Office(city)
    officer = await office.staffed(5)
    round_ = await office.asked(Secrecy.NAMED)
    for number in range(5):
        await office.answers(round_, number, "A")
    await to_respondents(officer, "Menurut jawaban")
    await officer.sees("Menurut jawaban pertanyaan mana?", new=True)
    await officer.taps("HUBUNGI")
    assert (await officer.sees("Jawaban yang mana?", new=True)).labels == ["Ya", "Tidak", "Kembali"]
    await officer.taps("Ya")
    await officer.sees("Sasaran: yang menjawab “Ya” pada “Tanya HUBUNGI panjang", new=True)
    assert len(officer.last.text) < 300
    await officer.taps("Pratinjau")
    shown = await officer.sees("Kirim ke 5 orang", new=True)
    async with city.database.transaction() as session:
        participant = await session.scalar(select(SurveyParticipant.id).limit(1))
        assert participant is not None
        await ballots.remove(session, participant)
    await officer.taps("Kirim ke 5 orang", shown)
    await officer.toast("kurang dari 5 orang")
    await officer.taps("Kembali", shown)
    await officer.sees("Kepada siapa", new=True)
    async with city.database.reading() as session:
        assert list(await session.scalars(select(Announcement.state))) == ["draft"]


async def test_answers_of_other_kinds_choose_nobody(city: City) -> None:
    office = Office(city)
    officer = await office.staffed(5)
    confidential = await office.asked(Secrecy.CONFIDENTIAL)
    for number in range(5):
        await office.answers(confidential, number, "A")
    await to_respondents(officer, "Sudah mengisi")
    screen = await officer.sees("Pegawai: 5", new=True)
    await officer.presses_data(screen, f"ann_round:1:{confidential.id}")
    screen = await officer.sees("Jawaban survei rahasia tidak dapat dipakai", new=True)
    assert screen.labels == ["Sudah mengisi", "Belum mengisi", "Kembali"]
    for forged in (f"ann_question:1:{confidential.id}:0", f"ann_answer:1:{confidential.id}:Q3:A"):
        await officer.presses_data(screen, forged)
        await officer.toast("tidak")
    async with city.database.reading() as session:
        kept = await session.scalar(select(Announcement.audience))
        assert kept is not None
        assert kept["respondents"] == {"round": confidential.id, "finished": True, "veiled": True}


async def test_of_a_confidential_survey_nobody_is_shown_by_name(city: City) -> None:
    office = Office(city)
    officer = await office.staffed(3)
    confidential = await office.asked(Secrecy.CONFIDENTIAL)
    await office.answers(confidential, 0, "A")
    await to_respondents(officer, "Belum mengisi")
    await officer.sees("Pegawai: 2", new=True)
    await officer.taps("Pratinjau")
    shown = await officer.sees("penerima dari responden survei tidak ditampilkan", new=True)
    assert not [one for one in officer.received if "Kenari" in one.text]
    await officer.taps("Kirim ke 2 orang", shown)
    over = await comes(city, officer, "Selesai")
    assert over.labels == []
    await officer.presses_data(over, "ann_report:1")
    await refused(officer, "laporan per orang tidak tersedia")
    async with city.database.reading() as session:
        assert not list(await session.scalars(select(AuditEntry.id).where(AuditEntry.act == "announcement.report")))


async def test_while_an_anonymous_survey_goes_on_nobody_is_written_to_by_having_answered(city: City) -> None:
    office = Office(city)
    officer = await office.staffed(3)
    round_ = await office.asked(Secrecy.ANONYMOUS)
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks", new=True)
    await officer.says(TEXT)
    await officer.taps("Responden survei", await officer.sees("Kepada siapa", new=True))
    screen = await officer.sees("Survei mana yang dimaksud?", new=True)
    for state in ("open", "closing"):
        await put(city, round_, state)
        await officer.taps("Survei Minat")
        await refused(officer, "Survei anonim ini belum ditutup")
        for finished in (0, 1):
            await officer.presses_data(screen, f"ann_part:1:{round_.id}:{finished}")
            await refused(officer, "Survei anonim ini belum ditutup")
    await put(city, round_, "closed")
    await officer.taps("Survei Minat")
    await officer.sees("Belum mengisi memuat pula pegawai yang menyatakan tidak bersedia", new=True)
    await officer.taps("Belum mengisi")
    shown = await officer.sees("Pegawai: 3", new=True)

    await put(city, round_, "open")  # as a draft of a program that still allowed it
    await officer.taps("Pratinjau", shown)
    await refused(officer, "Survei anonim ini belum ditutup")
    await officer.presses_data(shown, "ann_open:1")
    await officer.sees("Kepada siapa", new=True)


async def put(city: City, round_: SurveyRound, state: str) -> None:
    """Put a round into a state, as time would."""
    async with city.database.transaction() as session:
        await session.execute(update(SurveyRound).where(SurveyRound.id == round_.id).values(state=state))
