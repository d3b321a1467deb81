"""Answering at the edges: another account behind the person, an announcement that is gone, one's own question."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.jobs import JOBS, run_job
from bot.simulator import Person
from db.models import Announcement, Link, Outbox, Request
from tests import factories
from tests.announcing import comes, previewed
from tests.city import City

CARE = next(job for job in JOBS if job.name == "requests")


async def number_of(person: Person) -> str:
    received = await person.sees("T-2026-", new=True)
    return received.text[received.text.index("T-2026-") :][:12]


async def answers(officer: Person, number: str, text: str) -> None:
    await officer.says(f"/tindak_lanjut {number}")
    await officer.taps("Jawab", await officer.sees(f"Pertanyaan {number}", new=True))
    await officer.sees("Tulis jawabannya", new=True)
    await officer.says(text)


async def ends_of(city: City, message: str) -> list[tuple[str, str | None]]:
    async with city.database.reading() as session:
        rows = await session.execute(select(Outbox.state, Outbox.reason).where(Outbox.message == message))
        return [(row.state, row.reason) for row in rows]


@pytest.mark.parametrize("level", [1, 2])
async def test_an_answer_follows_a_changed_account_only_when_it_is_confirmed(city: City, level: int) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    before, rina = await city.member("Rina Contoh", level=1)
    await before.says("/tanya Soal istri saya")
    number = await number_of(before)
    city.clock.offset += timedelta(hours=1)
    after = city.stranger("Pemegang nomor bekas")
    after.chat.started = True
    async with city.database.transaction() as session:
        await factories.relink(session, rina, after.id, at=city.clock.now())
        await session.execute(update(Link).where(Link.chat_id == after.id).values(level=level))
    await answers(officer, number, "Istri Ibu dapat ikut.")
    if level > 1:
        await officer.sees("sudah diteruskan kepada pegawai", new=True)
        await after.sees("Istri Ibu dapat ikut.")
        return
    await officer.sees("tidak dapat sampai lewat Telegram", new=True)
    await officer.taps("Buka pertanyaan")
    await officer.sees("jawabannya belum sampai; mohon sampaikan langsung", new=True)
    city.clock.offset += timedelta(days=8)
    assert city.service is not None
    await run_job(city.service.tools, CARE)
    for message in ("questions/answer", "questions/closed_by_itself"):
        assert await ends_of(city, message) == [("unreachable", "link_changed")]
    await after.says("/tanya Kapan?")  # what the new account asks itself is answered
    await answers(officer, await number_of(after), "Besok.")
    await after.sees("Besok.", new=True)
    assert not [message for message in after.received if number in message.text or "istri" in message.text.lower()]


async def test_a_question_about_an_announcement_that_is_gone_still_opens(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    reader, _ = await city.member("Budi Contoh")
    await officer.taps("Kirim ke 2 orang", await previewed(officer))
    await comes(city, officer, "Terkirim: 2 dari 2")
    await reader.replies(await reader.sees("balas pesan ini"), "Apakah wajib hadir?")
    await reader.taps("Ini pertanyaan", await reader.sees("Ini pertanyaan", new=True))
    number = await number_of(reader)
    await officer.says(f"/tindak_lanjut {number}")
    await officer.sees("Balasan terhadap pengumuman: apel pukul 07.30", new=True)
    async with city.database.transaction() as session:
        await session.execute(delete(Announcement))
    await officer.says(f"/tindak_lanjut {number}")
    await officer.sees("Apakah wajib hadir?", new=True)


async def test_the_number_of_the_own_question_is_not_found_and_no_button_is_spoken_of(city: City) -> None:
    officer, ani = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/tanya Boleh saya menjawab sendiri?")
    number = await number_of(officer)
    await officer.says(f"/tindak_lanjut {number}")
    said = await officer.sees("Yang dicari sudah tidak ada", new=True)
    assert "Tombol" not in said.text
    async with city.database.reading() as session:
        assert (await session.scalars(select(Request.employee_id))).all() == [ani.id]
