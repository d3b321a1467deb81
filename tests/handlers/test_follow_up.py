"""Answering, as an officer sees it: lists, taking over, long talks, and what happens between taps."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.jobs import JOBS, run_job
from db import requests
from db.engine import Database
from db.models import AuditEntry, OfficerLock, Outbox, Request
from db.requests import Origin, Turn
from handlers.threads import ROOM, pages, terms_of
from tests.city import MORNING, City
from tests.sending import until

CARE = next(job for job in JOBS if job.name == "requests")


async def asked(city: City, name: str = "Rina Contoh", text: str = "Kapan?") -> str:
    """Have somebody join and ask; give the question's number."""
    person, _ = await city.member(name)
    await person.says(f"/tanya {text}")
    received = await person.sees("T-2026-")
    return received.text[received.text.index("T-2026-") :][:12]


async def look_after(city: City) -> None:
    assert city.service is not None
    await run_job(city.service.tools, CARE)


async def acts(database: Database) -> list[tuple[str, int | None]]:
    async with database.reading() as session:
        entries = await session.scalars(
            select(AuditEntry).where(AuditEntry.subject == "request").order_by(AuditEntry.id)
        )
        return [(entry.act, entry.actor_id) for entry in entries]


async def request_of(database: Database, number: str) -> Request:
    async with database.reading() as session:
        found = await session.scalar(select(Request).where(Request.number == number))
        assert found is not None
        return found


async def test_one_officer_takes_over_from_another_who_is_told(city: City) -> None:
    first, owner = await city.member("Ani Contoh", roles=("officer",))
    number = await asked(city)
    second, taker = await city.member("Budi Contoh", roles=("counsellor",))
    await first.sees(number)

    await second.says("/tindak_lanjut")
    await second.sees("Menunggu jawaban: 1 · milik Bapak/Ibu: 0 · belum ada penanggung jawab: 0")
    await second.taps(number)
    assert "Penanggung jawab: petugas lain" in (await second.sees("Kapan?")).text
    await second.taps("Ambil alih")
    mine = await second.sees("Penanggung jawab: Bapak/Ibu sendiri", new=True)
    assert "Ambil alih" not in mine.labels
    await first.sees(f"Pertanyaan {number} sudah diambil alih petugas lain")
    assert await acts(city.database) == [("request.read", taker.id), ("request.take_over", taker.id)]

    await second.taps("Semua yang menunggu")
    await second.sees("Daftar di bawah: semuanya", new=True)
    await second.taps("Milik saya")
    await second.sees("Daftar di bawah: milik Bapak/Ibu", new=True)
    await second.taps("Belum ada penanggung jawab")
    empty = await second.sees("yang belum ada penanggung jawabnya", new=True)
    assert number not in str(empty.labels)
    assert (await request_of(city.database, number)).owner_id == taker.id != owner.id


