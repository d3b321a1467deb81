"""What a visitor does in a chat on the page reaches the bot, and what the bot does is seen."""

from base64 import b64decode
from pathlib import Path

from playwright.async_api import expect

from bot.simulator.simulator import Simulator
from tests.page.conftest import Puppet
from tests.page.walk import Visitor

CONTACT_KEYBOARD = {
    "keyboard": [[{"text": "Bagikan nomor HP", "request_contact": True}], [{"text": "Batal"}]],
    "resize_keyboard": True,
    "one_time_keyboard": True,
    "input_field_placeholder": "Tekan tombol",
}

PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAGAgoBx0wAAAABJRU5ErkJggg==")
"""A PNG of one pixel."""


def number(simulator: Simulator, name: str) -> int:
    return next(account.id for account in simulator.world.accounts.values() if account.name == name)


async def begins(visitor: Visitor, bot: Puppet) -> int:
    """Let Rina press Mulai; return her chat."""
    await visitor.becomes("Rina Contoh")
    await visitor.starts()
    while (heard := await bot.hears("message"))["text"] != "/start" or heard["from"]["first_name"] != "Rina":
        pass
    return int(heard["chat"]["id"])


async def test_contact_is_shared_after_a_question_only(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    await bot.does("sendMessage", chat_id=chat, text="Selamat datang", reply_markup=CONTACT_KEYBOARD)
    await phone.taps("Bagikan nomor HP")
    await expect(phone.page.get_by_test_id("dialog")).to_contain_text("+628110000001")
    await phone.page.keyboard.press("Escape")
    await phone.shares_contact()
    contact = (await bot.hears("message"))["contact"]
    assert (contact["user_id"], contact["phone_number"]) == (chat, "+628110000001")


async def test_reply_keyboard_sends_its_words_and_goes_when_removed(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    await bot.does("sendMessage", chat_id=chat, text="Selamat datang", reply_markup=CONTACT_KEYBOARD)
    await phone.taps("Batal")
    assert (await bot.hears("message"))["text"] == "Batal"
    await bot.does("sendMessage", chat_id=chat, text="Selesai", reply_markup={"remove_keyboard": True})
    await phone.sees("Selesai")
    await expect(phone.page.get_by_test_id("keyboard-toggle")).to_be_hidden()


async def test_pressed_button_waits_for_its_answer(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    await bot.sends(chat, "Unit Bapak/Ibu?", ["Dinas Kesehatan"], ["Kecamatan Palaran"])
    await phone.taps("Kecamatan Palaran")
    press = await bot.hears("callback_query")
    assert press["data"] == "Kecamatan Palaran"
    await expect(phone.button("Kecamatan Palaran")).to_have_attribute("aria-busy", "true")
    await bot.does("answerCallbackQuery", callback_query_id=press["id"], text="Tercatat")
    await phone.hears("Tercatat")
    await expect(phone.button("Kecamatan Palaran")).not_to_have_attribute("aria-busy", "true")


async def test_alert_stands_until_it_is_put_away(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    await bot.sends(chat, "Kirim?", ["Kirim"])
    await phone.taps("Kirim")
    press = await bot.hears("callback_query")
    await bot.does("answerCallbackQuery", callback_query_id=press["id"], text="Belum boleh", show_alert=True)
    await phone.hears("Belum boleh")
    await phone.page.get_by_test_id("dialog-confirm").click()
    await expect(phone.page.get_by_test_id("alert")).to_have_count(0)


async def test_message_changes_in_place_and_goes_when_deleted(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    message = await bot.sends(chat, "Terkirim 10 %")
    await phone.sees("Terkirim 10 %")
    await bot.does("editMessageText", chat_id=chat, message_id=message, text="Terkirim 100 %")
    await expect((await phone.sees("Terkirim 100 %")).get_by_test_id("edited")).to_be_visible()
    await expect(phone.message("Terkirim 10 %")).to_have_count(0)
    await bot.does("deleteMessage", chat_id=chat, message_id=message)
    await expect(phone.message("Terkirim")).to_have_count(0)


async def test_formatting_is_shown_and_markup_of_strangers_is_not_obeyed(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    text = "<b>Penting</b>: &lt;img src=x onerror=alert(1)&gt; bukan gambar"
    await bot.sends(chat, text, parse_mode="HTML")
    message = await phone.sees("<img src=x onerror=alert(1)> bukan gambar")
    await expect(message.locator("b", has_text="Penting")).to_be_visible()
    await expect(message.locator("img")).to_have_count(0)


async def test_command_in_a_message_can_be_pressed(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    await bot.sends(chat, "Untuk berhenti tekan /batal.")
    await phone.page.get_by_role("button", name="/batal").click()
    assert (await bot.hears("message"))["text"] == "/batal"


async def test_reply_quotes_the_message_it_answers(desktop: Visitor, bot: Puppet) -> None:
    chat = await begins(desktop, bot)
    message = await bot.sends(chat, "Pengumuman: apel pagi")
    await desktop.sees("apel pagi")
    await desktop.replies("apel pagi", "Pukul berapa?")
    assert (await bot.hears("message"))["reply_to_message"]["message_id"] == message
    quote = (await desktop.sees("Pukul berapa?")).get_by_test_id("quote")
    await expect(quote).to_contain_text("apel pagi")


async def test_files_go_both_ways(desktop: Visitor, bot: Puppet, tmp_path: Path) -> None:
    chat = await begins(desktop, bot)
    (tmp_path / "daftar.csv").write_bytes(b"NIP;NAMA\n")
    await desktop.attaches(tmp_path / "daftar.csv")
    assert (await bot.hears("message"))["document"]["file_name"] == "daftar.csv"
    await bot.uploads("Document", chat, "laporan.xlsx", b"isi laporan")
    await desktop.sees("laporan.xlsx")
    async with desktop.page.expect_download() as waiting:
        await desktop.page.get_by_test_id("document").last.click()
    download = await waiting.value
    assert download.suggested_filename == "laporan.xlsx"
    assert (await download.path()).read_bytes() == b"isi laporan"


async def test_picture_is_told_in_words(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    await bot.uploads("Photo", chat, "peta.png", PICTURE, "Peta talenta")
    picture = phone.page.get_by_role("img", name="Gambar: Peta talenta")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)


async def test_group_shows_who_speaks(desktop: Visitor, bot: Puppet, simulator: Simulator) -> None:
    rina, sari = (simulator.as_person(number(simulator, name)) for name in ("Rina Contoh", "Sari Contoh"))
    group = simulator.group("Apel Pagi", [rina, sari])
    await sari.says("Halo semua", chat=group)
    await desktop.page.reload()
    await desktop.page.get_by_test_id("person").filter(has_text="Apel Pagi").click()
    await expect(desktop.page.get_by_test_id("chat-as")).to_have_text("Grup: Apel Pagi")
    await expect(await desktop.sees("Halo semua")).to_contain_text("Sari Contoh")
    await desktop.says("/start")
    heard = await bot.hears("message")
    while heard["chat"]["id"] != group.id or heard.get("text") != "/start":
        heard = await bot.hears("message")
    assert heard["from"]["id"] == rina.id


async def test_card_of_somebody_else_is_a_forwarded_contact(desktop: Visitor, bot: Puppet) -> None:
    await begins(desktop, bot)
    await desktop.forwards_contact("Sari Contoh")
    heard = await bot.hears("message")
    assert heard["contact"]["phone_number"] == "+628110000002"
    assert heard["from"]["first_name"] == "Rina"


async def test_blocking_shuts_the_chat_until_it_is_opened_again(desktop: Visitor, bot: Puppet) -> None:
    await begins(desktop, bot)
    await desktop.toggles_block()
    assert (await bot.hears("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await expect(desktop.page.get_by_test_id("compose")).to_be_hidden()
    await desktop.starts()
    assert (await bot.hears("my_chat_member"))["new_chat_member"]["status"] == "member"
    await expect(desktop.page.get_by_test_id("compose")).to_be_visible()


async def test_commands_are_listed_with_their_words(phone: Visitor, bot: Puppet) -> None:
    await bot.does("setMyCommands", commands=[{"command": "tanya", "description": "Bertanya kepada BKPSDM"}])
    await begins(phone, bot)
    await phone.page.get_by_test_id("commands").click()
    await phone.page.get_by_role("menuitem", name="/tanya Bertanya kepada BKPSDM").click()
    assert (await bot.hears("message"))["text"] == "/tanya"


async def test_pinned_message_leads_to_its_place(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    message = await bot.sends(chat, "Kartu penugasan")
    await bot.does("pinChatMessage", chat_id=chat, message_id=message)
    for line in range(15):
        await bot.sends(chat, f"Baris {line}")
    await phone.sees("Baris 14")
    await expect(phone.message("Kartu penugasan")).not_to_be_in_viewport()
    await phone.page.get_by_test_id("pinned").click()
    await expect(phone.message("Kartu penugasan")).to_be_in_viewport()


async def test_new_words_do_not_pull_a_reader_away(phone: Visitor, bot: Puppet) -> None:
    chat = await begins(phone, bot)
    for line in range(25):
        await bot.sends(chat, f"Baris {line}")
    await phone.sees("Baris 24")
    await phone.page.get_by_test_id("log").evaluate("log => { log.scrollTop = 0 }")
    await expect(phone.message("Baris 24")).not_to_be_in_viewport()
    await bot.sends(chat, "Yang terbaru")
    await expect(phone.page.get_by_test_id("to-end")).to_have_text("1 pesan baru")
    await expect(phone.message("Yang terbaru")).not_to_be_in_viewport()
    await phone.page.get_by_test_id("to-end").click()
    await expect(phone.message("Yang terbaru")).to_be_in_viewport()
