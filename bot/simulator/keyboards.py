"""What Telegram demands of keyboards beyond their shape."""

import json
import re
from typing import Any

from bot.simulator.errors import bad_request, stricter
from bot.simulator.text import units

Json = dict[str, Any]
MOST_BUTTONS = 100
"""Buttons of one keyboard (PTB-CONST InlineKeyboardMarkupLimit; also limits.tginfo.me)."""
MOST_IN_A_ROW = 8
LONGEST_DATA = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""
LONGEST_COPY = 256
LONGEST_PLACEHOLDER = 64
LARGEST_MARKUP = 10_240
"""Bytes of a markup, about (limits.tginfo.me)."""
_URL = re.compile(r"(?:https?://[^\s/]+|tg://\S)\S*\Z")
_ACTIONS = ("url", "callback_data", "copy_text")


def check_markup(markup: Json | None, *, private: bool) -> None:
    """Raise ApiError for a keyboard Telegram would refuse."""
    if markup is None:
        return
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        _check_reply(markup["keyboard"], private=private)
    if units(markup.get("input_field_placeholder", "")) > LONGEST_PLACEHOLDER:
        raise stricter("input_field_placeholder is longer than 64")
    if len(json.dumps(markup)) > LARGEST_MARKUP:
        raise bad_request("reply markup is too long")


def shown_markup(markup: Json | None) -> Json | None:
    """Return the inline keyboard to keep with the message; an empty one is none."""
    return markup if markup and any(markup.get("inline_keyboard", ())) else None


def _check_size(rows: list[list[Any]]) -> None:
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    if any(len(row) > MOST_IN_A_ROW for row in rows):
        raise stricter(f"more than {MOST_IN_A_ROW} buttons in a row, of which Telegram would not show all")


def _check_inline(rows: list[list[Json]]) -> None:
    _check_size(rows)
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in _ACTIONS if button.get(action)]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise stricter("an inline button must do exactly one thing")
    if len(button.get("callback_data", "").encode()) > LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if not _URL.match(url := button.get("url") or "tg://none"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= units(button["copy_text"]["text"]) <= LONGEST_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_reply(rows: list[list[Json]], *, private: bool) -> None:
    _check_size(rows)
    for row in rows:
        for button in row:
            if not button["text"].strip():
                raise bad_request("keyboard button text must be non-empty")
            if button.get("request_contact") and not private:
                raise bad_request("phone number can be requested in private chats only")
