"""From the text parameters of a request to the text and entities of a message."""

from typing import Any

from bot.simulator.errors import bad_request, stricter
from bot.simulator.markup import parse_html
from bot.simulator.text import Entity, trimmed, units

LONGEST_TEXT = 4096
"""UTF-16 units after parsing (Bot API, sendMessage)."""
LONGEST_CAPTION = 1024
"""UTF-16 units after parsing (Bot API, sendDocument)."""
LONGEST_RAW = 1 << 15
"""Bytes before parsing (telegram-bot-api, get_formatted_text)."""


def message_text(arguments: dict[str, Any]) -> tuple[str, list[Entity]]:
    """Return text and entities of sendMessage or editMessageText; raises ApiError when empty, long or ill-formed."""
    if not arguments["text"]:
        raise bad_request("message text is empty")
    text, entities = _formatted(arguments["text"], arguments.get("parse_mode", ""), arguments.get("entities"))
    if not text:
        raise bad_request("text must be non-empty")
    if units(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def caption_text(arguments: dict[str, Any]) -> tuple[str, list[Entity]]:
    """Return caption and entities of a file; raises ApiError when long or ill-formed."""
    caption = arguments.get("caption", "")
    text, entities = _formatted(caption, arguments.get("parse_mode", ""), arguments.get("caption_entities"))
    if units(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def _formatted(raw: str, mode: str, given: list[Entity] | None) -> tuple[str, list[Entity]]:
    if len(raw.encode()) > LONGEST_RAW:
        raise bad_request("text is too long")
    mode = mode.lower()
    if mode in ("markdown", "markdownv2"):
        raise stricter(f"parse_mode {mode} is not simulated; this bot speaks HTML")
    if mode not in ("", "none", "html"):
        raise bad_request("unsupported parse_mode")
    text, entities = parse_html(raw) if mode == "html" else (raw, _checked(raw, given or []))
    return trimmed(text, entities)


def _checked(text: str, entities: list[Entity]) -> list[Entity]:
    end = units(text)
    for entity in entities:
        start = entity["offset"]
        if start < 0 or start + entity["length"] > end:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            )
    return entities
