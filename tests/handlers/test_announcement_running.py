"""While an announcement runs: the live screen, stop and go, errors that pause it, and who may see it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.simulator import Person
from db.engine import Database
from db.models import Outbox
from db.outbox import anything_due
from db.windows import Window
from tests.announcing import acts, comes, crowd, previewed, report, rows_in, tick
from tests.city import City, open_city
from tests.sending import by_state, until

MESSAGES = 40
"""Four seconds of sending: room for an officer to press something, also on a busy machine."""
OF_BATCH = Outbox.batch_id.is_not(None)


@pytest.fixture
async def slow(database: Database) -> AsyncIterator[City]:
    """A city whose messages leave ten a second."""
    async with open_city(database, rate=10) as opened:
        yield opened


async def begun(city: City) -> tuple[Person, list[int]]:
    """An announcement to forty people, the first of whom has just got it."""
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    chats = await crowd(city, MESSAGES - 1)
    await officer.taps("Kirim ke 40 orang", await previewed(officer, "Apel pukul 07.30."))
    await officer.sees("Sedang dikirim", new=True)
    await until(lambda: sent_some(city))
    return officer, chats


def hurry(city: City) -> None:
    """Let the rest leave as fast as it can; what was to be seen on the way has been seen."""
    assert city.service is not None
    city.service.delivery._pacer.rate = 1000


async def sent_some(city: City) -> bool:
    return await rows_in(city, Outbox, OF_BATCH, Outbox.state == "sent") > 0


async def still(city: City) -> None:
    """Wait until nothing is in flight, and see that nothing may follow."""

    async def landed() -> bool:
        return await rows_in(city, Outbox, Outbox.state == "sending") == 0

    await until(landed)
    async with city.database.reading() as session:
        assert not await anything_due(session, frozenset(Window), city.clock.now())


async def test_paused_it_stands_still_and_goes_on_to_everyone_once(slow: City) -> None:
    officer, chats = await begun(slow)
    await officer.taps("Jeda")
    screen = await officer.sees("Dijeda oleh petugas", new=True)
    assert screen.labels == ["Lanjutkan", "Batalkan pengiriman", "Unduh laporan"]
    await still(slow)
    assert 0 < await rows_in(slow, Outbox, OF_BATCH, Outbox.state == "sent") < MESSAGES
    await officer.presses_data(screen, "ann_pause:1")
    await officer.toast()
    hurry(slow)
    await officer.taps("Lanjutkan", screen)
    done = await comes(slow, officer, "Selesai")
    assert done.id == screen.id
    assert "Terkirim: 40 dari 40" in done.text
    per_chat = slow.simulator.ledger.per_chat()
    assert [per_chat[chat] for chat in chats] == [1] * (MESSAGES - 1)
    assert len(await acts(slow, "announcement.pause")) == len(await acts(slow, "announcement.resume")) == 1


async def test_cancelled_it_ends_and_the_report_says_who_got_nothing(slow: City) -> None:
    officer, _ = await begun(slow)
    await officer.taps("Batalkan pengiriman")
    await officer.sees("Dibatalkan 24 November 2026", new=True)
    await still(slow)
    states = [line["KEADAAN"] for line in await report(officer)]
    assert states.count("terkirim") + states.count("dibatalkan") == MESSAGES
    assert {states.count("terkirim"), states.count("dibatalkan")}.isdisjoint({0})
    await tick(slow)
    await officer.presses_data(officer.last, "ann_resume:1")
    await officer.toast()
    await still(slow)
    assert slow.simulator.ledger.per_chat().total() >= states.count("terkirim")


async def test_begun_in_the_window_it_waits_for_the_next_and_says_so(slow: City) -> None:
    officer, _ = await begun(slow)
    slow.clock.offset += timedelta(hours=12)
    await comes(slow, officer, "Menunggu jam kirim: Rabu, 25 November 2026 pukul 08.00 WITA.")
    assert (await by_state(slow.database, 1))["queued"] > 0
    hurry(slow)
    slow.clock.offset += timedelta(hours=12)
    await comes(slow, officer, "Terkirim: 40 dari 40")


async def test_the_screen_changes_with_the_numbers_and_not_without(slow: City) -> None:
    officer, _ = await begun(slow)
    await comes(slow, officer, "pesan per detik, selesai sekitar pukul 09.0")
    hurry(slow)
    await comes(slow, officer, "Selesai")

    def edits() -> int:
        return len(slow.simulator.ledger.accepted("editMessageText", officer.id))

    async def settled() -> bool:
        return await rows_in(slow, Outbox, Outbox.verb == "edit", Outbox.state != "sent") == 0

    await until(settled)
    before = edits()
    for _ in range(3):
        slow.clock.offset += timedelta(seconds=30)
        await tick(slow)
    assert await settled()
    assert edits() == before


async def test_every_officer_sees_it_and_may_stop_it_and_nobody_else(database: Database) -> None:
    async with open_city(database, rate=2) as city:
        await stopped_by_another(city)


async def stopped_by_another(city: City) -> None:
    other, _ = await city.member("Beni Contoh", roles=("officer",))
    employee, _ = await city.member("Cici Contoh")
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await crowd(city, MESSAGES - 3)
    await officer.taps("Kirim ke 40 orang", await previewed(officer, "Apel pukul 07.30."))
    await officer.sees("Sedang dikirim", new=True)
    await employee.says("/menu")
    menu = await employee.sees("ada yang bisa kami bantu")
    for code in ("ann_cancel:1", "ann_pause:1", "ann_report:1", "ann_open:1"):
        await employee.presses_data(menu, code)
        await employee.toast("tidak dapat Bapak/Ibu gunakan")
    await other.says("/siaran")
    await other.sees("Sedang dikirim: Apel pukul 07.30", new=True)
    await other.taps("Sedang dikirim: Apel pukul 07.30")
    await other.sees("Terkirim:", new=True)
    await other.taps("Jeda")
    await other.sees("Dijeda oleh petugas", new=True)
    await comes(city, officer, "Dijeda oleh petugas")
    await other.taps("Batalkan pengiriman")
    await other.sees("Dibatalkan", new=True)
    await comes(city, officer, "Dibatalkan")


async def test_when_most_of_it_fails_it_pauses_and_says_why(database: Database) -> None:
    async with open_city(database, rate=50) as city:
        officer, _ = await city.member("Ani Contoh", roles=("officer",))
        chats = await crowd(city, 60)
        city.simulator.faults.add("refuse", reason="bad_entities", share=1.0, chats=chats, methods=["sendMessage"])
        await officer.taps("Kirim ke 61 orang", await previewed(officer, "Apel pukul 07.30."))
        told = await comes(city, officer, "menjeda dirinya")
        assert told.labels == ["Lanjutkan", "Batalkan pengiriman", "Unduh laporan"]
        await comes(city, officer, "Dijeda otomatis karena banyak pengiriman gagal")
        await comes(city, officer, "– pesan ditolak Telegram: ")
        assert "Beri tahu sysadmin, lalu sampaikan langsung." in {
            line["YANG PERLU DILAKUKAN"] for line in await report(officer)
        }
        city.simulator.faults.clear()
        await officer.taps("Lanjutkan", told)
        done = await comes(city, officer, "Selesai")
        states = await by_state(city.database, 1)
        assert f"Terkirim: {states['sent']} dari 61" in done.text
        assert states["sent"] + states["failed"] == 61
        assert len([text for text in city.simulator.ledger.texts(officer.id) if "menjeda dirinya" in text]) == 1


async def test_who_waited_long_is_told_by_a_message_when_it_is_through(slow: City) -> None:
    officer, _ = await begun(slow)
    await officer.taps("Jeda")
    await officer.sees("Dijeda oleh petugas", new=True)
    slow.clock.offset += timedelta(minutes=3)
    hurry(slow)
    await officer.taps("Lanjutkan")
    told = await comes(slow, officer, "selesai: terkirim kepada 40 dari 40 pegawai")
    assert told.labels == ["Unduh laporan"]
