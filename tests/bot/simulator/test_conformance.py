"""The Bot API's own data against the server: every method, every parameter, and every method it does not have."""

import re
from typing import Any

import pytest
from telegram import Bot

from bot.simulator import Person, Simulator
from bot.simulator.methods import ANSWERS
from bot.simulator.spec import METHODS, TYPES, UNIONS
from tests.bot.simulator.conftest import Caller

PRIMITIVES = {"String", "Integer", "Float", "Boolean", "InputFile", "User"}
VALID: dict[str, Any] = {
    "chat_id": 700_000_001,
    "message_id": 1,
    "text": "a",
    "document": "x",
    "photo": "x",
    "file_id": "x",
    "url": "",
    "action": "typing",
    "callback_query_id": "1",
    "commands": [],
}
"""A fitting value for every parameter any method requires."""
PARAMETERS = [(method, name) for method, fields in METHODS.items() for name in fields]


def fitting(method: str) -> dict[str, Any]:
    return {name: VALID[name] for name, field in METHODS[method].items() if field.required}


def of_type(kind: str) -> list[tuple[str, str]]:
    return [(method, name) for method, name in PARAMETERS if METHODS[method][name].types == (kind,)]


def test_every_method_of_the_data_is_answered_and_no_other() -> None:
    assert set(METHODS) == set(ANSWERS)


def test_every_type_a_field_names_is_in_the_data() -> None:
    named = {
        kind
        for fields in [*METHODS.values(), *TYPES.values()]
        for field in fields.values()
        for kind in (re.sub(r"^(Array of )+", "", full) for full in field.types)
    }
    assert named - PRIMITIVES - set(UNIONS) <= set(TYPES)
    assert {member for members in UNIONS.values() for member in members} <= set(TYPES)


async def test_what_it_does_not_have_is_not_found(call: Caller) -> None:
    known = {name for name in dir(Bot) if re.fullmatch(r"[a-z]+[A-Z]\w+", name)}
    missing = sorted(known - set(METHODS))
    assert len(missing) > 100
    for method in missing:
        assert await call.refusal(method) == (404, "Not Found: method not found"), method


@pytest.mark.parametrize("method", METHODS)
async def test_an_unknown_parameter_is_refused_everywhere(call: Caller, rina: Person, method: str) -> None:
    refusal = await call.refusal(method, **fitting(method), chat_idd=rina.id)
    assert refusal == (400, f'Bad Request: simulator: unknown parameter "chat_idd" of {method}')


@pytest.mark.parametrize(
    ("method", "name"), [(method, name) for method, name in PARAMETERS if METHODS[method][name].required]
)
async def test_each_required_parameter_is_missed(call: Caller, rina: Person, method: str, name: str) -> None:
    given = fitting(method)
    del given[name]
    code, text = await call.refusal(method, **given)
    assert code == 400
    assert re.search("empty|required|no .* in the request|not specified|too old|wrong parameter", text), text
    assert rina.messages == []


@pytest.mark.parametrize(("method", "name"), of_type("Integer"))
@pytest.mark.parametrize("wrong", ["x", "", "1.0", 1.5, True, None, [1]])
async def test_an_integer_is_nothing_else(call: Caller, rina: Person, method: str, name: str, wrong: Any) -> None:
    code, text = await call.refusal(method, **{**fitting(method), name: wrong})
    expected = (400, f'Bad Request: simulator: parameter "{name}" must be of type Integer')
    assert (code, text) == expected
    assert rina.messages == []


@pytest.mark.parametrize(("method", "name"), of_type("Boolean"))
@pytest.mark.parametrize("wrong", ["yes", "", 2, None])
async def test_a_boolean_is_nothing_else(call: Caller, rina: Person, method: str, name: str, wrong: Any) -> None:
    refusal = await call.refusal(method, **{**fitting(method), name: wrong})
    assert refusal == (400, f'Bad Request: simulator: parameter "{name}" must be of type Boolean')
    assert rina.messages == []


@pytest.mark.parametrize(("method", "name"), of_type("String"))
async def test_a_string_is_nothing_else(call: Caller, rina: Person, method: str, name: str) -> None:
    refusal = await call.refusal(method, **{**fitting(method), name: ["a"]})
    assert refusal == (400, f'Bad Request: simulator: parameter "{name}" must be of type String')
    assert rina.messages == []


@pytest.mark.parametrize("method", ["getMe", "sendMessage", "getWebhookInfo", "setMyCommands"])
async def test_a_method_s_name_is_taken_in_any_case(call: Caller, sim: Simulator, rina: Person, method: str) -> None:
    for spelt in (method.lower(), method.upper()):
        assert (await call(spelt, **{**fitting(method), **({"chat_id": rina.id} if "Message" in method else {})}))["ok"]
    assert {entry.method for entry in sim.ledger.entries} == {method}
