"""Telegram's text: lengths and places are counted in UTF-16 units."""

import re
from typing import Any

Entity = dict[str, Any]
_COMMAND = re.compile(r"(?<![\w/<>])/([A-Za-z0-9_]{1,64})(@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
_MENTION = re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w)")
_URL = re.compile(r"(?<![\w@])https?://[^\s<>\"]+")
_FOUND = ((_COMMAND, "bot_command"), (_MENTION, "mention"), (_URL, "url"))


def units(text: str) -> int:
    """Return the length in UTF-16 units, Telegram's measure of texts and entities."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def piece(text: str, offset: int, length: int) -> str:
    """Return the part an entity marks, by UTF-16 offset and length."""
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def found_entities(text: str) -> list[Entity]:
    """Return what Telegram finds by itself in a person's text: commands, mentions, addresses."""
    found = [
        {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
        for pattern, kind in _FOUND
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return text and entities without the blanks at both ends, as Telegram keeps them."""
    stripped = text.strip(" \n\t\r")
    if stripped == text:
        return text, entities
    shift = units(text[: len(text) - len(text.lstrip(" \n\t\r"))])
    end = units(stripped)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        stop = min(entity["offset"] - shift + entity["length"], end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return stripped, kept
