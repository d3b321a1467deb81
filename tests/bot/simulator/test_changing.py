"""Editing, deleting, pinning: who may change what, until when, and what is no change at all."""

from datetime import timedelta

from bot.simulator import Person, Simulator
from tests.bot.simulator.conftest import Caller

KEYS = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}


async def sent(call: Caller, person: Person, text: str = "satu", **more: object) -> int:
    answer = await call("sendMessage", chat_id=person.id, text=text, **more)
    number: int = answer["result"]["message_id"]
    return number


async def test_an_edit_that_changes_nothing_is_refused(call: Caller, rina: Person) -> None:
    number = await sent(call, rina, reply_markup=KEYS)
    code, text = await call.refusal(
        "editMessageText", chat_id=rina.id, message_id=number, text="satu", reply_markup=KEYS
    )
    assert code == 400
    assert text.startswith("Bad Request: message is not modified: specified new message content")
    assert not rina.last.edited


async def test_a_change_of_formatting_or_buttons_alone_is_a_change(call: Caller, rina: Person) -> None:
    number = await sent(call, rina, reply_markup=KEYS)
    edit = {"chat_id": rina.id, "message_id": number, "reply_markup": KEYS}
    assert (await call("editMessageText", text="<b>satu</b>", parse_mode="HTML", **edit))["ok"]
    assert (await call("editMessageReplyMarkup", chat_id=rina.id, message_id=number))["ok"]
    assert (rina.last.html, rina.last.labels) == ("<b>satu</b>", [])
    code, text = await call.refusal("editMessageReplyMarkup", chat_id=rina.id, message_id=number)
    assert (code, text[:37]) == (400, "Bad Request: message is not modified:")


async def test_only_an_inline_keyboard_can_be_put_in_by_an_edit(call: Caller, rina: Person) -> None:
    number = await sent(call, rina)
    markup = {"keyboard": [[{"text": "x"}]]}
    refusal = await call.refusal("editMessageText", chat_id=rina.id, message_id=number, text="b", reply_markup=markup)
    assert refusal == (400, 'Bad Request: simulator: unknown field "keyboard" of InlineKeyboardMarkup')


async def test_what_is_not_there_or_not_ours_cannot_be_edited(call: Caller, rina: Person) -> None:
    theirs = await rina.says("punya saya")
    assert await call.refusal("editMessageText", chat_id=rina.id, message_id=999, text="x") == (
        400,
        "Bad Request: message to edit not found",
    )
    assert await call.refusal("editMessageText", chat_id=rina.id, message_id=theirs.id, text="x") == (
        400,
        "Bad Request: message can't be edited",
    )


async def test_a_document_has_no_text_to_edit(call: Caller, rina: Person) -> None:
    file = await rina.sends_file("a.txt", b"isi")
    assert file.document is not None
    answer = await call("sendDocument", chat_id=rina.id, document=file.document.id)
    number = answer["result"]["message_id"]
    assert await call.refusal("editMessageText", chat_id=rina.id, message_id=number, text="x") == (
        400,
        "Bad Request: there is no text in the message to edit",
    )


async def test_deleting_ends_after_48_hours(call: Caller, sim: Simulator, rina: Person) -> None:
    old = await sent(call, rina)
    sim.clock.move(sim.clock.now() + timedelta(hours=47, minutes=59))
    young = await sent(call, rina, "dua")
    sim.clock.move(sim.clock.now() + timedelta(minutes=2))
    assert await call.refusal("deleteMessage", chat_id=rina.id, message_id=old) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )
    assert (await call("deleteMessage", chat_id=rina.id, message_id=young))["ok"]
    assert [message.id for message in rina.messages] == [old]


async def test_a_person_s_file_can_be_deleted_in_private_but_not_in_a_group(
    call: Caller, sim: Simulator, rina: Person
) -> None:
    upload = await rina.sends_file("daftar.xlsx", b"PK")
    assert (await call("deleteMessage", chat_id=rina.id, message_id=upload.id))["ok"]
    group = sim.group("Kantor", [rina])
    said = await rina.says("/menu", chat=group)
    assert await call.refusal("deleteMessage", chat_id=group.id, message_id=said.id) == (
        400,
        "Bad Request: message can't be deleted",
    )


async def test_deleting_twice_says_so(call: Caller, rina: Person) -> None:
    number = await sent(call, rina)
    assert (await call("deleteMessage", chat_id=rina.id, message_id=number))["ok"]
    assert await call.refusal("deleteMessage", chat_id=rina.id, message_id=number) == (
        400,
        "Bad Request: message to delete not found",
    )


async def test_pins(call: Caller, rina: Person) -> None:
    first, second = await sent(call, rina), await sent(call, rina, "dua")
    for number in (first, second):
        assert (await call("pinChatMessage", chat_id=rina.id, message_id=number))["ok"]
    assert (await call("unpinChatMessage", chat_id=rina.id))["ok"]
    assert [message.id for message in rina.messages if message.pinned] == [first]
    assert await call.refusal("unpinChatMessage", chat_id=rina.id, message_id=second) == (
        400,
        "Bad Request: message to unpin not found",
    )
    assert await call.refusal("pinChatMessage", chat_id=rina.id, message_id=999) == (
        400,
        "Bad Request: message to pin not found",
    )


async def test_a_deleted_pin_is_no_pin(call: Caller, rina: Person) -> None:
    number = await sent(call, rina)
    await call("pinChatMessage", chat_id=rina.id, message_id=number)
    await call("deleteMessage", chat_id=rina.id, message_id=number)
    assert "pinned_message" not in (await call("getChat", chat_id=rina.id))["result"]


async def test_without_history_the_newest_messages_stay(call: Caller) -> None:
    async with Simulator(keep_history=False) as sim:
        (number,) = sim.crowd(1)
        elsewhere = Caller(call.session, sim)
        for text in "abcde":
            await elsewhere("sendMessage", chat_id=number, text=text)
        assert [message.text for message in sim.as_person(number).messages] == ["c", "d", "e"]
        assert sim.ledger.texts(number) == ["a", "b", "c", "d", "e"]
