"""Paper forms in the chat: printed, typed into a sheet, tried out with every mistake's cell, saved, objected to."""

from typing import Any

from sqlalchemy import func, select, update

from bot.simulator import Person
from content.sheets import read_table
from db.models import AuditEntry, Consent, Employee, SurveyAnswer, SurveyBallot, SurveyParticipant, SurveyRound
from db.surveys.definition import Secrecy
from tests.answering import after, ballot_of, begins
from tests.city import MORNING, City
from tests.content.workbooks import workbook
from tests.survey_answering import answers
from tests.survey_rounds import opened
from tests.surveying import question, several, single, survey

SURVEY = survey(
    question("Q0", "consent", required=True),
    single("Q1", required=True),
    several("Q2", kind="ranked", max=2),
    question("Q5", "unit", max=2),
    title={"id": "Survei Minat", "en": "Interests"},
)
TITLES = ["NIP PEGAWAI", "NAMA PEGAWAI", "UNIT KERJA", "Q0", "Q1", "Q2", "Q5"]


class Town:
    """An operator of Dinas Sosial, its people, and somebody of another agency."""

    def __init__(self, city: City) -> None:
        self.city = city

    async def built(self, secrecy: Secrecy = Secrecy.CONFIDENTIAL, definition: dict[str, Any] = SURVEY) -> Person:
        city = self.city
        operator, author = await city.member("Ani Contoh", roles=("unit_operator",), agency="Dinas Sosial")
        self.phone, self.linked = await city.member("Budi Contoh", agency="Dinas Sosial", sex="M")
        self.people = [await city.hired(f"Tanpa Ponsel {n}", agency="Dinas Sosial") for n in (1, 2, 3)]
        self.elsewhere = await city.hired("Orang Lain", agency="Dinas Kesehatan")
        everybody = [author, self.linked, *self.people, self.elsewhere]
        async with city.database.transaction() as session:
            self.round = await opened(session, definition, everybody, at=MORNING, author=author, secrecy=secrecy)
        return operator

    def row(self, who: Employee, *cells: Any) -> list[Any]:
        return [who.nip, who.full_name, "Bidang", *cells]


async def count(city: City, what: Any) -> int:
    async with city.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(what)) or 0


async def to_upload(operator: Person) -> None:
    await operator.says("/pegawai")
    await operator.taps("Formulir kertas survei", await operator.sees("Formulir kertas survei", new=True))
    await operator.taps("Survei Minat", await operator.sees("Silakan pilih surveinya", new=True))
    await operator.sees("Belum selesai mengisi", new=True)
    await operator.taps("Kirim lembar isian")
    await operator.sees("Silakan kirim lembar isian", new=True)


async def test_from_the_form_to_the_entered_answers_and_the_objection(city: City) -> None:
    town = Town(city)
    operator = await town.built()
    await operator.says("/pegawai")
    await operator.taps("Formulir kertas survei", await operator.sees("Formulir kertas survei", new=True))
    await operator.taps("Survei Minat", await operator.sees("Silakan pilih surveinya", new=True))
    assert "Belum selesai mengisi: 5 orang" in (await operator.sees("mohon hanya dibaca saat mengetik", new=True)).text
    await operator.taps("Unduh formulir")
    form = await operator.sees("formulir-coba.pdf", new=True)
    assert form.document is not None
    assert form.document.data.startswith(b"%PDF")
    await operator.taps("Unduh lembar isian")
    sheet = await operator.sees("lembar-isian-coba.xlsx", new=True)
    assert sheet.document is not None
    titles, *rows = read_table(sheet.document.data, "x.xlsx").rows
    assert titles == TITLES
    assert [row[1] for row in rows] == ["Ani Contoh", "Budi Contoh", *(f"Tanpa Ponsel {n}" for n in (1, 2, 3))]

    await operator.taps("Kirim lembar isian")
    await operator.sees("Silakan kirim lembar isian", new=True)
    filled = workbook([TITLES, town.row(town.people[0], "SETUJU", "A", "C;A", "Dinas Kesehatan"),
                       town.row(town.linked, "SETUJU", "B"), town.row(town.people[1])])  # fmt: skip
    sent = await operator.sends_file("isian.xlsx", filled)
    tried = await operator.sees("Dapat disimpan: 2 · perlu dibetulkan: 0 · kosong: 1", new=True)
    assert sent not in operator.messages
    assert await count(city, SurveyBallot) == 0
    await operator.taps("Simpan perubahan", tried)
    await operator.sees("Jawaban 2 orang sudah dimasukkan", new=True)
    async with city.database.reading() as session:
        ballots = list(await session.scalars(select(SurveyBallot)))
        assert {(one.via, one.counted) for one in ballots} == {("paper", True)}
        values = await session.execute(
            select(SurveyAnswer.question, SurveyAnswer.value).order_by(SurveyAnswer.question, SurveyAnswer.place)
        )
        assert [(row.question, row.value) for row in values if row.question == "Q2"] == [("Q2", "C"), ("Q2", "A")]
        states = await session.scalars(
            select(SurveyParticipant.state).where(
                SurveyParticipant.employee_id.in_([town.people[0].id, town.linked.id])
            )
        )
        assert list(states) == ["finished", "finished"]
        acts = set(await session.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("survey.paper"))))
        assert acts == {"survey.paper", "survey.paper_saved"}
    assert await count(city, Consent) == 2
    await operator.presses_data(tried, f"svp_save:{town.round.id}")
    await operator.toast("tidak berlaku")

    told = await town.phone.sees("dimasukkan petugas dari formulir kertas yang ditandatangani")
    await town.phone.taps("Lihat di data saya", told)
    own = await town.phone.sees("2 jawaban dimasukkan petugas dari formulir kertas", new=True)
    assert own.labels == ["Tulis pertanyaan baru", "Hapus jawaban saya", "Kembali"]
    await town.phone.taps("Hapus jawaban saya")
    await town.phone.taps("Ya, hapus", await town.phone.sees("Hapus semua jawaban", new=True))
    await town.phone.sees("sudah dihapus", new=True)
    assert await count(city, SurveyBallot) == 1


