"""From what an officer typed in Telegram, with its formatting, to the HTML an announcement may hold."""

import re
from html import escape

import telegram
from telegram import MessageEntity

KEPT = frozenset(
    {
        MessageEntity.BOLD,
        MessageEntity.ITALIC,
        MessageEntity.UNDERLINE,
        MessageEntity.STRIKETHROUGH,
        MessageEntity.SPOILER,
        MessageEntity.CODE,
        MessageEntity.PRE,
        MessageEntity.BLOCKQUOTE,
        MessageEntity.EXPANDABLE_BLOCKQUOTE,
    }
)
"""Formatting that stays; mentions, tags and addresses are found again by Telegram, anything else becomes plain."""

_SPAN = re.compile(r"<(/?)span[^>]*>")
"""How the library writes a spoiler; the house writes it as a tag of its own."""


def office_html(message: telegram.Message, *, behind_command: bool = False) -> str:
    """Give a message's text as Telegram HTML of allowed tags only; every sign that is markup is escaped.

    `behind_command`: only what stands behind the command the message begins with, and there must be something.
    """
    whole = message.text or ""
    text = whole.split(maxsplit=1)[1] if behind_command else whole
    moved = (_moved(one, _units(whole) - _units(text)) for one in message.entities)
    kept = [found for one in moved if one is not None and (found := _plainer(one)) is not None]
    bare = telegram.Message(message.message_id, message.date, message.chat, text=text, entities=kept)
    # The text itself is escaped, so a tag found here can only come from an entity.
    return _SPAN.sub(r"<\1tg-spoiler>", bare.text_html).strip()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2  # as Telegram counts places in a text


def _moved(entity: MessageEntity, left_out: int) -> MessageEntity | None:
    start, end = max(entity.offset - left_out, 0), entity.offset + entity.length - left_out
    return MessageEntity(entity.type, start, end - start, url=entity.url) if end > start else None


def _plainer(entity: MessageEntity) -> MessageEntity | None:
    kind, url = entity.type, None
    if kind == MessageEntity.EXPANDABLE_BLOCKQUOTE:
        kind = MessageEntity.BLOCKQUOTE
    elif kind == MessageEntity.TEXT_LINK and (entity.url or "").startswith(("https://", "http://")):
        url = escape(entity.url or "")  # the library writes an address as it is
    elif kind not in KEPT:
        return None
    return MessageEntity(kind, entity.offset, entity.length, url=url)
