"""Asking, as the person sees it: from the first word to the closing, and what is refused on the way."""

from datetime import timedelta

from sqlalchemy import select

from bot.simulator import Person
from db.engine import Database
from db.models import Dialog, Employee, Request
from tests.city import City


async def number_of(person: Person) -> str:
    received = await person.sees("T-2026-", new=True)
    return received.text[received.text.index("T-2026-") :][:12]


async def asks(person: Person, text: str) -> str:
    await person.says("/tanya")
    await person.sees("Tulis pertanyaan")
    await person.says(text)
    return await number_of(person)


async def requests_in(database: Database) -> list[Request]:
    async with database.reading() as session:
        return list(await session.scalars(select(Request).order_by(Request.id)))


async def test_a_question_is_asked_answered_and_settled(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")

    await person.says("/tanya")
    await person.sees("Mohon jangan menulis data kesehatan atau nama orang lain")
    await person.says("Kapan saya menerima <petikan> & salinan?")
    received = await person.sees("dengan nomor T-2026-")
    assert "paling lambat Kamis, 26 November 2026" in received.text
    number = await number_of(person)

    notice = await officer.sees(f"pertanyaan baru untuk Bapak/Ibu: {number}")
    assert "petikan" not in notice.text
    assert "Rina" not in notice.text
    await officer.says("/tindak_lanjut")
    await officer.sees("Menunggu jawaban: 1 · milik Bapak/Ibu: 1", new=True)
    await officer.taps(number)
    request = await officer.sees("Kapan saya menerima <petikan> & salinan?")
    assert "Ibu Rina Contoh, Bidang Pelayanan" in request.text
    await officer.taps("Jawab")
    await officer.sees("Tulis jawabannya")
    await officer.says("Paling lambat hari Jumat, lewat surat di sini.")
    await officer.sees(f"Jawaban untuk {number} sudah diteruskan")

    answer = await person.sees("Paling lambat hari Jumat, lewat surat di sini.")
    assert "Kapan saya menerima <petikan> & salinan?" in answer.text
    assert "Ani" not in answer.text
    assert answer.labels == ["Selesai", "Buka lagi"]
    await person.taps("Selesai")
    closed = await person.sees("Pertanyaan ini sudah selesai", new=True)
    assert "Paling lambat hari Jumat" in closed.text
    await officer.says("/tindak_lanjut")
    await officer.sees("Menunggu jawaban: 0", new=True)


async def test_it_is_opened_again_in_english_and_comes_back_to_the_same_officer(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await person.says("/bahasa")
    await person.sees("Pilih bahasa")
    await person.taps("English")
    await person.says("/tanya")
    await person.sees("write no health data")
    await person.says("When do I get the letter?")
    number = await number_of(person)
    await officer.sees(number)
    await officer.taps("Buka pertanyaan")
    await officer.sees("When do I get the letter?")
    await officer.taps("Jawab")
    await officer.sees("Tulis jawabannya")
    await officer.says("Soon.")

    await person.sees("BKPSDM's answer")
    city.clock.offset += timedelta(days=1)
    await person.taps("Reopen")
    await person.sees("What is still unclear")
    await person.says("On which day?")
    again = await person.sees("is open again")
    assert "Friday, 27 November 2026" in again.text
    await officer.sees(f"Pertanyaan {number} dibuka lagi")
    await officer.taps("Buka pertanyaan")
    request = await officer.sees("On which day?")
    assert "Dibuka lagi: 1 kali" in request.text
    assert "When do I get the letter?" in request.text


async def test_a_restart_while_typing_loses_nothing(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/tanya")
    await person.sees("Tulis pertanyaan")
    await city.restart()
    await person.says("Masih di sini?")
    assert (await number_of(person)).startswith("T-2026-")


async def test_what_cannot_be_taken_is_said_kindly_and_the_dialog_goes_on(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/tanya")
    await person.sees("Tulis pertanyaan")
    await person.sends_file("foto.jpg", b"\xff\xd8\xff\xe0", as_photo=True)
    await person.sees("hanya dapat menerima tulisan")
    await person.sends_file("surat.pdf", b"%PDF")
    await person.sees("hanya dapat menerima tulisan", new=True)
    await person.says("\u200b")
    await person.sees("tidak berisi kata yang dapat kami baca")
    await person.says("a" * 2001)
    await person.sees("2.001 karakter, paling banyak 2.000")
    await person.says("a" * 2000)
    await person.sees("sudah kami terima")


async def test_leaving_keeps_nothing(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/tanya")
    await person.sees("Tulis pertanyaan")
    await person.taps("Batal")
    await person.sees("Sudah dibatalkan")
    await person.says("Bukan pertanyaan")
    await person.sees("belum memahami")
    assert await requests_in(city.database) == []
    async with city.database.reading() as session:
        assert await session.get(Dialog, person.id) is None


async def test_a_question_behind_the_command_is_taken_at_once(city: City) -> None:
    person, _ = await city.member("Rina Contoh", level=1)
    await person.says("/tanya Di mana kantor BKPSDM?")
    assert (await number_of(person)).startswith("T-2026-")


async def test_who_has_not_joined_is_told_how(city: City) -> None:
    stranger = city.stranger()
    await stranger.says("/tanya")
    await stranger.sees("Ketik /start untuk bergabung")
    await stranger.says("Kapan?")
    await stranger.sees("belum memahami", new=True)
    assert await requests_in(city.database) == []


async def test_the_own_list_says_where_each_stands_and_owns_up_to_being_late(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    first, second = await asks(person, "Yang pertama?"), await asks(person, "Yang kedua?")
    city.clock.offset += timedelta(days=4)
    await person.says("/tanya")
    await person.sees("Pertanyaan saya", new=True)
    await person.taps("Pertanyaan saya")
    listed = await person.sees(second, new=True)
    assert f"{first} · menunggu, paling lambat 26 November 2026" in listed.labels
    await person.taps(first)
    thread = await person.sees("Yang pertama?", new=True)
    assert "Kami terlambat: jawaban kami janjikan Kamis, 26 November 2026" in thread.text
    assert "Selesai" not in thread.labels
    await person.taps("Pertanyaan saya", thread)
    await person.sees("Tulis pertanyaan baru", new=True)
    await person.taps("Tulis pertanyaan baru")
    await person.sees("Tulis pertanyaan Bapak/Ibu", new=True)
    await person.says("Yang ketiga?")
    assert await number_of(person) not in (first, second)


async def test_nobody_opens_anothers_question_with_a_forged_button(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await asks(person, "canary-5521")
    [request] = await requests_in(city.database)
    other, _ = await city.member("Sari Contoh")
    await other.says("/tanya")
    screen = await other.sees("Tulis pertanyaan")
    for data in ("thread:{}", "thread:{}:0", "settled:{}", "again:{}"):
        await other.presses_data(screen, data.format(request.id))
        await other.toast("Yang dicari sudah tidak ada")
    for data in ("request:{}", "answer:{}", "takeover:{}", "waiting:all:0"):
        await other.presses_data(screen, data.format(request.id))
        await other.toast("tidak dapat Bapak/Ibu gunakan")
    assert all("canary-5521" not in message.text for message in other.messages)
    [after] = await requests_in(city.database)
    assert (after.state, after.owner_id) == (request.state, request.owner_id)


async def test_a_button_that_comes_too_early_or_carries_nonsense_changes_nothing(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await asks(person, "Kapan?")
    [request] = await requests_in(city.database)
    screen = person.last
    for data in (f"settled:{request.id}", f"again:{request.id}"):
        await person.presses_data(screen, data)
        await person.toast("Keadaan pertanyaan ini sudah berubah")
    for data in (f"thread:{10**30}", "thread:x", "thread", f"thread:{request.id}:{10**30}", "own:1:2"):
        await person.presses_data(screen, data)
        await person.toast("sudah tidak berlaku")
    await person.presses_data(screen, f"thread:{request.id}:77")
    await person.sees("Menunggu jawaban, paling lambat", new=True)
    assert [one.state for one in await requests_in(city.database)] == ["open"]


async def test_a_person_asks_to_be_called(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, who = await city.member("Rina Contoh")
    await person.says("/tanya")
    await person.sees("Tulis pertanyaan")
    await person.taps("Minta dihubungi")
    await person.sees(
        "Kami menghubungi Bapak/Ibu paling lambat Kamis, 26 November 2026. Petugas menelepon nomor HP yang tercatat"
    )
    number = await number_of(person)
    assert (await requests_in(city.database))[0].employee_id == who.id
    await officer.sees(number)
    await officer.taps("Buka pertanyaan")
    await officer.sees(f"Minta dihubungi di {person.phone}")
    await person.taps("Minta dihubungi", await person.sees("Tulis pertanyaan"))
    await person.toast("sudah tidak berlaku")


async def test_a_number_is_shown_to_nobody_unless_a_call_was_asked_for(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, who = await city.member("Rina Contoh")
    await asks(person, "Kapan?")
    await officer.sees("pertanyaan baru")
    await officer.taps("Buka pertanyaan")
    request = await officer.sees("Kapan?")
    assert person.phone not in request.text
    async with city.database.transaction() as session:
        employee = await session.get(Employee, who.id)
        assert employee is not None
        employee.phone_sealed = None
    await person.says("/tanya")
    await person.sees("Tulis pertanyaan", new=True)
    await person.taps("Minta dihubungi")
    await person.sees("belum tercatat pada data kepegawaian, jadi petugas menulis di obrolan ini", new=True)
    number = await number_of(person)
    await officer.says(f"/tindak_lanjut {number}")
    await officer.sees("Minta dihubungi, tetapi nomor HP belum tercatat", new=True)
