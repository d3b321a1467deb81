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


def office_html(message: telegram.Message) -> str:
    """Give a message's text as Telegram HTML of allowed tags only; every sign that is markup is escaped."""
    kept = [found for found in map(_plainer, message.entities) if found is not None]
    bare = telegram.Message(message.message_id, message.date, message.chat, text=message.text, entities=kept)
    # The text itself is escaped, so a tag found here can only come from an entity.
    return _SPAN.sub(r"<\1tg-spoiler>", bare.text_html).strip()


def _plainer(entity: MessageEntity) -> MessageEntity | None:
    kind, url = entity.type, None
    if kind == MessageEntity.EXPANDABLE_BLOCKQUOTE:
        kind = MessageEntity.BLOCKQUOTE
    elif kind == MessageEntity.TEXT_LINK and (entity.url or "").startswith(("https://", "http://")):
        url = escape(entity.url or "")  # the library writes an address as it is
    elif kind not in KEPT:
        return None
    return MessageEntity(kind, entity.offset, entity.length, url=url)
