"""A survey on the page: answered on a phone, across a restart of the bot and a return days later."""

from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from bot.application import open_service
from bot.demo.serving import PARTS, opened_demo
from tests.page.test_story import presses, shoots
from tests.page.walk import PHONE, Visitor, visiting

TITLE = "Survei minat"
WHO = "Endah Contoh"


async def begins(visitor: Visitor) -> None:
    """Agree, and answer until the ranking is half made."""
    await visitor.becomes(WHO)
    await visitor.says("/survei")
    await presses(visitor, TITLE)
    await visitor.sees("bukan pengajuan pindah")
    await shoots(visitor, "survey-consent")
    await visitor.taps("Saya setuju")
    await visitor.sees("Bagaimana perasaan")
    await shoots(visitor, "survey-single")
    await visitor.taps("Siap")
    await visitor.sees("Apa yang paling memengaruhi")
    await visitor.taps("Jarak rumah")
    await visitor.sees("Jawaban sekarang: Jarak rumah")
    await visitor.taps("Suasana kerja")
    await visitor.sees("Jawaban sekarang: Jarak rumah; Suasana kerja")
    await shoots(visitor, "survey-multiple")
    await visitor.taps("Lanjutkan")
    await visitor.sees("Kapan waktu")
    await visitor.taps("Lewati")
    await visitor.sees("Rumpun pekerjaan")
    await visitor.taps("TI dan komunikasi")
    await visitor.sees("1. TI dan komunikasi")


async def goes_on(visitor: Visitor) -> None:
    """Find everything as it was, and answer the rest."""
    await visitor.taps("Keuangan dan aset")
    await visitor.sees("2. Keuangan dan aset")
    await shoots(visitor, "survey-ranking")
    await visitor.taps("Lanjutkan")
    await visitor.sees("OPD mana yang diminati")
    await visitor.says("komunikasi")
    await visitor.sees('Hasil untuk "komunikasi"')
    await visitor.taps("Dinas Komunikasi dan Informatika")
    await visitor.sees("1. Dinas Komunikasi dan Informatika")
    await shoots(visitor, "survey-picker")
    await visitor.taps("Lanjutkan")


async def comes_back(visitor: Visitor) -> None:
    """Come back the next day, and go on from the list in another message."""
    await visitor.moves_clock("+1 hari")
    await visitor.says("/survei")
    await expect(visitor.button(f"Lanjutkan: {TITLE} dan preferensi 2026")).to_be_visible()
    await presses(visitor, f"Lanjutkan: {TITLE}")
    await expect(visitor.page.get_by_test_id("message").last).to_contain_text("benturan kepentingan")


async def ends(visitor: Visitor) -> None:
    """Answer what is required, pass over the rest, look at the scale, review and send."""
    await visitor.taps("Lewati")
    await visitor.sees("Wilayah kerja")
    await visitor.taps("Sisi utara Mahakam")
    await visitor.sees("Jawaban sekarang: Sisi utara Mahakam")
    await visitor.taps("Lanjutkan")
    for asked in ("waktu tempuh", "Jenis jabatan", "Keterampilan apa", "Pelatihan apa", "Bolehkah kami menghubungi",
                  "butuhkan agar nyaman", "lebih penting", "keadaan pribadi"):  # fmt: skip
        await visitor.sees(asked)
        await visitor.taps("Lewati")
    await visitor.sees("Adakah yang ingin disampaikan")
    await shoots(visitor, "survey-text")
    await visitor.says("Mohon ada pendamping pada minggu pertama.")
    await visitor.sees("12 pernyataan singkat")
    await visitor.taps("Ya")
    await visitor.sees("Memeriksa kondisi jalan")
    await shoots(visitor, "survey-scale")
    await visitor.taps("4")
    for asked in ("Menganalisis data", "Merancang konten", "Mendampingi warga", "Memimpin tim", "Mengelola dokumen",
                  "Mengoperasikan atau merawat", "Menyusun kajian", "cara baru", "Mengajar atau melatih",
                  "Bernegosiasi", "Memeriksa kelengkapan"):  # fmt: skip
        await visitor.sees(asked)
        await visitor.taps("Lewati")
    await top(await visitor.sees("Tinjau jawaban"))
    await shoots(visitor, "survey-review")
    await visitor.taps("Kirim jawaban")
    await visitor.sees("Jawaban sudah dikirim")
    await shoots(visitor, "survey-sent")


async def looks(visitor: Visitor) -> None:
    """Look at how this year's survey goes, and at last year's results, as an officer."""
    await visitor.becomes("Ratna Contoh")
    await visitor.says("/kelola_survei")
    await presses(visitor, "Berjalan: Survei minat")
    await visitor.sees("Ditanya")
    await shoots(visitor, "survey-running")
    await visitor.says("/kelola_survei")
    await presses(visitor, "Selesai.*2025")
    await expect(visitor.page.get_by_test_id("message").last).to_contain_text("Selesai mengisi: 274")
    await visitor.taps("Hasil")
    await visitor.sees("Hasil lengkap tampil setelah")
    await visitor.taps("Terbitkan hasil")
    await visitor.sees("Hasil diterbitkan satu kali")
    await visitor.taps("Terbitkan hasil")
    await visitor.sees("Sudah diterbitkan")
    await presses(visitor, "Bagaimana perasaan")
    await pictured(visitor, "Bagaimana perasaan", "single")
    for asked, name in (("Apa yang paling", None), ("Kapan waktu", None), ("Rumpun pekerjaan", "ranking")):
        await visitor.taps("Berikutnya")
        await pictured(visitor, asked, name)
    await visitor.taps("Daftar pertanyaan")
    newest = visitor.page.get_by_test_id("message").last
    for first in ("1. Bagaimana perasaan", "9. Jenis jabatan"):
        await expect(newest.get_by_role("button", name=first)).to_be_visible()
        await visitor.taps("Berikutnya")
    await presses(visitor, "Memeriksa kondisi")
    await pictured(visitor, "Memeriksa kondisi", "scale")


async def pictured(visitor: Visitor, asked: str, name: str | None) -> None:
    """See a question's picture, said in words too for who cannot see it, and with the same numbers below."""
    photo = visitor.page.get_by_test_id("photo")
    newest = visitor.page.get_by_test_id("message").filter(has=photo).last
    await expect(newest).to_contain_text(asked)
    assert await newest.locator("img").get_attribute("alt")
    await visitor.sees(f". {asked}")
    if name:
        await top(newest)
        await shoots(visitor, f"survey-result-{name}")


async def top(message: Locator) -> None:
    """Scroll so that a message is seen from its first line on."""
    await message.evaluate("one => one.scrollIntoView({block: 'start'})")


async def test_a_survey_answered_across_a_restart_and_a_return(browser: Browser, tmp_path: Path) -> None:
    async with opened_demo(tmp_path) as (simulator, first), visiting(browser, simulator.page_url, PHONE) as visitor:
        await begins(visitor)
        await first.stop()
        async with open_service(first.settings, database=first.tools.database, clock=first.tools.clock) as second:
            await second.start(PARTS)
            await goes_on(visitor)
            await comes_back(visitor)
            await ends(visitor)
            await looks(visitor)
        assert visitor.complaints == []
