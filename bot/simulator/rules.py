"""Check a request's parameters against the Bot API's data: names, types, and what must not be missing.

Telegram ignores an unknown field; here it is refused, because in our own code it can only be a typing error.
"""

import json
import re
from typing import Any

from bot.simulator.errors import ApiError, bad_request, stricter
from bot.simulator.files import Upload
from bot.simulator.spec import METHODS, TYPES, UNIONS, Fields

Arguments = dict[str, Any]
_INTEGER = re.compile(r"-?\d{1,19}\Z")
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "True": True, "False": False}
_MARKUPS = ("InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ReplyKeyboardRemove", "ForceReply")
_MARKUP_KEYS = dict(zip(("inline_keyboard", "keyboard", "remove_keyboard", "force_reply"), _MARKUPS, strict=True))

# Telegram's own words for what is missing (tdlib/telegram-bot-api, Client.cpp); the rest gets its general sentence.
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "file_id": "file_id not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "message_id": "message identifier is not specified",
    "action": "wrong parameter action in request",
}


def check(method: str, raw: Arguments) -> Arguments:
    """Return the parameters with their types; raises ApiError for an unknown, missing or ill-typed one."""
    fields = METHODS[method]
    checked: Arguments = {}
    for name, value in raw.items():
        field = fields.get(name)
        if field is None:
            raise stricter(f'unknown parameter "{name}" of {method}')
        checked[name] = _top(name, field.types, value)
    for name, field in fields.items():
        if field.required and name not in checked:
            raise bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
    return checked


def _top(name: str, types: tuple[str, ...], value: Any) -> Any:
    if types == ("String",):
        return _string(name, value)
    if types == ("Integer",):
        return _integer(name, value)
    if types == ("Boolean",):
        return _boolean(name, value)
    if name == "chat_id":
        return _chat_id(value)
    if "InputFile" in types:
        return value if isinstance(value, Upload) else _string(name, value)
    return _value(types, _decoded(name, value), name)


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise stricter(f'parameter "{name}" must be of type String')
    return value


def _integer(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.match(value):
        return int(value)
    raise stricter(f'parameter "{name}" must be of type Integer')


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _BOOLEANS:
        return _BOOLEANS[value]
    raise stricter(f'parameter "{name}" must be of type Boolean')


def _chat_id(value: Any) -> int:
    """Return a number; a name (@channel) is nobody here, as an unknown one is at Telegram."""
    if isinstance(value, str) and not value:
        raise bad_request(_MISSING["chat_id"])
    try:
        return _integer("chat_id", value)
    except ApiError:
        raise bad_request("chat not found") from None


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        label = "reply keyboard markup" if name == "reply_markup" else name.replace("_", " ")
        raise bad_request(f"can't parse {label} JSON object") from None


def _value(types: tuple[str, ...], value: Any, where: str) -> Any:
    """Check a decoded value against the types a field may have."""
    if types == _MARKUPS:
        types = (_markup_kind(value),)
    kind = types[0]
    if kind.startswith("Array of "):
        return _array(kind.removeprefix("Array of "), value, where)
    if kind in UNIONS:
        return _member(kind, value)
    if kind in TYPES:
        return _object(kind, TYPES[kind], value)
    _scalar(types, value, where)
    return value


def _markup_kind(value: Any) -> str:
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    kinds = [kind for key, kind in _MARKUP_KEYS.items() if key in value]
    if len(kinds) != 1:
        raise stricter("reply markup must be of exactly one kind")
    return kinds[0]


def _array(kind: str, value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise bad_request(f'field "{where}" must be an Array of {kind}')
    return [_value((kind,), item, where) for item in value]


def _member(union: str, value: Any) -> Any:
    """Find the object of a family (a scope, a menu button) by its type, since that is all that tells them apart."""
    said = value.get("type") if isinstance(value, dict) else None
    wanted = union + "".join(part.capitalize() for part in str(said).split("_"))
    if wanted not in UNIONS[union]:
        raise bad_request(f"can't parse {union}: Unsupported type specified")
    return _object(wanted, TYPES[wanted], value)


def _object(kind: str, fields: Fields, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request(f"{kind} must be an Object")
    for name, item in value.items():
        if name not in fields:
            raise stricter(f'unknown field "{name}" of {kind}')
        _value(fields[name].types, item, name)
    for name, field in fields.items():
        if field.required and name not in value:
            raise bad_request(f"can't parse {kind}: Can't find field \"{name}\"")
    return value


_PYTHON: dict[str, type | tuple[type, ...]] = {
    "String": str, "Integer": int, "Float": (int, float), "Boolean": bool, "User": dict,
}  # fmt: skip


def _scalar(types: tuple[str, ...], value: Any, where: str) -> None:
    for kind in types:
        if isinstance(value, _PYTHON[kind]) and (kind == "Boolean" or not isinstance(value, bool)):
            return
    raise bad_request(f'field "{where}" must be of type {types[0]}')