async def test_what_came_on_paper_counts_as_sent_while_it_is_changed_on_the_phone(city: City) -> None:
    town = Town(city)
    operator = await town.built(
        definition=survey(
            question("Q0", "consent", required=True),
            single("Q1", required=True),
            question("IZIN", "consent", purpose="contact"),
            question("Q3", "short_text", show_if={"question": "IZIN", "is": "SETUJU"}),
            title={"id": "Survei Minat"},
        )
    )
    await to_upload(operator)
    titles = ["NIP PEGAWAI", "NAMA PEGAWAI", "UNIT KERJA", "Q0", "Q1", "IZIN", "Q3"]
    row = town.row(town.linked, "SETUJU", "A", "SETUJU", "pagi hari")
    await operator.sends_file("isian.xlsx", workbook([titles, row]))
    await operator.taps("Simpan perubahan", await operator.sees("Dapat disimpan: 1", new=True))
    await operator.sees("Jawaban 1 orang sudah dimasukkan", new=True)

    phone = town.phone
    await phone.sees("dimasukkan petugas dari formulir kertas")
    await begins(phone, "Survei Minat")
    await after(phone, "2. Tanya Q1", "✓ Pilihan A")
    await after(phone, "Pilihan B", "Ada perubahan yang belum dikirim")
    await phone.says("/survei")
    await phone.sees("ada perubahan yang belum dikirim", new=True)
    await after(phone, "✓ Survei Minat", "Ada perubahan yang belum dikirim")
    await after(phone, "3. Tanya IZIN", "Jawaban sekarang: Setuju")
    await after(phone, "Tidak sekarang", "Tinjau jawaban")
    kept = await ballot_of(city, town.linked, town.round.id)
    assert kept is not None
    assert (kept[0].via, kept[1]) == ("paper", {"Q0": "SETUJU", "Q1": "A", "IZIN": "TIDAK"})
    await after(phone, "Kirim jawaban", "Jawaban sudah dikirim")
    kept = await ballot_of(city, town.linked, town.round.id)
    assert kept is not None
    assert (kept[0].via, kept[1]) == ("chat", {"Q0": "SETUJU", "Q1": "B", "IZIN": "TIDAK"})


