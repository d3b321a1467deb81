"""What happens between two presses: people join, links change, roles end, weeks are full, two ticks run at once."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update

from bot.simulator import Person
from db import outbox
from db.models import Announcement, Batch, Chat, Employee, Link, Outbox, RoleGrant
from db.outbox import Lane
from tests.announcing import comes, counted, crowd, previewed, refused, report, rows_in, tick
from tests.city import City
from tests.sending import by_state, until


async def joins(city: City, who: Employee, person: Person, generation: int = 1) -> None:
    """Link somebody now; an earlier link of theirs is closed."""
    now = city.clock.now()
    async with city.database.transaction() as session:
        await session.execute(
            update(Link).where(Link.employee_id == who.id).values(closed_at=now, closed_reason="replaced")
        )
        session.add(Chat(chat_id=person.id, language="id", first_seen=now, last_seen=now))
        session.add(Link(employee_id=who.id, chat_id=person.id, generation=generation, level=2, way="slip",
                         linked_at=now, level_at=now))  # fmt: skip
    person.chat.started = True


async def role_ends(city: City, who: Employee) -> None:
    async with city.database.transaction() as session:
        await session.execute(
            update(RoleGrant)
            .where(RoleGrant.employee_id == who.id)
            .values(ended_at=city.clock.now(), end_reason="moved")
        )


async def test_the_audience_is_that_of_the_press_and_not_of_the_preview(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    early, late = await city.hired("Budi Contoh"), await city.hired("Cici Contoh")
    leaver, dewi = await city.member("Dewi Contoh")
    budi, cici = city.stranger("Budi"), city.stranger("Cici")
    city.clock.offset += timedelta(hours=12)
    screen = await previewed(officer)
    assert "Kirim ke 2 orang" in screen.labels
    await joins(city, early, budi)
    async with city.database.transaction() as session:
        await session.execute(update(Employee).where(Employee.id == dewi.id).values(left_at=city.clock.now()))
    await officer.taps("Kirim ke 2 orang")
    await officer.sees("di luar jam kirim", new=True)
    await officer.taps("Jadwalkan")
    await officer.sees("Dijadwalkan", new=True)
    await joins(city, late, cici)
    await joins(city, early, city.stranger("Budi lagi"), generation=2)
    city.clock.offset += timedelta(hours=12)
    await comes(city, officer, "Selesai")
    lines = {line["NAMA"]: (line["KEADAAN"], line["ALASAN"]) for line in await report(officer)}
    assert lines == {
        "Ani Contoh": ("terkirim", ""),
        "Budi Contoh": ("tidak terjangkau", "akun Telegram berganti"),
        "Cici Contoh": ("tidak terjangkau", "belum bergabung"),
    }
    assert not [person for person in (budi, cici, leaver) if person.received]


async def test_somebody_whose_week_is_full_waits_and_the_report_says_so(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    reader, budi = await city.member("Budi Contoh")
    async with city.database.transaction() as session:
        for number in range(3):
            await outbox.queue(
                session, "general/nothing_to_cancel", {}, employee_id=budi.id, lane=Lane.REMINDERS,
                due_at=city.clock.now(), counted=True, unique_key=f"reminder:{number}",
            )  # fmt: skip

    async def reminded() -> bool:
        return await rows_in(city, Outbox, Outbox.counted, Outbox.state == "sent") == 3

    await until(reminded)
    city.clock.offset += timedelta(hours=12)
    await officer.taps("Kirim ke 2 orang", await previewed(officer))
    await officer.sees("di luar jam kirim", new=True)
    await officer.taps("Jadwalkan")
    await officer.sees("Dijadwalkan", new=True)
    city.clock.offset += timedelta(hours=12)
    await comes(city, officer, "Terkirim: 1 dari 2")
    lines = {line["NAMA"]: line for line in await report(officer)}
    assert lines["Budi Contoh"]["KEADAAN"] == "menunggu"
    assert lines["Budi Contoh"]["ALASAN"] == "menunggu batas pesan per pekan"
    assert lines["Budi Contoh"]["YANG PERLU DILAKUKAN"].startswith("Tunggu")
    city.clock.offset += timedelta(days=6)
    await comes(city, officer, "Terkirim: 2 dari 2")
    await reader.sees("apel pukul 07.30")


async def test_an_officer_who_is_one_no_more_sends_nothing(city: City) -> None:
    officer, ani = await city.member("Ani Contoh", roles=("officer",))
    await previewed(officer)
    await role_ends(city, ani)
    await officer.taps("Kirim ke 1 orang")
    await officer.toast("tidak dapat Bapak/Ibu gunakan")
    await officer.says("/siaran")
    await officer.sees("belum memahami", new=True)
    assert await rows_in(city, Batch) == 0


async def test_what_an_officer_asked_for_who_is_one_no_more_is_not_approved(city: City) -> None:
    author, ani = await city.member("Ani Contoh", roles=("officer",))
    second, _ = await city.member("Beni Contoh", roles=("officer",))
    third, cici = await city.member("Cici Contoh", roles=("officer",))
    await crowd(city, 498)
    await previewed(author, "Apel pukul 07.30.")
    await author.taps("Kirim ke 501 orang")
    asked = await third.sees("meminta persetujuan")
    await second.sees("meminta persetujuan")
    await role_ends(city, cici)
    await third.taps("Setujui pengiriman", asked)
    await third.toast("tidak dapat Bapak/Ibu gunakan")
    await role_ends(city, ani)
    await second.taps("Setujui pengiriman")
    await refused(second, "Petugas yang meminta sudah tidak")
    assert await rows_in(city, Batch) == 0


async def test_two_ticks_at_once_change_a_screen_once(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await city.member("Budi Contoh")
    await officer.taps("Kirim ke 2 orang", await previewed(officer))
    await officer.sees("Sedang dikirim", new=True)

    async def through() -> bool:
        return (await by_state(city.database, 1)).get("sent") == 2

    await until(through)
    await tick(city, "finish-batches")
    await asyncio.gather(*(tick(city, "announcements") for _ in range(4)))
    await officer.sees("Selesai", new=True)
    assert await rows_in(city, Outbox, Outbox.verb == "edit") == 1
    async with city.database.reading() as session:
        edit = await session.scalar(select(Outbox).where(Outbox.verb == "edit"))
    assert edit is not None
    assert edit.chat_id == officer.id


async def test_a_reply_to_an_announcement_may_become_a_question(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    reader, _ = await city.member("Budi Contoh")
    await officer.taps("Kirim ke 2 orang", await previewed(officer))
    message = await reader.sees("balas pesan ini")
    await until(lambda: landed(city))
    await reader.replies(message, "Apakah wajib hadir?")
    await reader.sees("Ini pertanyaan", new=True)


async def landed(city: City) -> bool:
    return (await by_state(city.database, 1)) == {"sent": 2}


async def test_the_office_may_work_in_english(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/bahasa")
    await officer.sees("Pilih bahasa")
    await officer.taps("English")
    await officer.sees("Ani Contoh", new=True)
    await officer.says("/siaran")
    await officer.sees("Please type the announcement", new=True)
    await officer.says("Yth. {{ nip }}")
    await officer.sees("{{ nip }} is not known. You can use: {{ sapaan }}, {{ nama }}, {{ unit }}.", new=True)
    await officer.says("Yth. {{ sapaan }} {{ nama }}, apel.")
    await officer.sees("Whom is it for?", new=True)
    await officer.taps("All employees")
    await officer.sees("Reachable: 1", new=True)
    await officer.taps("Preview")
    await officer.sees("If all is right, please send.", new=True)
    await officer.taps("Send to 1")
    await comes(city, officer, "Finished 24 November 2026 09:0")
    await officer.sees("Yth. Ibu Ani Contoh, apel.")
    await officer.taps("Download report")
    await officer.sees("announcement-report-1.xlsx", new=True)


async def test_a_text_behind_the_command_is_taken_at_once_and_a_wrong_one_asked_for_again(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/siaran Yth. {{ nip }}")
    await officer.sees("{{ nip }} tidak dikenal", new=True)
    assert await rows_in(city, Announcement) == 0
    await officer.says("Apel pukul 07.00.")
    await officer.sees("Kepada siapa", new=True)
    await officer.says("/siaran Apel pukul 07.30.")
    await officer.sees("Kepada siapa", new=True)
    await officer.taps("Semua pegawai")
    await officer.sees("Terjangkau: 1", new=True)
    await officer.taps("Pratinjau")
    await officer.sees("Bila sudah benar", new=True)
    samples = [message.text for message in officer.received if "balas pesan ini" in message.text]
    assert [text.splitlines()[0] for text in samples] == ["Apel pukul 07.30."]


async def test_each_dialog_can_be_left_and_nothing_is_kept_of_it(city: City) -> None:
    officer, one = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks")
    await officer.taps("Batal")
    await officer.sees("Tidak ada yang tersimpan", new=True)
    async with city.database.transaction() as session:
        await session.execute(update(Employee).where(Employee.id == one.id).values(full_name=""))
    await counted(officer, "Yth. {{ nama }}")
    await officer.taps("Isi pengganti nama")
    await officer.sees("ketik kata yang dipakai", new=True)
    await officer.taps("Batal", officer.last)
    await officer.sees("– {{ nama }}: 1 orang", new=True)
    await officer.says("rekan")
    await officer.sees("belum memahami", new=True)
    await officer.taps("Ubah teks")
    await officer.sees("ketik teks penggantinya", new=True)
    await officer.says("/batal")
    await officer.sees("Sudah dibatalkan", new=True)
    await officer.says("Teks lain")
    await officer.sees("belum memahami", new=True)
