"""`/kantor`: each role's menu in words, health for admins, and the end of a hold."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.jobs import JOBS, run_job
from db import facts, inbox, outbox, ticks
from db.models import AuditEntry, Update
from db.windows import Window
from tests.city import City

MENUS = {
    "admin": {"Peran petugas", "Kesehatan sistem"},
    "officer": {"Pegawai dan sambungan", "Pengumuman", "Kelola survei", "Hasil survei", "Pertanyaan dan tindak lanjut"},
    "counsellor": {"Pertanyaan dan tindak lanjut", "Hasil survei"},
    "unit_operator": {"Pegawai dan sambungan"},
    "analyst": {"Hasil survei"},
    "leader": {"Hasil survei"},
}
"""What stands in each role's menu, by hand."""


@pytest.mark.parametrize("role", MENUS)
async def test_each_role_sees_its_own_doors(city: City, role: str) -> None:
    person, _ = await city.member("Ani Contoh", roles=(role,))
    await person.says("/kantor")
    menu = await person.sees("Menu kantor")
    assert set(menu.labels) == MENUS[role] | {"Menu utama"}


async def test_an_employee_finds_no_office(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/kantor")
    await person.sees("belum memahami")
    screen = person.last
    for data in ("health", "endhold", "menu:kantor"):
        await person.presses_data(screen, data)
        await person.toast()
    assert all("Kesehatan" not in message.text for message in person.messages)


async def test_an_admin_sees_how_the_service_is(city: City) -> None:
    admin, who = await city.member("Ani Contoh", roles=("admin",))
    assert city.service is not None
    await run_job(city.service.tools, next(job for job in JOBS if job.name == "expire"))
    now = city.clock.now()
    async with city.database.transaction() as session:
        await ticks.note(session, "recover", now, "OSError")
        await ticks.note(session, "tick-of-old", now)
        session.add(Update(update_id=1, chat_id=1, state="parked", attempts=3, received_at=now, done_at=now))
        await outbox.queue(session, "questions/ask", {}, employee_id=who.id, lane=outbox.Lane.REPLIES,
                           due_at=now + timedelta(days=1))  # fmt: skip
    await admin.says("/kantor")
    await admin.sees("Menu kantor")
    await admin.taps("Kesehatan sistem")
    health = await admin.sees("Kesehatan sistem", new=True)
    assert "✅ Mengakhiri pesan yang lewat waktu: 24 November 2026 pukul 09.00 WITA" in health.text
    assert (
        "⚠️ terganggu: Mengambil kembali pesan yang terputus: 24 November 2026 pukul 09.00 WITA "
        "(OSError; terakhir baik: belum pernah)" in health.text
    )
    assert "disisihkan 1" in health.text
    assert "Keluar: menunggu 0, sedang dikirim 0, belum pasti 0, untuk nanti 1" in health.text
    assert "Lanjutkan pengiriman" not in health.labels
    await admin.presses_data(health, "endhold")
    await admin.toast("sudah tidak berlaku")
    await admin.says("/bahasa")
    await admin.sees("Pilih bahasa")
    await admin.taps("English")
    await admin.sees("how can we help", new=True)
    await admin.says("/kantor")
    await admin.sees("Office menu", new=True)
    await admin.taps("System health")
    english = await admin.sees("System health", new=True)
    assert "trouble: Taking back messages that were cut off: 24 November 2026 09:00 WITA" in english.text
    assert "(OSError; last well: never)" in english.text
    assert "tick-of-old" in english.text


async def test_an_admin_sees_apart_what_waits_for_the_sending_hours(city: City) -> None:
    admin, who = await city.member("Ani Contoh", roles=("admin",))
    city.clock.offset += timedelta(hours=12)  # 21.00
    async with city.database.transaction() as session:
        await outbox.queue(session, "questions/ask", {}, employee_id=who.id, lane=outbox.Lane.REMINDERS,
                           window=Window.OFFICE, due_at=city.clock.now())  # fmt: skip
    await admin.says("/kantor")
    await admin.sees("Menu kantor")
    await admin.taps("Kesehatan sistem")
    health = await admin.sees("Kesehatan sistem", new=True)
    assert "Keluar: menunggu 0, menunggu jam kirim 1, sedang dikirim 0" in health.text
    assert "Yang paling lama" not in health.text


async def test_after_a_restore_an_admin_sees_what_is_open_and_lets_it_go(city: City) -> None:
    admin, who = await city.member("Ani Contoh", roles=("admin",))
    officer, _ = await city.member("Budi Contoh", roles=("officer",))
    person, asker = await city.member("Rina Contoh")
    copied = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    async with city.database.transaction() as session:
        value = {"restored_at": city.clock.now().isoformat(), "copied_at": copied.isoformat()}
        await facts.put(session, facts.HOLD, value)
        await outbox.queue(
            session, "questions/reopened", {"number": "T-2026-00001", "promised": "2026-11-26"},
            employee_id=asker.id, lane=outbox.Lane.REPLIES, due_at=copied,
        )  # fmt: skip
    await person.says("/tanya Masih di sana?")
    await person.sees("sudah kami terima")
    await officer.says("/kantor")
    await officer.sees("Pengiriman ditahan karena penyimpanan baru dipulihkan")
    await officer.sees("Mohon hubungi admin")
    await officer.presses_data(officer.last, "endhold")
    await officer.toast("tidak dapat Bapak/Ibu gunakan")

    await admin.says("/kantor")
    await admin.sees("untuk memeriksa dan melanjutkan")
    await admin.taps("Kesehatan sistem")
    health = await admin.sees("Penyimpanan baru dipulihkan pada 24 November 2026 pukul 09.00 WITA", new=True)
    assert "dari salinan 24 November 2026 pukul 00.00 WITA" in health.text
    assert "jawaban dan pemberitahuan: 2, sejak 24 November 2026 pukul 00.00 WITA" in health.text
    assert not any("sudah dibuka lagi" in message.text for message in person.messages)
    await admin.taps("Lanjutkan pengiriman")
    after = await admin.sees("Kesehatan sistem", new=True)
    assert "Penyimpanan baru dipulihkan" not in after.text
    await person.sees("Pertanyaan T-2026-00001 sudah dibuka lagi")
    await officer.sees("pertanyaan baru untuk Bapak/Ibu")
    async with city.database.reading() as session:
        [entry] = await session.scalars(select(AuditEntry).where(AuditEntry.act == "hold.end"))
    assert (entry.actor_id, entry.details) == (who.id, {"waiting": {"2": 2}})


async def test_the_counts_of_what_came_are_by_state(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/menu")
    await person.sees("ada yang bisa kami bantu")
    async with city.database.reading() as session:
        assert set(await inbox.counts(session)) <= {"done", "answering"}
