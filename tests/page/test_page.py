"""The page as a whole: its people, its clock, its screens, and those who use no mouse or no eyes."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.simulator.simulator import Simulator
from tests.page.conftest import START, Puppet
from tests.page.test_chatting import begins, number
from tests.page.walk import DESKTOP, PHONE, Visitor, visiting

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
"""Gives the visible texts whose contrast is below WCAG AA, as [text, ratio]."""


async def test_list_and_chat_are_two_screens_on_a_phone(phone: Visitor) -> None:
    await phone.becomes("Rina Contoh")
    await expect(phone.page.get_by_test_id("people")).to_be_hidden()
    await phone.goes_back()
    await expect(phone.page.get_by_test_id("people")).to_be_visible()
    await expect(phone.page.get_by_test_id("log")).to_be_hidden()
    await phone.page.go_back()
    await expect(phone.page.get_by_test_id("chat-as")).to_have_text("Anda: Rina Contoh")


async def test_list_and_chat_stand_side_by_side_on_a_desktop(desktop: Visitor) -> None:
    await desktop.becomes("Rina Contoh")
    await expect(desktop.page.get_by_test_id("people")).to_be_visible()
    await expect(desktop.page.get_by_test_id("clock")).to_be_visible()
    await expect(desktop.page.get_by_test_id("fiction")).to_have_text("DATA FIKTIF")


async def test_message_to_somebody_else_is_counted_until_read(
    desktop: Visitor, bot: Puppet, simulator: Simulator
) -> None:
    await desktop.becomes("Rina Contoh")
    await bot.sends(number(simulator, "Sari Contoh"), "Ada permintaan baru")
    row = desktop.page.get_by_test_id("person").filter(has_text="Sari Contoh")
    await expect(row.get_by_test_id("unread")).to_contain_text("1")
    await desktop.becomes("Sari Contoh")
    await desktop.sees("Ada permintaan baru")
    await expect(row.get_by_test_id("unread")).to_have_count(0)


async def test_city_is_searched_not_scrolled(browser: Browser, simulator: Simulator) -> None:
    last = simulator.crowd(3000)[-1]
    async with visiting(browser, simulator.page_url, DESKTOP) as visitor:
        await expect(visitor.page.get_by_test_id("person")).to_have_count(200)
        await visitor.becomes(f"Pegawai {last % 10**7}")


async def test_newcomer_can_be_added(desktop: Visitor, simulator: Simulator) -> None:
    await desktop.page.get_by_test_id("add-person").click()
    await desktop.page.get_by_test_id("new-name").fill("Tuti Contoh")
    await desktop.page.get_by_test_id("new-phone").fill("+628119999999")
    await desktop.page.get_by_test_id("dialog-confirm").click()
    await expect(desktop.page.get_by_test_id("chat-as")).to_have_text("Anda: Tuti Contoh")
    assert simulator.world.accounts[number(simulator, "Tuti Contoh")].phone == "+628119999999"


async def test_clock_goes_forward_and_whoever_asked_is_told(phone: Visitor, moved: list[object]) -> None:
    await phone.moves_clock("+7 hari")
    await expect(phone.page.get_by_test_id("clock-now")).to_contain_text(
        re.compile("Selasa, 1 Desember 2026.*08.0. WITA")
    )
    await phone.moves_clock("Ke pukul 08.00 berikutnya")
    await expect(phone.page.get_by_test_id("clock-now")).to_contain_text(
        re.compile("Rabu, 2 Desember 2026.*08.00 WITA")
    )
    assert moved[-1] == START + timedelta(days=8)


async def test_past_is_refused_in_words(desktop: Visitor, moved: list[object]) -> None:
    field = desktop.page.get_by_test_id("clock-field")
    await field.evaluate("field => field.removeAttribute('min')")
    await field.fill("2026-01-01T08:00")
    await desktop.becomes("Rina Contoh")
    # The browser itself would tell the reader about the earliest time; here the server's refusal is meant.
    await (
        desktop.page.get_by_test_id("clock")
        .locator("form")
        .evaluate("form => { form.noValidate = true; form.requestSubmit() }")
    )
    await expect(desktop.page.get_by_test_id("toast")).to_be_visible()
    desktop.complaints.clear()
    assert moved == []


async def test_all_is_done_by_keyboard_alone(desktop: Visitor, bot: Puppet) -> None:
    keyboard = desktop.page.keyboard
    await desktop.page.get_by_test_id("people-search").focus()
    await keyboard.type("Rina")
    for key in ("ArrowDown", "Enter"):
        await keyboard.press(key)
    await expect(desktop.page.get_by_role("heading", name="Teman Mutasi (simulasi)")).to_be_focused()
    gate = desktop.page.get_by_test_id("gate")
    for _ in range(20):
        if await gate.evaluate("gate => gate === document.activeElement"):
            break
        await keyboard.press("Tab")
    await expect(gate).to_be_focused()
    await keyboard.press("Enter")
    heard = await bot.hears("message")
    heard = heard if heard["from"]["first_name"] == "Rina" else await bot.hears("message")
    await bot.sends(heard["chat"]["id"], "Halo", ["Lanjut"])
    await desktop.sees("Halo")
    await desktop.button("Lanjut").focus()
    await keyboard.press("Enter")
    assert (await bot.hears("callback_query"))["data"] == "Lanjut"


async def test_edit_keeps_the_focus_on_the_button(desktop: Visitor, bot: Puppet) -> None:
    chat = await begins(desktop, bot)
    message = await bot.sends(chat, "Halaman 1", ["Berikut", "Tutup"])
    await desktop.sees("Halaman 1")
    await desktop.button("Tutup").focus()
    keyboard = {"inline_keyboard": [[{"text": label, "callback_data": label} for label in ("Mundur", "Tutup")]]}
    await bot.does("editMessageText", chat_id=chat, message_id=message, text="Halaman 2", reply_markup=keyboard)
    await desktop.sees("Halaman 2")
    await expect(desktop.button("Tutup")).to_be_focused()


@pytest.mark.parametrize("opener", ["commands", "attach", "chat-menu"])
async def test_escape_closes_a_menu_and_gives_the_focus_back(desktop: Visitor, bot: Puppet, opener: str) -> None:
    await bot.does("setMyCommands", commands=[{"command": "menu", "description": "Menu"}])
    await begins(desktop, bot)
    await desktop.page.get_by_test_id(opener).click()
    await expect(desktop.page.get_by_role("menuitem").first).to_be_focused()
    await desktop.page.keyboard.press("Escape")
    await expect(desktop.page.get_by_test_id(opener)).to_be_focused()
    await expect(desktop.page.get_by_role("menu")).to_have_count(0)


async def test_screen_reader_finds_names_and_the_log(desktop: Visitor, bot: Puppet) -> None:
    chat = await begins(desktop, bot)
    await bot.sends(chat, "Halo", ["Lanjut"])
    await desktop.sees("Halo")
    await expect(desktop.page.get_by_role("log", name="Percakapan")).to_have_attribute("aria-live", "polite")
    await expect(desktop.page.get_by_role("navigation", name="Jadilah seseorang")).to_be_visible()
    await expect(desktop.page.get_by_role("article", name=re.compile("^Teman Mutasi, 08[.:]0"))).to_be_visible()
    snapshot = await desktop.page.locator("body").aria_snapshot()
    assert (
        re.findall(r"^\s*- (?:button|link|textbox|searchbox|checkbox)(?:\s*\[[^\]]*\])*:?$", snapshot, re.MULTILINE)
        == []
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 568), PHONE, (768, 1024), DESKTOP])
async def test_texts_are_readable_and_nothing_overflows(
    browser: Browser, bot: Puppet, simulator: Simulator, size: tuple[int, int], scheme: str
) -> None:
    async with visiting(browser, simulator.page_url, size) as visitor:
        await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert await visitor.page.evaluate(CONTRAST) == []
        chat = await begins(visitor, bot)
        await bot.sends(
            chat,
            "<b>Tebal</b> <a href='https://example.org'>tautan</a> " + "x" * 200,
            ["Ya, ini saya"],
            parse_mode="HTML",
        )
        await bot.uploads("Document", chat, "nama-berkas-yang-cukup-panjang-untuk-ponsel.xlsx", b"x")
        await visitor.sees("nama-berkas")
        assert await visitor.page.evaluate(CONTRAST) == []
        assert await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await visitor.page.get_by_test_id("log").evaluate("log => log.scrollWidth <= log.clientWidth")


async def test_page_catches_up_after_a_break(browser: Browser, bot: Puppet, simulator: Simulator) -> None:
    async with visiting(browser, simulator.page_url, DESKTOP) as visitor:
        chat = await begins(visitor, bot)
        await simulator.stop()
        await expect(visitor.page.get_by_test_id("offline")).to_contain_text("terputus")
        await simulator.start()
        await bot.sends(chat, "Sementara itu")
        await visitor.sees("Sementara itu")
        await expect(visitor.page.get_by_test_id("offline")).to_be_empty()
