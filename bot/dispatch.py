"""One message to Telegram: the request for its verb, and what an error says about the message."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from db.outbox import Claimed, Reason, State, Verb
from handlers.posting import post


class Outgoing(Protocol):
    """What rendering gives: Telegram HTML, and a keyboard as the Bot API's JSON."""

    @property
    def text(self) -> str:
        """The text, as Telegram HTML."""

    @property
    def markup(self) -> dict[str, Any] | None:
        """The reply_markup."""


class Render(Protocol):
    """Turns a message's name and values into what is said."""

    def __call__(self, name: str, values: Mapping[str, Any], language: str) -> Outgoing:
        """Render one message in one language."""


class Told(NamedTuple):
    """How a request ended, as far as the message is concerned."""

    state: State
    reason: Reason
    message_id: int | None = None


METHODS = {
    Verb.SEND: "sendMessage",
    Verb.EDIT: "editMessageText",
    Verb.DELETE: "deleteMessage",
    Verb.PIN: "pinChatMessage",
}
_FORBIDDEN = {
    "blocked": Reason.BLOCKED,
    "deactivated": Reason.DEACTIVATED,
    "can't initiate": Reason.NEVER_STARTED,
}
_REFUSED = {
    "message is not modified": Told(State.SENT, Reason.NOT_MODIFIED),
    "message to delete not found": Told(State.SENT, Reason.ALREADY_GONE),
    "message to edit not found": Told(State.FAILED, Reason.TARGET_MISSING),
    "message to pin not found": Told(State.FAILED, Reason.TARGET_MISSING),
    "message can't be edited": Told(State.FAILED, Reason.TARGET_MISSING),
    "chat not found": Told(State.UNREACHABLE, Reason.NEVER_STARTED),
}


async def dispatch(bot: Bot, row: Claimed, outgoing: Outgoing | None, *, paid: bool) -> Told:
    """Make the request of a row's verb; a text whose markup Telegram refuses goes as plain text.

    Raises python-telegram-bot's errors; those that speak of the message itself are read by `read_refusal`.
    """
    try:
        return Told(State.SENT, Reason.ACCEPTED, await _request(bot, row, outgoing, paid=paid))
    except BadRequest as error:
        if outgoing is None or "can't parse entities" not in error.message.lower():
            raise
    plain = _Plain(as_plain_text(outgoing.text), outgoing.markup)
    return Told(State.SENT, Reason.PLAIN_TEXT, await _request(bot, row, plain, paid=paid))


class _Plain(NamedTuple):
    text: str
    markup: dict[str, Any] | None


async def _request(bot: Bot, row: Claimed, outgoing: Outgoing | None, *, paid: bool) -> int | None:
    fields = {"chat_id": str(row.chat_id)}
    if row.verb != Verb.SEND:
        fields["message_id"] = str(row.target)
    if row.verb == Verb.PIN:
        fields["disable_notification"] = "true"
    if outgoing is not None:
        fields |= _said(outgoing)
    if paid and row.verb == Verb.SEND:
        fields["allow_paid_broadcast"] = "true"
    answer = await post(bot, METHODS[Verb(row.verb)], fields)
    return int(answer["message_id"]) if row.verb == Verb.SEND else row.target


def _said(outgoing: Outgoing) -> dict[str, str]:
    fields = {"text": outgoing.text}
    if not isinstance(outgoing, _Plain):
        fields["parse_mode"] = ParseMode.HTML.value
    if outgoing.markup is not None:
        fields["reply_markup"] = json.dumps(outgoing.markup)
    return fields


def read_refusal(error: TelegramError) -> Told | None:
    """Tell what a refusal means for the message; None: it says nothing of this message."""
    words = error.message.lower()
    if isinstance(error, Forbidden):
        found = next((reason for part, reason in _FORBIDDEN.items() if part in words), Reason.FORBIDDEN)
        return Told(State.UNREACHABLE, found)
    if isinstance(error, BadRequest):
        known = next((told for part, told in _REFUSED.items() if part in words), None)
        return known or Told(State.FAILED, Reason.REFUSED)
    return None


def as_plain_text(text: str) -> str:
    """Take the tags out of Telegram HTML and turn its entities into characters."""
    return html.unescape(re.sub(r"<[^<>]*>", "", text))
