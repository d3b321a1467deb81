"""The Bot API as data: which methods and objects there are, with which fields of which types."""

import json
from importlib.resources import files
from typing import Any, NamedTuple


class Field(NamedTuple):
    """One parameter of a method or one field of an object."""

    types: tuple[str, ...]
    required: bool


Fields = dict[str, Field]


def _fields(entry: dict[str, Any]) -> Fields:
    return {name: Field(tuple(field["types"]), field["required"]) for name, field in entry["fields"].items()}


_DATA: dict[str, Any] = json.loads(files("bot.simulator").joinpath("bot_api.json").read_text("utf-8"))

METHODS: dict[str, Fields] = {name: _fields(entry) for name, entry in _DATA["methods"].items()}
TYPES: dict[str, Fields] = {name: _fields(entry) for name, entry in _DATA["types"].items()}
UNIONS: dict[str, tuple[str, ...]] = {name: tuple(members) for name, members in _DATA["unions"].items()}
UPDATES: frozenset[str] = frozenset(_DATA["updates"])
CANONICAL: dict[str, str] = {name.lower(): name for name in METHODS}
"""Telegram takes a method's name in any case."""
