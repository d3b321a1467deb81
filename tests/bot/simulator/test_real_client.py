"""python-telegram-bot's own Bot, with its default request, understands every answer."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MenuButtonCommands,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from bot.simulator import Person, Simulator

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
YES = InlineKeyboardMarkup([[InlineKeyboardButton("Ya, ini saya", callback_data="y")]])


async def test_who_it_is(tg: Bot, sim: Simulator) -> None:
    me = await tg.get_me()
    assert (me.id, me.is_bot) == (int(sim.token.partition(":")[0]), True)


async def test_a_text_with_formatting_and_buttons(tg: Bot, rina: Person) -> None:
    sent = await tg.send_message(rina.id, "<b>Yth.</b> Ibu &amp; Bapak", parse_mode=ParseMode.HTML, reply_markup=YES)
    assert (sent.text, sent.text_html) == ("Yth. Ibu & Bapak", "<b>Yth.</b> Ibu &amp; Bapak")
    assert sent.reply_markup == YES
    assert rina.last.html == "<b>Yth.</b> Ibu &amp; Bapak"


async def test_an_edit_of_text_and_of_buttons(tg: Bot, rina: Person) -> None:
    sent = await tg.send_message(rina.id, "satu", reply_markup=YES)
    edited = await sent.edit_text("dua", reply_markup=YES)
    bare = await sent.edit_reply_markup(None)
    assert isinstance(edited, Message)
    assert isinstance(bare, Message)
    assert (edited.text, edited.edit_date is not None, bare.reply_markup) == ("dua", True, None)
    assert (rina.last.text, rina.last.labels, rina.last.edited) == ("dua", [], True)


async def test_pin_unpin_and_delete(tg: Bot, rina: Person) -> None:
    sent = await tg.send_message(rina.id, "kartu")
    assert await sent.pin()
    assert [message.pinned for message in rina.received] == [True]
    chat = await tg.get_chat(rina.id)
    assert chat.pinned_message is not None
    assert chat.pinned_message.message_id == sent.message_id
    assert await tg.unpin_chat_message(rina.id)
    assert [message.pinned for message in rina.received] == [False]
    assert await sent.delete()
    assert rina.messages == []


async def test_a_document_there_and_back(tg: Bot, rina: Person) -> None:
    sent = await tg.send_document(
        rina.id, b"isi", caption="<i>Laporan</i>", filename="laporan é.xlsx", parse_mode="HTML"
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("laporan é.xlsx", 3, "Laporan")
    file = await tg.get_file(sent.document.file_id)
    assert await file.download_as_bytearray() == b"isi"
    again = await tg.send_document(rina.id, sent.document.file_id)
    assert again.document == sent.document


async def test_a_photo(tg: Bot, rina: Person) -> None:
    sent = await tg.send_photo(rina.id, PNG, caption="grafik")
    assert (sent.photo[0].width, sent.photo[0].height, sent.caption) == (1, 1, "grafik")


async def test_a_reply_names_what_it_answers(tg: Bot, rina: Person) -> None:
    asked = await rina.says("bagaimana?")
    sent = await tg.send_message(rina.id, "begini", reply_parameters=ReplyParameters(asked.id))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "bagaimana?"


async def test_the_keyboard_under_the_input_field_comes_and_goes(tg: Bot, rina: Person) -> None:
    button = KeyboardButton("Bagikan nomor HP", request_contact=True)
    await tg.send_message(rina.id, "nomor?", reply_markup=ReplyKeyboardMarkup([[button]], one_time_keyboard=True))
    await rina.taps("Bagikan nomor HP")
    (update,) = await tg.get_updates()
    assert update.message is not None
    assert update.message.contact is not None
    assert update.message.contact.user_id == rina.id
    await tg.send_message(rina.id, "terima kasih", reply_markup=ReplyKeyboardRemove())
    assert rina.reply_keyboard == []


async def test_a_press_and_its_answer(tg: Bot, rina: Person) -> None:
    await tg.send_message(rina.id, "siapa?", reply_markup=YES)
    await rina.taps("ini saya")
    (update,) = await tg.get_updates()
    assert update.callback_query is not None
    assert (update.callback_query.data, update.callback_query.from_user.id) == ("y", rina.id)
    assert await update.callback_query.answer("baik", show_alert=True)
    assert await rina.toast() == await rina.toast("baik")
    assert (await rina.toast()).alert


async def test_commands_by_scope_and_language(tg: Bot, rina: Person) -> None:
    office = BotCommandScopeChat(rina.id)
    await tg.set_my_commands([BotCommand("menu", "Menu")])
    await tg.set_my_commands([BotCommand("kantor", "Menu kantor")], scope=office)
    await tg.set_my_commands([BotCommand("office", "Office menu")], scope=office, language_code="en")
    assert rina.commands == ["kantor"]
    rina.account.language = "en"
    assert rina.commands == ["office"]
    assert [command.command for command in await tg.get_my_commands(office)] == ["kantor"]
    await tg.delete_my_commands(office)
    await tg.delete_my_commands(office, language_code="en")
    assert rina.commands == ["menu"]


async def test_the_profile(tg: Bot, rina: Person) -> None:
    assert await tg.set_my_name("Teman")
    assert await tg.set_my_description("Dikelola BKPSDM")
    assert await tg.set_my_short_description("BKPSDM", language_code="id")
    assert await tg.set_chat_menu_button(rina.id, MenuButtonCommands())
    assert await tg.send_chat_action(rina.id, ChatAction.UPLOAD_DOCUMENT)
    assert (await tg.get_me()).first_name == "Teman"


async def test_the_webhook_and_back(tg: Bot) -> None:
    assert await tg.set_webhook("https://example.org/telegram", max_connections=5)
    info = await tg.get_webhook_info()
    assert (info.url, info.max_connections) == ("https://example.org/telegram", 5)
    assert await tg.delete_webhook()
    assert (await tg.get_webhook_info()).url == ""


async def test_a_group_and_leaving_it(tg: Bot, sim: Simulator, rina: Person) -> None:
    group = sim.group("Kantor Camat", [rina, sim.person("Budi Contoh")])
    (update,) = await tg.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "member"
    sent = await tg.send_message(group.id, "Layanan ini hanya untuk percakapan pribadi.")
    assert sent.chat.title == "Kantor Camat"
    assert await tg.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await tg.send_message(group.id, "lagi")


async def test_log_out_and_close(tg: Bot) -> None:
    assert await tg.log_out()
    assert await tg.close()


async def test_refusals_arrive_as_the_library_s_own_errors(tg: Bot, sim: Simulator, rina: Person) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await tg.send_message(1, "halo")
    rina.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await tg.send_message(rina.id, "halo")
    sim.faults.add("flood", retry_after=7)
    with pytest.raises(RetryAfter, match="Retry in 0:00:07"):
        await tg.get_me()


async def test_a_wrong_token(sim: Simulator) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{sim.api_url}/bot"):
            pass
