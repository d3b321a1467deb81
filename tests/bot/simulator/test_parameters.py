"""Each rule on a request's parameters, shown by a wrong request that is refused in Telegram's own words."""

import json
from typing import Any

import aiohttp
import pytest

from bot.simulator import Person, Simulator
from tests.bot.simulator.conftest import Caller

ME = "the person's chat"
"""Stands for Rina's number in the tables below."""
TEXT_BUTTON = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NO_FILE = "wrong file_id or the file is temporarily unavailable"
INTEGER = 'simulator: parameter "message_id" must be of type Integer'
UNSUPPORTED = "Unsupported type specified"
HOOK = "https://example.org/"


def commands(*names: str, description: str = "x") -> dict[str, Any]:
    return {"commands": [{"command": name, "description": description} for name in names]}


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Ya", **fields}]]}


def inline(*rows: int) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * count for count in rows]}


def keyboard(markup: Any) -> dict[str, Any]:
    return {"reply_markup": markup}


MESSAGES: list[tuple[dict[str, Any], str]] = [
    # names and types; what Telegram would ignore is marked as the simulator's own strictness
    ({"tekst": "b"}, 'simulator: unknown parameter "tekst" of sendMessage'),
    ({"message_thread_id": 4}, 'simulator: unknown parameter "message_thread_id" of sendMessage'),
    ({"text": 5}, 'simulator: parameter "text" must be of type String'),
    ({"disable_notification": "maybe"}, 'simulator: parameter "disable_notification" must be of type Boolean'),
    # who it goes to
    ({"chat_id": ""}, "chat_id is empty"),
    ({"chat_id": 12345}, "chat not found"),
    ({"chat_id": "@channel"}, "chat not found"),
    # lengths and text
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "a" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "<b>" + "a" * 4097 + "</b>", "parse_mode": "HTML"}, "message is too long"),
    ({"text": "a" * 32769}, "text is too long"),
    ({"parse_mode": "BBCode"}, "unsupported parse_mode"),
    ({"parse_mode": "Markdown"}, "simulator: parse_mode markdown is not simulated; this bot speaks HTML"),
    ({"text": "<p>a</p>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
    ({"entities": [{"type": "bold", "offset": 0}]}, "can't parse MessageEntity: Can't find field \"length\""),
    (
        {"entities": [{"type": "bold", "offset": 0, "length": 2}]},
        "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 1",
    ),
    ({"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ({"reply_parameters": {"message_id": "x"}}, 'field "message_id" must be of type Integer'),
    ({"link_preview_options": "{"}, "can't parse link preview options JSON object"),
    # keyboards
    (keyboard("{"), "can't parse reply keyboard markup JSON object"),
    (keyboard("[]"), "object expected as reply markup"),
    (keyboard({}), "simulator: reply markup must be of exactly one kind"),
    (
        keyboard({"force_reply": True, "remove_keyboard": True}),
        "simulator: reply markup must be of exactly one kind",
    ),
    (
        keyboard({"inline_keyboard": [{"text": "x"}]}),
        'field "inline_keyboard" must be an Array of InlineKeyboardButton',
    ),
    (keyboard({"inline_keyboard": [["x"]]}), "InlineKeyboardButton must be an Object"),
    (
        keyboard({"inline_keyboard": [[{"callback_data": "x"}]]}),
        "can't parse InlineKeyboardButton: Can't find field \"text\"",
    ),
    (keyboard(button(callback_dat="x")), 'simulator: unknown field "callback_dat" of InlineKeyboardButton'),
    (keyboard(button(callback_data=7)), 'field "callback_data" must be of type String'),
    (keyboard(button()), TEXT_BUTTON),
    (keyboard(button(callback_data="")), TEXT_BUTTON),
    (
        keyboard(button(callback_data="x", url="https://a.id")),
        "simulator: an inline button must do exactly one thing",
    ),
    (
        keyboard({"inline_keyboard": [[{"text": " ", "callback_data": "x"}]]}),
        "inline keyboard button text must be non-empty",
    ),
    (keyboard(button(callback_data="x" * 65)), "BUTTON_DATA_INVALID"),
    (keyboard(button(callback_data="é" * 33)), "BUTTON_DATA_INVALID"),
    (keyboard(button(url="a b")), "inline keyboard button URL 'a b' is invalid: Wrong HTTP URL"),
    (keyboard(button(copy_text={"text": "x" * 257})), "BUTTON_COPY_TEXT_INVALID"),
    (keyboard(inline(*[8] * 12, 5)), "reply markup is too long"),
    (keyboard(inline(9)), "simulator: more than 8 buttons in a row, of which Telegram would not show all"),
    (
        keyboard({"inline_keyboard": [[{"text": "x" * 5500, "callback_data": "x"}]] * 2}),
        "reply markup is too long",
    ),
    (keyboard({"keyboard": [[{"text": ""}]]}), "keyboard button text must be non-empty"),
    (
        keyboard({"keyboard": [[{"text": "x"}]], "input_field_placeholder": "x" * 65}),
        "simulator: input_field_placeholder is longer than 64",
    ),
]

OTHERS: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "a"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": ME}, "message text is empty"),
    ("deleteMessage", {"chat_id": ME, "message_id": "1.5"}, INTEGER),
    ("deleteMessage", {"chat_id": ME, "message_id": True}, INTEGER),
    ("editMessageText", {"chat_id": ME, "text": "a"}, "message identifier is not specified"),
    # files
    ("sendDocument", {"chat_id": ME}, "there is no document in the request"),
    ("sendPhoto", {"chat_id": ME}, "there is no photo in the request"),
    ("sendDocument", {"chat_id": ME, "document": "nothing"}, NO_FILE),
    ("sendDocument", {"chat_id": ME, "document": "x", "caption": "a" * 1025}, "message caption is too long"),
    ("getFile", {}, "file_id not specified"),
    ("getFile", {"file_id": "nothing"}, NO_FILE),
    # chats and presses
    ("sendChatAction", {"chat_id": ME}, "wrong parameter action in request"),
    ("sendChatAction", {"chat_id": ME, "action": "dancing"}, "wrong parameter action in request"),
    ("getChat", {"chat_id": 12345}, "chat not found"),
    ("leaveChat", {"chat_id": ME}, "chat member status can't be changed in private chats"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, TOO_OLD),
    ("answerCallbackQuery", {}, TOO_OLD),
    # commands, scopes, profile
    ("setMyCommands", {}, 'parameter "commands" is required'),
    ("setMyCommands", {"commands": "[1]"}, "BotCommand must be an Object"),
    ("setMyCommands", commands("Menu"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands("m" * 33), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands("data-saya"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands("menu", description=""), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", commands("menu", description="x" * 257), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", commands(*[f"c{n}" for n in range(101)]), "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": 1}}, "chat not found"),
    ("setMyCommands", {"commands": [], "scope": {"type": "all"}}, f"can't parse BotCommandScope: {UNSUPPORTED}"),
    (
        "setMyCommands",
        {"commands": [], "scope": {"type": "chat"}},
        "can't parse BotCommandScopeChat: Can't find field \"chat_id\"",
    ),
    ("setMyCommands", {"commands": [], "language_code": "indonesia"}, "invalid language code specified"),
    ("setChatMenuButton", {"menu_button": {"type": "game"}}, f"can't parse MenuButton: {UNSUPPORTED}"),
    ("setMyName", {"name": "x" * 65}, "name is too long"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "short description is too long"),
    # the webhook
    ("setWebhook", {}, 'parameter "url" is required'),
    ("setWebhook", {"url": "ftp://example.org"}, "invalid webhook URL specified"),
    ("setWebhook", {"url": "http://example.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": HOOK, "secret_token": "é"}, "secret token contains unallowed characters"),
    ("setWebhook", {"url": HOOK, "secret_token": "a" * 257}, "secret token is too long"),
]


@pytest.mark.parametrize(("parameters", "text"), MESSAGES)
async def test_a_wrong_message_is_refused_and_reaches_nobody(
    call: Caller, rina: Person, parameters: dict[str, Any], text: str
) -> None:
    given = {"chat_id": rina.id, "text": "a", **parameters}
    assert await call.refusal("sendMessage", **given) == (400, f"Bad Request: {text}")
    assert rina.messages == []


@pytest.mark.parametrize(("method", "parameters", "text"), OTHERS)
async def test_a_wrong_request_is_refused(
    call: Caller, rina: Person, method: str, parameters: dict[str, Any], text: str
) -> None:
    given = {name: rina.id if value == ME else value for name, value in parameters.items()}
    assert await call.refusal(method, **given) == (400, f"Bad Request: {text}")


@pytest.mark.parametrize(
    "parameters",
    [
        {"text": "a" * 4096},
        {"text": "😀" * 2048},
        {"text": "<b>" + "a" * 4096 + "</b>", "parse_mode": "html"},
        {"text": "a", "reply_markup": inline(*[8] * 12, 4)},
        {"text": "a", "reply_markup": button(callback_data="x" * 64)},
        {"text": "a", "reply_markup": button(copy_text={"text": "x" * 256})},
        {"text": "a", "reply_markup": button(url="tg://user?id=1")},
        {"text": "a", "reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 64}},
        {"text": "a", "reply_markup": {"inline_keyboard": []}},
        {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 1}]},
        {"text": "a", "disable_notification": True, "protect_content": "true", "allow_paid_broadcast": "0"},
        {"text": "a", "link_preview_options": {"is_disabled": True}},
        {"text": "a", "reply_parameters": {"message_id": 999, "allow_sending_without_reply": True}},
    ],
)
async def test_what_is_just_within_the_rules_is_accepted(
    call: Caller, rina: Person, parameters: dict[str, Any]
) -> None:
    answer = await call("sendMessage", chat_id=rina.id, **parameters)
    assert answer["ok"], answer
    assert len(rina.received) == 1


async def test_a_form_and_an_address_carry_parameters_too(call: Caller, sim: Simulator, rina: Person) -> None:
    address = f"{sim.api_url}/bot{sim.token}/SENDMESSAGE"
    markup = json.dumps(button(callback_data="y"))
    form = {"chat_id": str(rina.id), "text": "lewat formulir", "reply_markup": markup}
    async with call.session.post(address, data=form) as response:
        assert (await response.json())["ok"]
    async with call.session.get(address, params={"chat_id": str(rina.id), "text": "lewat alamat"}) as response:
        assert (await response.json())["ok"]
    assert [(message.text, message.labels) for message in rina.received] == [
        ("lewat formulir", ["Ya"]),
        ("lewat alamat", []),
    ]


async def test_broken_json_is_refused(call: Caller, sim: Simulator) -> None:
    address = f"{sim.api_url}/bot{sim.token}/sendMessage"
    headers = {"Content-Type": "application/json"}
    async with call.session.post(address, data=b"{", headers=headers) as response:
        assert (await response.json())["description"] == "Bad Request: can't parse request JSON"
    async with call.session.post(address, data=b"[]", headers=headers) as response:
        assert (await response.json())["description"] == "Bad Request: object expected as request body"


async def test_the_contact_button_is_for_private_chats(call: Caller, sim: Simulator, rina: Person) -> None:
    group = sim.group("Kantor", [rina])
    markup = {"keyboard": [[{"text": "Bagikan nomor HP", "request_contact": True}]]}
    refusal = await call.refusal("sendMessage", chat_id=group.id, text="a", reply_markup=markup)
    assert refusal == (400, "Bad Request: phone number can be requested in private chats only")
    assert (await call("sendMessage", chat_id=rina.id, text="a", reply_markup=markup))["ok"]


async def test_a_wrong_token_and_an_unknown_method(call: Caller, sim: Simulator) -> None:
    async with call.session.get(f"{sim.api_url}/bot1:x/getMe") as response:
        assert (response.status, (await response.json())["description"]) == (401, "Unauthorized")
    async with call.session.get(f"{sim.api_url}/file/bot1:x/documents/a/b") as response:
        assert response.status == 401
    assert await call.refusal("sendInvoice", chat_id=1) == (404, "Not Found: method not found")


async def test_a_host_that_is_not_this_machine_is_refused(sim: Simulator) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{sim.api_url}/bot{sim.token}/getMe", headers={"Host": "evil.example"}) as response,
    ):
        assert response.status == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::"])  # noqa: S104 - what must be refused
def test_it_listens_on_this_machine_only(host: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        Simulator(host=host)