async def test_every_mistake_is_told_with_its_cell_and_nothing_wrong_is_taken(city: City) -> None:
    town = Town(city)
    operator = await town.built(Secrecy.NAMED)
    given = {"Q0": "setuju", "Q1": "1"}
    await answers(city.database, town.phone.id, town.round.id, given, now=city.clock.now())
    await to_upload(operator)
    await operator.sends_file("isian.xlsx", b"no workbook")
    await operator.sees("Berkas ini rusak", new=True)
    first, second, third = town.people
    filled = workbook([
        [*TITLES, "CATATAN"],
        town.row(first, "TIDAK", "A"),
        town.row(second, "SETUJU", "Z", "A;B;C", "Dinas Antah", "lihat lagi"),
        town.row(town.linked, "SETUJU", "A"),
        town.row(town.elsewhere, "SETUJU", "A"),
        [198001012005012901.0, "Bulat", "", "SETUJU", "A"],
        town.row(third, "SETUJU", "A"),
        town.row(third, "SETUJU", "B"),
    ])  # fmt: skip
    await operator.sends_file("isian.xlsx", filled)
    tried = await operator.sees("Dapat disimpan: 0 · perlu dibetulkan: 7", new=True)
    for part in (
        "D2: Harus SETUJU", "E3: Kode itu tidak ada", "F3: Terlalu banyak, paling banyak 2", 'G3: "Dinas Antah"',
        "A4: Orang ini tidak lagi menunggu formulir", "A5: Orang ini tidak ditanya", "A6: NIP terbaca sebagai angka",
        "A7: NIP ini ada pada lebih dari satu baris", "Kolom yang tidak dipakai: CATATAN",
    ):  # fmt: skip
        assert part in tried.text, part
    assert "Simpan perubahan" not in tried.labels
    back = await operator.sees("hasil-pemeriksaan-lembar.xlsx", new=True)
    assert back.document is not None
    titles, *rows = read_table(back.document.data, "x.xlsx").rows
    assert titles[-1] == "KETERANGAN"
    assert str(rows[1][-1]).startswith("E3: Kode itu tidak ada pada pertanyaan ini")

    # corrected in the file that came back
    fixed = [[*titles], *([*row] for row in rows)]
    fixed[2][4:7] = ["A", "A;B", "Dinas Sosial"]
    fixed[6][4] = fixed[6][3] = ""
    del fixed[7]
    await operator.sends_file("isian.xlsx", workbook(fixed))
    await operator.sees("Dapat disimpan: 1 · perlu dibetulkan: 4 · kosong: 1", new=True)
    # she answers on her phone before it is saved: no second ballot
    async with city.database.transaction() as session:
        mine = select(SurveyParticipant).where(SurveyParticipant.employee_id == second.id)
        late = await session.scalar(mine)
        assert late is not None
        late.state = "finished"
    await operator.taps("Simpan perubahan")
    await operator.toast("tidak berlaku")
    assert await count(city, SurveyBallot) == 1
    await operator.taps("Batal")
    await operator.sees("Tidak ada yang disimpan")


async def test_an_anonymous_round_has_no_paper_and_another_subtree_none_to_enter(city: City) -> None:
    town = Town(city)
    operator = await town.built(Secrecy.ANONYMOUS)
    await operator.says("/pegawai")
    screen = await operator.sees("Cari pegawai", new=True)
    assert "Formulir kertas survei" not in screen.labels
    for data in ("svp", "svp_form", "svp_sheet", "svp_upload", "svp_save"):
        await operator.presses_data(screen, f"{data}:{town.round.id}")
        await operator.toast("Survei anonim tidak memakai formulir kertas")
    officer, _ = await city.member("Cici Contoh", roles=("officer",))
    await officer.says("/kelola_survei")
    await officer.taps("Berjalan: Survei Minat", await officer.sees("Berjalan: Survei Minat", new=True))
    await officer.taps("Formulir kertas", await officer.sees("Formulir kertas", new=True))
    await officer.toast("Survei anonim tidak memakai formulir kertas")
    async with city.database.transaction() as session:
        round_ = await session.get(SurveyRound, town.round.id)
        assert round_ is not None
        round_.secrecy = "named"
    await officer.taps("Formulir kertas")
    assert "Belum selesai mengisi: 6 orang" in (await officer.sees("Formulir kertas: Survei Minat", new=True)).text
    async with city.database.transaction() as session:
        round_ = await session.get(SurveyRound, town.round.id)
        assert round_ is not None
        round_.state = "closed"
    await operator.presses_data(screen, f"svp_save:{town.round.id}")
    await operator.toast("sudah tidak ada")


async def test_a_sheet_wrong_in_every_way_fits_a_message_and_one_that_comes_too_late_goes_at_once(city: City) -> None:
    town = Town(city)
    operator = await town.built()
    async with city.database.transaction() as session:
        await session.execute(
            update(SurveyParticipant).where(SurveyParticipant.employee_id == town.linked.id).values(state="declined")
        )
    await to_upload(operator)
    columns = [f"{number} {'KOLOM PANJANG ' * 30}" for number in range(40)]
    wrong = [town.row(who, "SETUJU", "Z" * 90, "A;B;C", "Dinas Antah " * 20) for who in town.people]
    filled = [[*TITLES, *columns], town.row(town.linked, "SETUJU", "A"), *wrong]
    await operator.sends_file("isian.xlsx", workbook(filled))
    tried = await operator.sees("Dapat disimpan: 0 · perlu dibetulkan: 4", new=True)
    assert "A2: Orang ini tidak lagi menunggu formulir: sudah mengisi, atau" in tried.text  # which of both, nobody says
    assert "(+30)" in tried.text
    async with city.database.transaction() as session:
        await session.execute(update(SurveyRound).values(state="closed"))
    late = await operator.sends_file("isian.xlsx", workbook(filled))
    await operator.sees("sudah tidak ada", new=True)
    assert late not in operator.messages
    await operator.sends_file("isian.xlsx", workbook(filled))
    await operator.sees("Berkas", new=True)  # is not waited for any more