async def test_an_officer_works_in_english_and_turns_the_pages_of_a_long_list(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, who = await city.member("Rina Contoh")
    await officer.says("/bahasa")
    await officer.sees("Pilih bahasa")
    await officer.taps("English")
    await officer.sees("how can we help", new=True)
    assert city.service is not None
    async with city.database.transaction() as session:
        terms = terms_of(city.service.tools, city.clock.now())
        for count in range(9):
            await requests.ask(session, who.id, f"Question {count}?", terms, origin=Origin())
    await officer.says("/tindak_lanjut")
    listed = await officer.sees("Waiting for an answer: 9 · yours: 9", new=True)
    assert listed.labels[7:9] == ["T-2026-00008 · by 26 November 2026", "Next"]
    await officer.taps("Next", listed)
    listed = await officer.sees("Previous", new=True)
    assert listed.labels[:2] == ["T-2026-00009 · by 26 November 2026", "Previous"]
    await officer.taps("T-2026-00009", listed)
    request = await officer.sees("Ms Rina Contoh, Bidang Pelayanan", new=True)
    assert "Owner: you" in request.text
    await officer.taps("Answer")
    await officer.sees("reaches the employee as soon as you send it")
    await officer.says("Yes.")
    await officer.sees("is on its way to the employee")
    await person.sees("Jawaban BKPSDM untuk pertanyaan T-2026-00009")


async def test_two_officers_never_answer_the_same_words_twice(city: City) -> None:
    first, _ = await city.member("Ani Contoh", roles=("officer",))
    second, answerer = await city.member("Budi Contoh", roles=("officer",))
    number = await asked(city)
    for officer in (first, second):
        await officer.says(f"/tindak_lanjut {number.lower()}")
        await officer.sees("Kapan?", new=True)
        await officer.taps("Jawab")
        await officer.sees("Tulis jawabannya")
    await second.says("Besok.")
    await second.sees("sudah diteruskan")
    await first.says("Lusa.")
    await first.sees("Keadaan pertanyaan ini sudah berubah")
    request = await request_of(city.database, number)
    assert (request.state, request.owner_id) == ("answered", answerer.id)
    assert ("request.answer", answerer.id) in await acts(city.database)
    await first.says("/tindak_lanjut T-2026-99999")
    await first.sees("Yang dicari sudah tidak ada")


async def test_words_meant_for_the_request_on_the_screen_never_go_to_another_person(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    first, second = await asked(city, text="Kapan?"), await asked(city, "Budi Contoh", "Bagaimana istri saya?")
    await officer.says(f"/tindak_lanjut {first}")
    await officer.sees("Kapan?", new=True)
    await officer.taps("Jawab")
    await officer.sees("Tulis jawabannya", new=True)
    await officer.says(f"/tindak_lanjut {second}")
    await officer.sees("Bagaimana istri saya?", new=True)
    await officer.says("Istri Bapak dapat ikut pindah.")
    await officer.sees("belum memahami", new=True)
    assert (await request_of(city.database, first)).state == "open"

    await officer.says(f"/tindak_lanjut {first}")
    shown = await officer.sees("Kapan?", new=True)
    await officer.taps("Jawab", shown)
    await officer.sees("Tulis jawabannya", new=True)
    await officer.taps("Semua yang menunggu", shown)
    await officer.taps(first, await officer.sees("Daftar di bawah: semuanya", new=True))
    await officer.sees("Kapan?", new=True)
    await officer.says("Hari Jumat.")  # the same one was only read again
    await officer.sees("sudah diteruskan", new=True)
    assert (await request_of(city.database, first)).state == "answered"


async def test_an_officer_neither_sees_nor_answers_the_own_question(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/tanya Boleh saya menjawab sendiri?")
    received = await officer.sees("T-2026-")
    number = received.text[received.text.index("T-2026-") :][:12]
    request = await request_of(city.database, number)
    await officer.says("/tindak_lanjut")
    listed = await officer.sees("Menunggu jawaban: 0")
    for data in (f"request:{request.id}", f"answer:{request.id}", f"takeover:{request.id}"):
        await officer.presses_data(listed, data)
        await officer.toast("tidak dapat Bapak/Ibu gunakan")
    assert (await request_of(city.database, number)).owner_id is None
    await look_after(city)
    assert (await request_of(city.database, number)).owner_id is None


async def test_who_has_no_such_role_gets_what_an_unknown_command_gets(city: City) -> None:
    analyst, _ = await city.member("Citra Contoh", roles=("analyst", "leader", "unit_operator", "admin"))
    await analyst.says("/tindak_lanjut")
    await analyst.sees("belum memahami")


async def test_a_long_talk_is_leafed_through_and_the_newest_page_comes_first(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    number = await asked(city, text="p" * 1990)
    await officer.sees(number)
    for _ in range(2):
        await officer.says(f"/tindak_lanjut {number}")
        await officer.sees("Pertanyaan T-2026", new=True)
        await officer.taps("Jawab")
        await officer.sees("Tulis jawabannya", new=True)
        await officer.says("j" * 1995)
        await officer.sees("sudah diteruskan", new=True)
    await officer.taps("Buka pertanyaan")
    newest = await officer.sees("(3/3)", new=True)
    assert "Berikutnya" not in newest.labels
    await officer.taps("Sebelumnya", newest)
    await officer.sees("(2/3)", new=True)
    await officer.taps("Sebelumnya")
    assert "p" * 1990 in (await officer.sees("(1/3)", new=True)).text


async def test_an_answer_that_did_not_arrive_is_seen_to_have_not(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await person.says("/tanya Kapan?")
    await person.sees("T-2026-")
    await officer.sees("pertanyaan baru")
    person.blocks()
    await officer.taps("Buka pertanyaan")
    await officer.sees("Kapan?")
    await officer.taps("Jawab")
    await officer.sees("Tulis jawabannya")
    await officer.says("Besok.")
    await officer.sees("sudah diteruskan")

    async def is_over() -> bool:
        async with city.database.reading() as session:
            rows = await session.scalars(select(Outbox.state).where(Outbox.message == "questions/answer"))
            return list(rows) == ["unreachable"]

    await until(is_over)
    await officer.taps("Buka pertanyaan")
    await officer.sees("jawabannya belum sampai", new=True)


async def test_what_is_late_is_first_in_the_list_and_reminded_once_a_working_day(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    late = await asked(city)
    city.clock.offset += timedelta(days=3)  # Friday, a day after the promise
    fresh = await asked(city, "Sari Contoh")
    await officer.sees(fresh)
    for _ in range(2):
        await look_after(city)
    await officer.sees("Pertanyaan Bapak/Ibu yang lewat janji: 1")
    await officer.taps("Milik saya")
    listed = await officer.sees("Lewat janji: 1", new=True)
    entries = [label for label in listed.labels if "T-2026" in label]
    assert entries[0] == f"❗ {late} · lewat janji 26 November 2026"
    assert entries[1] == f"{fresh} · paling lambat 1 Desember 2026"
    await officer.taps(late)
    await officer.sees("Lewat janji: Kamis, 26 November 2026", new=True)

    city.clock.offset += timedelta(days=1)  # Saturday
    await look_after(city)
    assert await reminders(city.database) == 1
    city.clock.offset += timedelta(days=2)  # Monday
    await look_after(city)
    assert await reminders(city.database) == 2


async def reminders(database: Database) -> int:
    async with database.reading() as session:
        rows = await session.scalars(select(Outbox.id).where(Outbox.message == "follow_up/overdue"))
        return len(list(rows))


async def test_an_answer_nobody_touches_is_settled_after_a_week_and_can_be_opened_again(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await person.says("/tanya Kapan?")
    await officer.sees("pertanyaan baru")
    await officer.taps("Buka pertanyaan")
    await officer.sees("Kapan?")
    await officer.taps("Jawab")
    await officer.sees("Tulis jawabannya")
    await officer.says("Besok.")
    await person.sees("Besok.")
    city.clock.offset += timedelta(days=6, hours=23)
    await look_after(city)
    city.clock.offset += timedelta(hours=2)
    await look_after(city)
    await person.sees("kami anggap selesai, karena 7 hari")
    await person.taps("Lihat pertanyaan")
    assert "Besok." in (await person.sees("Pertanyaan ini sudah selesai", new=True)).text
    await person.taps("Buka lagi")
    await person.sees("Apa yang masih belum jelas")
    await person.says("Jam berapa?")
    await person.sees("sudah dibuka lagi")
    await officer.sees("dibuka lagi oleh pegawai")


async def test_a_locked_officers_questions_go_to_the_next(city: City) -> None:
    first, locked = await city.member("Ani Contoh", roles=("officer",))
    number = await asked(city)
    await first.sees(number)
    second, other = await city.member("Budi Contoh", roles=("officer",))
    async with city.database.transaction() as session:
        session.add(OfficerLock(employee_id=locked.id, locked_by=other.id, locked_at=MORNING))
    await look_after(city)
    await second.sees(f"Pertanyaan {number} dialihkan kepada Bapak/Ibu")
    await second.taps("Buka pertanyaan")
    await second.sees("Penanggung jawab: Bapak/Ibu sendiri")


@pytest.mark.parametrize(
    ("sizes", "laid"),
    [
        ([], [0]),
        ([10], [1]),
        ([ROOM], [1]),
        ([ROOM, 1], [1, 1]),
        ([1000, 1000, 1000, 1], [3, 1]),
        ([2000] * 3, [1] * 3),
    ],
)
def test_turns_are_laid_out_whole(sizes: list[int], laid: list[int]) -> None:
    turns = [Turn("person", "x" * size, MORNING) for size in sizes]
    assert [len(page) for page in pages(turns)] == laid
    assert [turn for page in pages(turns) for turn in page] == turns
