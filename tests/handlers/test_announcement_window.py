"""When an announcement goes: outside the window only said and pressed again, or by schedule; the rest waits."""

from datetime import timedelta

from db.batches import start_due
from db.models import Batch, Outbox
from tests.announcing import acts, comes, previewed, report, rows_in, tick
from tests.city import City
from tests.sending import by_state, claim, until

EVENING = timedelta(hours=12)
"""From nine in the morning to nine in the evening."""


async def test_outside_the_window_it_is_said_first_and_goes_when_pressed_again(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    reader, _ = await city.member("Budi Contoh")
    city.clock.offset += EVENING
    screen = await previewed(officer)
    assert "Pesan pertama tiba 25 November 2026 pukul 08.00 WITA" in screen.text
    await officer.taps("Kirim ke 2 orang", screen)
    await officer.taps("Kirim ke 2 orang", screen)
    notice = await officer.sees("di luar jam kirim", new=True)
    assert "Bila dikirim sekarang, pesan pertama tiba Selasa, 24 November 2026 pukul 21.0" in notice.text
    assert "Bila dijadwalkan, pesan pertama tiba Rabu, 25 November 2026 pukul 08.00 WITA" in notice.text
    assert notice.labels == ["Jadwalkan", "Kirim ke 2 orang", "Kembali"]
    assert await rows_in(city, Batch) == 0
    await officer.taps("Kirim ke 2 orang", notice)
    await comes(city, officer, "Selesai")
    await reader.sees("apel pukul 07.30")
    assert [one["outside_window"] for one in await acts(city, "announcement.confirm")] == [True]


async def test_scheduled_it_waits_for_the_window_and_counts_as_the_bots_own(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    reader, _ = await city.member("Budi Contoh")
    city.clock.offset += EVENING
    await officer.taps("Kirim ke 2 orang", await previewed(officer))
    await officer.sees("di luar jam kirim", new=True)
    await officer.taps("Jadwalkan")
    screen = await officer.sees("Dijadwalkan: Rabu, 25 November 2026 pukul 08.00 WITA", new=True)
    assert screen.labels == ["Batalkan pengiriman", "Unduh laporan"]
    await tick(city)
    assert await by_state(city.database, 1) == {"queued": 2}
    await officer.says("/siaran")
    await officer.sees("Dijadwalkan: apel pukul 07.30", new=True)
    city.clock.offset += EVENING
    await comes(city, reader, "apel pukul 07.30")
    done = await comes(city, officer, "Selesai 25 November 2026 pukul 09.0")
    assert done.id == screen.id
    async with city.database.reading() as session:
        batch = await session.get(Batch, 1)
    assert batch is not None
    assert batch.counted


async def test_a_scheduled_one_is_cancelled_before_anybody_hears(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    city.clock.offset += EVENING
    await officer.taps("Kirim ke 1 orang", await previewed(officer))
    await officer.sees("di luar jam kirim", new=True)
    await officer.taps("Jadwalkan")
    await officer.sees("Dijadwalkan: Rabu", new=True)
    await officer.taps("Batalkan pengiriman")
    done = await officer.sees("Dibatalkan 24 November 2026 pukul 21.0", new=True)
    assert "– dibatalkan petugas: 1" in done.text
    city.clock.offset += EVENING
    await tick(city)
    assert not [text for text in city.simulator.ledger.texts(officer.id) if "P-000001" in text]


async def test_a_message_whose_outcome_is_unknown_is_sent_again_and_marked(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    city.clock.offset += EVENING
    await officer.taps("Kirim ke 1 orang", await previewed(officer))
    await officer.sees("di luar jam kirim", new=True)
    await officer.taps("Jadwalkan")
    await officer.sees("Dijadwalkan: Rabu", new=True)
    morning = city.clock.now() + EVENING
    async with city.database.transaction() as session:
        await start_due(session, morning)
    assert len(await claim(city.database, owner="dead", at=morning, lease=-1)) == 1
    await tick(city, "recover")
    assert await by_state(city.database) == {"uncertain": 1}
    city.clock.offset += EVENING
    done = await comes(city, officer, "Selesai")
    assert "Mungkin diterima dua kali: 1" in done.text
    (line,) = await report(officer)
    assert (line["KEADAAN"], line["MUNGKIN GANDA"], line["NOMOR"]) == ("terkirim", "mungkin ganda", "P-000001")


async def test_the_report_goes_from_the_chat_after_an_hour(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.taps("Kirim ke 1 orang", await previewed(officer))
    await comes(city, officer, "Selesai")
    (line,) = await report(officer)
    assert line["WAKTU KIRIM (WITA)"].strftime("%d-%m-%Y %H") == "24-11-2026 09"

    async def gone() -> bool:
        return not any(message.document for message in officer.messages)

    async def noted() -> bool:
        return await rows_in(city, Outbox, Outbox.verb == "delete") == 1

    assert not await gone()
    await until(noted)
    city.clock.offset += timedelta(minutes=61)
    await until(gone)
