"""The demo's story, walked by a person in a real browser: joining, an announcement with two officers, a question."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.demo.serving import opened_demo
from tests.page.walk import DESKTOP, PHONE, Visitor, visiting

QUESTION = "Apakah tunjangan saya berubah bila pindah ke dinas lain?"
ANSWER = "Tunjangan mengikuti jabatan dan tempat yang baru; rinciannya ada pada bendahara dinas."
NOTICE = "Apel bersama besok pukul 08.00 WITA di halaman Balai Kota. Mohon hadir tepat waktu, {{ sapaan }}."


async def joins(visitor: Visitor) -> None:
    """Join as Rina, who has not joined yet."""
    await visitor.becomes("Rina Contoh")
    await visitor.starts()
    await visitor.sees("tidak pernah meminta uang")
    await visitor.shares_contact()
    await visitor.taps("Subbagian Umum")
    await visitor.sees("R. C.")
    await shoots(visitor, "joining")
    await visitor.taps("Ya, ini saya")
    await visitor.sees("Manfaat dan beratnya mutasi")


async def announces(visitor: Visitor) -> None:
    """Announce to everyone as Ratna, with Hadi's word, and watch it arrive."""
    await visitor.becomes("Ratna Contoh")
    await visitor.says("/siaran")
    await visitor.says(NOTICE)
    await visitor.taps("Semua pegawai")
    await visitor.taps("Pratinjau")
    await presses(visitor, r"Kirim ke \d+ orang")
    await visitor.becomes("Hadi Contoh")
    await visitor.taps("Setujui pengiriman")
    await visitor.becomes("Ratna Contoh")
    await visitor.sees("Jeda")
    progress = visitor.page.get_by_test_id("message").filter(has_text=re.compile(r"Terkirim: [1-9]\d* dari \d+"))
    await expect(progress.last).to_be_visible()
    await (await visitor.sees("Kecepatan")).scroll_into_view_if_needed()
    await shoots(visitor, "announcement")


async def asks(visitor: Visitor) -> None:
    """Read the announcement as Rina, and ask something."""
    await visitor.becomes("Rina Contoh")
    await visitor.sees("Apel bersama")
    await visitor.says("/tanya")
    await visitor.sees("data kesehatan")
    await visitor.says(QUESTION)
    await visitor.sees("paling lambat")


async def answers(visitor: Visitor) -> None:
    """Find the question as an officer, whoever owns it, and answer it."""
    await visitor.becomes("Ratna Contoh")
    await visitor.says("/tindak_lanjut")
    await presses(visitor, r"T-2026-\d+")
    await visitor.sees(QUESTION)
    await visitor.taps("Jawab")
    await visitor.says(ANSWER)
    await visitor.becomes("Rina Contoh")
    await visitor.sees(ANSWER)
    await shoots(visitor, "question")
    await visitor.taps("Selesai")


async def shoots(visitor: Visitor, name: str) -> None:
    """Take a picture named for what it shows and for the width it was taken at, once no toast covers it."""
    await expect(visitor.page.get_by_test_id("toast")).to_have_count(0)
    size = visitor.page.viewport_size
    assert size is not None
    await visitor.pictures(f"{name}-{'phone' if size['width'] == PHONE[0] else 'desktop'}")


async def presses(visitor: Visitor, pattern: str) -> None:
    """Press the newest inline button whose words match."""
    await visitor.page.get_by_test_id("inline-button").filter(has_text=re.compile(pattern)).last.click()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_the_story_of_the_readme(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened_demo(tmp_path) as (simulator, _), visiting(browser, simulator.page_url, size) as visitor:
        await joins(visitor)
        await announces(visitor)
        await asks(visitor)
        await answers(visitor)
        assert visitor.complaints == []
