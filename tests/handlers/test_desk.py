"""A press is read as python-telegram-bot would read it, from the little that is kept of one."""

from typing import Any

import pytest
import telegram

from bot.receiving import arrivals
from handlers.desk import read

BOT = telegram.Bot("1:invented")
RINA = {"id": 7_000_001, "is_bot": False, "first_name": "Rina", "language_code": "id"}
CHAT = {"id": 7_000_001, "type": "private", "first_name": "Rina"}
UNDER: dict[str, Any] = {
    "message_id": 41,
    "date": 1_795_500_000,
    "chat": CHAT,
    "from": {"id": 1, "is_bot": True, "first_name": "Teman"},
    "text": "Tanya Q1",
    "reply_markup": {"inline_keyboard": [[{"text": "Pilihan A", "callback_data": "sv_choose:1:0:0"}]]},
}


def pressed(**more: Any) -> dict[str, Any]:
    told = {"id": "11", "from": RINA, "chat_instance": "5", "data": "sv_choose:1:0:0", "message": UNDER}
    return {"update_id": 9, "callback_query": told | more}


def test_of_a_press_only_what_is_read_is_kept_and_read_as_the_library_would() -> None:
    (kept,) = arrivals([pressed()])
    assert kept.chat_id == CHAT["id"]
    assert kept.payload["callback_query"]["message"] == {"chat": CHAT, "message_id": 41, "date": 0}
    made, library = read(dict(kept.payload), BOT), telegram.Update.de_json(pressed(), BOT)
    query, expected = made.callback_query, library.callback_query
    assert query is not None
    assert expected is not None
    assert (made.update_id, made.effective_chat, made.effective_user) == (
        library.update_id, library.effective_chat, library.effective_user,
    )  # fmt: skip
    assert (query.id, query.data, query.chat_instance) == (expected.id, expected.data, expected.chat_instance)
    assert query.message is not None
    assert expected.message is not None
    assert query.message.message_id == expected.message.message_id
    assert made.get_bot() is BOT


def test_a_press_without_a_message_and_anything_else_is_the_librarys_to_read() -> None:
    told = pressed()["callback_query"]
    del told["message"]
    bare = {"update_id": 9, "callback_query": told | {"inline_message_id": "x"}}
    assert read(bare, BOT) == telegram.Update.de_json(bare, BOT)
    words = {"update_id": 10, "message": UNDER | {"from": RINA}}
    assert read(words, BOT).to_dict() == telegram.Update.de_json(words, BOT).to_dict()


def test_what_cannot_be_read_is_a_fault_of_this_update_alone() -> None:
    with pytest.raises(KeyError):
        read({"update_id": 9, "callback_query": {"message": {"message_id": 3}}}, BOT)
