"""What people can do, what the bot hears of it, and what they see."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator import NotSeenError, Person, Simulator
from tests.bot.simulator.conftest import Caller

KEYS = {
    "inline_keyboard": [[{"text": "✅ Ya, ini saya", "callback_data": "y"}, {"text": "Situs", "url": "https://a.id"}]]
}


async def heard(call: Caller) -> list[dict[str, Any]]:
    """Return what the bot hears, and confirm it."""
    result: list[dict[str, Any]] = (await call("getUpdates"))["result"]
    if result:
        await call("getUpdates", offset=result[-1]["update_id"] + 1)
    return result


async def test_nobody_can_be_written_to_before_they_start(call: Caller, sim: Simulator) -> None:
    budi = sim.person("Budi Contoh")
    assert await call.refusal("sendMessage", chat_id=budi.id, text="halo") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    await budi.says("/start")
    assert (await call("sendMessage", chat_id=budi.id, text="halo"))["ok"]


async def test_a_command_carries_its_entity(call: Caller, rina: Person) -> None:
    await rina.says("  /start KODE-1  ")
    (update,) = await heard(call)
    message = update["message"]
    assert message["text"] == "/start KODE-1"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"] == {
        "id": rina.id, "is_bot": False, "first_name": "Rina", "last_name": "Contoh", "language_code": "id",
    }  # fmt: skip
    assert message["chat"]["type"] == "private"


async def test_the_own_card_and_somebody_else_s(call: Caller, sim: Simulator, rina: Person) -> None:
    budi = sim.person("Budi Contoh", "+628110000002")
    await rina.shares_contact()
    await rina.forwards_contact(budi)
    own, foreign = [update["message"] for update in await heard(call)]
    assert own["contact"]["user_id"] == own["from"]["id"] == rina.id
    assert own["contact"]["phone_number"] == rina.phone
    assert "forward_origin" not in own
    assert (foreign["contact"]["user_id"], foreign["from"]["id"]) == (budi.id, rina.id)
    assert foreign["forward_origin"]["sender_user"]["id"] == budi.id


async def test_a_file_a_picture_a_reply_and_an_edit(call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="pengumuman")
    await rina.sends_file("daftar.csv", b"NIP;NAMA", "ini daftarnya")
    await rina.sends_file("foto.jpg", b"\xff\xd8\xff\xe0", as_photo=True)
    said = await rina.replies(rina.last, "kapan?")
    await rina.edits(said, "kapan mulai?")
    document, photo, reply, edited = await heard(call)
    assert document["message"]["document"]["mime_type"] == "text/csv"
    assert document["message"]["caption"] == "ini daftarnya"
    assert photo["message"]["photo"][0]["file_size"] == 4
    assert reply["message"]["reply_to_message"]["text"] == "pengumuman"
    assert (edited["edited_message"]["text"], "edit_date" in edited["edited_message"]) == ("kapan mulai?", True)


async def test_twenty_megabytes_can_be_fetched_and_no_more(call: Caller, rina: Person) -> None:
    await rina.sends_file("pas.bin", bytes(20 * 2**20))
    await rina.sends_file("lebih.bin", bytes(20 * 2**20 + 1))
    fits, exceeds = [update["message"]["document"]["file_id"] for update in await heard(call)]
    assert (await call("getFile", file_id=fits))["result"]["file_size"] == 20 * 2**20
    assert await call.refusal("getFile", file_id=exceeds) == (400, "Bad Request: file is too big")


async def test_blocking_and_unblocking_are_told(call: Caller, rina: Person) -> None:
    rina.blocks()
    rina.blocks()
    assert await call.refusal("sendMessage", chat_id=rina.id, text="a") == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    rina.unblocks()
    assert (await call("sendMessage", chat_id=rina.id, text="a"))["ok"]
    changes = [
        (update["my_chat_member"]["old_chat_member"]["status"], update["my_chat_member"]["new_chat_member"]["status"])
        for update in await heard(call)
    ]
    assert changes == [("member", "kicked"), ("kicked", "member")]


async def test_writing_to_a_blocked_bot_unblocks_it(call: Caller, rina: Person) -> None:
    rina.blocks()
    await rina.says("halo lagi")
    kinds = [next(kind for kind in update if kind != "update_id") for update in await heard(call)]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]


async def test_a_deleted_account(call: Caller, rina: Person) -> None:
    rina.deactivates()
    refusal = await call.refusal("sendMessage", chat_id=rina.id, text="a")
    assert refusal == (403, "Forbidden: user is deactivated")


async def test_a_press_tells_the_message_and_who(call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="siapa?", reply_markup=KEYS)
    pressed = await rina.taps("Ya, ini saya")
    (update,) = await heard(call)
    query = update["callback_query"]
    assert pressed is rina.last
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("y", rina.id, "siapa?")
    assert (await call("answerCallbackQuery", callback_query_id=query["id"], text="baik"))["ok"]
    assert (await rina.toast("baik")).text == "baik"


async def test_a_press_on_an_old_message_carries_none(call: Caller, sim: Simulator, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="siapa?", reply_markup=KEYS)
    sim.clock.move(sim.clock.now() + timedelta(hours=49))
    await rina.taps("Ya")
    (update,) = await heard(call)
    assert update["callback_query"]["message"] == {
        "chat": rina.chat.chat_json(),
        "message_id": rina.last.id,
        "date": 0,
    }


async def test_a_press_too_old_cannot_be_answered(call: Caller) -> None:
    async with Simulator(callback_seconds=0) as sim:
        late = Caller(call.session, sim)
        rina = sim.person("Rina")
        await rina.says("/start")
        await late("sendMessage", chat_id=rina.id, text="siapa?", reply_markup=KEYS)
        await rina.taps("Ya")
        query = (await late("getUpdates", offset=-1))["result"][0]["callback_query"]
        code, text = await late.refusal("answerCallbackQuery", callback_query_id=query["id"])
    assert (code, text[:30]) == (400, "Bad Request: query is too old ")


async def test_a_long_or_linking_answer_to_a_press_is_refused(call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="siapa?", reply_markup=KEYS)
    await rina.taps("Ya")
    number = (await heard(call))[0]["callback_query"]["id"]
    assert await call.refusal("answerCallbackQuery", callback_query_id=number, text="a" * 201) == (
        400,
        "Bad Request: MESSAGE_TOO_LONG",
    )
    assert await call.refusal("answerCallbackQuery", callback_query_id=number, url="https://a.id") == (
        400,
        "Bad Request: URL_INVALID",
    )
    assert (await call("answerCallbackQuery", callback_query_id=number, text="a" * 200))["ok"]


async def test_a_forged_press_reaches_the_bot(call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="siapa?", reply_markup=KEYS)
    await rina.presses_data(rina.last, "admin:1")
    assert (await heard(call))[0]["callback_query"]["data"] == "admin:1"


async def test_the_newest_message_with_the_label_is_pressed(call: Caller, rina: Person) -> None:
    for text in ("lama", "baru"):
        await call("sendMessage", chat_id=rina.id, text=text, reply_markup=KEYS)
    await call("sendMessage", chat_id=rina.id, text="tanpa tombol")
    first = next(message for message in rina.received if message.text == "lama")
    assert (await rina.taps("Ya"), await rina.taps("Ya", first)) == (rina.received[1], first)


async def test_a_missing_label_names_those_that_are_there(call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="siapa?", reply_markup=KEYS)
    with pytest.raises(NotSeenError, match=r"No button 'Bukan'; visible: .*Ya, ini saya.*Situs"):
        await rina.taps("Bukan")


async def test_a_button_below_writes_its_label(call: Caller, rina: Person) -> None:
    keyboard = {"keyboard": [[{"text": "Menu"}]], "one_time_keyboard": True}
    await call("sendMessage", chat_id=rina.id, text="pilih", reply_markup=keyboard)
    await rina.taps("Menu")
    assert [update["message"]["text"] for update in await heard(call)] == ["Menu"]


async def test_waiting_ends_when_the_chat_shows_it(call: Caller, rina: Person) -> None:
    waiting = asyncio.create_task(rina.sees("Selesai"))
    await call("sendMessage", chat_id=rina.id, text="10 %")
    await call("editMessageText", chat_id=rina.id, message_id=rina.last.id, text="Selesai: 100 %")
    assert (await waiting).text == "Selesai: 100 %"


async def test_waiting_in_vain_says_what_is_shown_instead(call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="lain")
    with pytest.raises(NotSeenError, match=r"never saw 'ini'; newest first: \['lain'\]"):
        await rina.sees("ini", timeout=0.01)
    with pytest.raises(NotSeenError, match="never answered"):
        await rina.toast(timeout=0.01)


async def test_new_means_since_the_last_act(call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="Menu")
    await rina.says("/menu")
    with pytest.raises(NotSeenError):
        await rina.sees("Menu", new=True, timeout=0.01)
    await call("sendMessage", chat_id=rina.id, text="Menu")
    assert (await rina.sees("Menu", new=True)).id == rina.last.id


async def test_in_a_group_the_bot_hears_commands_replies_and_mentions_only(
    call: Caller, sim: Simulator, rina: Person
) -> None:
    budi = sim.person("Budi Contoh")
    group = sim.group("Kantor", [rina, budi])
    await call("sendMessage", chat_id=group.id, text="hanya pribadi")
    await rina.says("selamat pagi", chat=group)
    await budi.says("/menu", chat=group)
    await rina.says("halo @TemanMutasiSimBot", chat=group)
    await budi.replies(next(iter(group.messages.values())), "baik")
    updates = await heard(call)
    assert [update["message"]["text"] for update in updates[1:]] == ["/menu", "halo @TemanMutasiSimBot", "baik"]
    assert {update["message"]["chat"]["id"] for update in updates[1:]} == {group.id}
    assert [update["message"]["from"]["id"] for update in updates[1:]] == [budi.id, rina.id, budi.id]


async def test_a_group_that_throws_the_bot_out(call: Caller, sim: Simulator, rina: Person) -> None:
    group = sim.group("Kantor", [rina])
    sim.leaves_group(group, rina)
    assert await call.refusal("sendMessage", chat_id=group.id, text="a") == (
        403,
        "Forbidden: bot was kicked from the group chat",
    )
    await rina.says("/menu", chat=group)
    changes = [update["my_chat_member"]["new_chat_member"]["status"] for update in await heard(call)]
    assert changes == ["member", "kicked"]


async def test_a_group_without_the_bot(call: Caller, sim: Simulator, rina: Person) -> None:
    group = sim.group("Kantor", [rina], with_bot=False)
    assert await call.refusal("sendMessage", chat_id=group.id, text="a") == (
        403,
        "Forbidden: bot is not a member of the group chat",
    )


async def test_a_crowd_has_started_and_has_phones(sim: Simulator) -> None:
    numbers = sim.crowd(3)
    assert [sim.as_person(number).phone for number in numbers] == [f"+62811{n:07d}" for n in (1, 2, 3)]
    assert all(sim.as_person(number).chat.started for number in numbers)
