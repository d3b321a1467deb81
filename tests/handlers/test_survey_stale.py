"""Presses that come twice, from an old message, from another device, or forged: none of them changes anything."""

from datetime import timedelta

from sqlalchemy import select

from db.engine import Database
from db.models import SurveyDraft
from db.surveys.definition import Secrecy
from tests.answering import after, asked, ballot_of, begins, close, state_of, types
from tests.city import City
from tests.handlers.test_survey_kinds import ONE_DATABASE
from tests.surveying import question, several, single, survey

THREE = survey(single("Q1"), several("Q2"), single("Q3", required=True))


async def drafts_in(database: Database) -> list[bytes]:
    async with database.reading() as session:
        return list(await session.scalars(select(SurveyDraft.draft_sealed).order_by(SurveyDraft.participant_id)))


async def test_double_taps_and_buttons_of_passed_screens_change_nothing(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    round_id = await asked(city, [who], THREE)
    screen = await begins(person, "Coba")
    first = screen.buttons[0][0]["callback_data"]
    await person.presses_data(screen, first)
    await person.presses_data(screen, first)
    await person.sees("Tanya Q2")
    await person.toast()
    before = await drafts_in(city.database)
    for data in (
        first, first.replace(":0:0", ":0:1"), f"sv_skip:{round_id}:0", f"sv_next:{round_id}:0", f"sv_back:{round_id}:2",
        f"sv_edit:{round_id}:0", f"sv_back:{round_id}:-1", f"sv_send:{round_id}", f"sv_pick:{round_id}:0:0:1:0",
    ):  # fmt: skip
        await person.presses_data(screen, data)
        await person.toast()
    assert await drafts_in(city.database) == before
    assert "Tanya Q2" in screen.text

    on = screen.buttons[0][0]["callback_data"]
    await person.presses_data(screen, on)
    await person.presses_data(screen, on)  # on twice is on
    await person.sees("✓ Pilihan A", new=True)
    await person.toast()
    await after(person, "Lanjutkan", "Tanya Q3")
    await after(person, "Pilihan A", "Tinjau jawaban")
    send = f"sv_send:{round_id}"
    await person.presses_data(screen, send)
    await person.presses_data(screen, send)
    await person.sees("Jawaban sudah dikirim")
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    assert kept[1] == {"Q1": "A", "Q2": ("A",), "Q3": "A"}


@ONE_DATABASE
async def test_a_button_pressed_after_days_goes_on_where_one_stood(city: City) -> None:
    """Of a message older than two days Telegram gives only its number with a press (InaccessibleMessage)."""
    person, who = await city.member("Rina Contoh")
    await asked(city, [who], THREE)
    screen = await begins(person, "Coba")
    city.clock.offset += timedelta(days=3)
    telegrams = city.simulator.world.clock
    telegrams.move(telegrams.now() + timedelta(days=3))
    assert await after(person, "Pilihan A", "Tanya Q2") is screen


@ONE_DATABASE
async def test_an_older_message_leads_to_the_newer_one(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    await asked(city, [who], THREE)
    old = await begins(person, "Coba")
    await after(person, "Pilihan B", "Tanya Q2")
    await person.says("/survei")
    listed = await person.sees("Sampai pertanyaan 2 dari sekitar 3", new=True)
    assert listed is not old
    await after(person, "Lewati", "Tanya Q3")  # until it is opened elsewhere, the old message is the place
    new = await after(person, "Lanjutkan: Coba", "Tanya Q3")
    assert new is listed
    before = await drafts_in(city.database)
    for label in ("Pilihan A", "Kembali"):
        await person.taps(label, old)
        assert (await person.toast("dilanjutkan pada pesan lain di percakapan ini")).alert
    assert await drafts_in(city.database) == before
    typed = await person.says("2")
    review = await person.sees("Tinjau jawaban", new=True)
    assert review is new
    await person.says("/menu")
    await person.sees("ada yang bisa kami bantu", new=True)
    assert typed.id not in person.chat.messages


@ONE_DATABASE
async def test_forged_buttons_are_refused(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    other, _ = await city.member("Budi Contoh")
    round_id = await asked(city, [who], THREE)
    screen = await begins(person, "Coba")
    before = await drafts_in(city.database)
    for data in (
        f"sv_choose:{round_id}:0:99", f"sv_choose:{round_id}:99:0", f"sv_choose:{round_id}:-1:0",
        f"sv_choose:{round_id}", f"sv_pick:{round_id}:1:-1:1:0", f"sv_page:{round_id}:1:0", f"sv_decline:{round_id}:0",
        "svt_open:1", "svt_send:1",
    ):  # fmt: skip
        await person.presses_data(screen, data)
        await person.toast("tidak")
    for data in (f"sv_open:{round_id + 7}", f"sv_choose:{round_id + 7}:0:0", f"sv_send:{2**63 - 1}"):
        await person.presses_data(screen, data)
        await person.toast("tidak ditujukan kepada Bapak/Ibu")
    await other.says("/survei")
    theirs = await other.sees("tidak ada survei yang terbuka untuk Bapak/Ibu")
    for data in (f"sv_open:{round_id}", f"sv_choose:{round_id}:0:0", f"sv_send:{round_id}", f"sv_review:{round_id}:0"):
        await other.presses_data(theirs, data)
        await other.toast("tidak ditujukan kepada Bapak/Ibu")
    assert await drafts_in(city.database) == before == []


@ONE_DATABASE
async def test_what_is_required_must_be_answered_before_it_can_be_sent(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    definition = survey(single("Q1"), single("Q2", required=True, show_if={"question": "Q1", "is": "B"}))
    round_id = await asked(city, [who], definition)
    await begins(person, "Coba")
    await after(person, "Pilihan A", "Kirim jawaban")
    await after(person, "1. Tanya Q1", "Tanya Q1")
    await after(person, "Pilihan B", "Tanya Q2")
    await person.says("/survei")
    await person.sees("Silakan pilih", new=True)
    await after(person, "Coba", "Tanya Q2")
    await after(person, "Kembali", "Tanya Q1")
    back = await after(person, "Lanjutkan", "Tanya Q2")
    await person.presses_data(back, f"sv_next:{round_id}:1")
    await person.toast("Pertanyaan ini perlu dijawab")
    assert "Perlu dijawab." in back.text
    assert await ballot_of(city, who, round_id) is None


@ONE_DATABASE
async def test_a_round_that_is_over_says_so_wherever_one_stands(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    definition = survey(question("Q1", "short_text"), single("Q2"))
    round_id = await asked(city, [who], definition, secrecy=Secrecy.NAMED)
    screen = await begins(person, "Coba")
    await types(person, "kata", "Tanya Q2")
    await close(city, round_id)
    for data in (f"sv_choose:{round_id}:1:0", f"sv_open:{round_id}", f"sv_send:{round_id}"):
        await person.presses_data(screen, data)
        await person.toast("sudah ditutup")
    await person.says("1")
    await person.sees("sudah ditutup", new=True)
    await person.says("1")
    await person.sees("belum memahami", new=True)
    assert await state_of(city, who, round_id) == "started"
    city.clock.offset += timedelta(days=1)


@ONE_DATABASE
async def test_when_the_message_is_gone_the_survey_goes_on_in_a_new_one(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    await asked(city, [who], survey(question("Q1", "short_text"), question("Q2", "short_text"), single("Q3")))
    old = await begins(person, "Coba")
    del person.chat.messages[old.id]
    new = await types(person, "kata", "Tanya Q2")
    assert new is not old
    assert (await types(person, "kata", "Tanya Q3")) is new
    await after(person, "Pilihan A", "Tinjau jawaban")
