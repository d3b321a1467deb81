"""One message in one chat, as the world keeps it and as the Bot API tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.simulator.files import StoredFile
from bot.simulator.safe_html import safe_html
from bot.simulator.text import Entity

if TYPE_CHECKING:
    from bot.simulator.world import Account, Chat

Json = dict[str, Any]


@dataclass(slots=True, eq=False)
class Message:
    """A message as its chat shows it now; `touched` counts the world's changes up to its last one."""

    id: int
    chat: Chat
    sender: Account | None
    date: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    markup: Json | None = None
    document: StoredFile | None = None
    photo: StoredFile | None = None
    contact: Json | None = None
    forward_origin: Json | None = None
    reply_to: Message | None = None
    edit_date: int | None = None
    pinned: bool = False
    protected: bool = False
    service: Json | None = None
    touched: int = 0

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender is None

    @property
    def edited(self) -> bool:
        """Whether it was changed since it was sent."""
        return self.edit_date is not None

    @property
    def html(self) -> str:
        """The text with its formatting, safe to show."""
        return safe_html(self.text, self.entities)

    @property
    def buttons(self) -> list[list[Json]]:
        """The inline keyboard, row by row."""
        return list(self.markup["inline_keyboard"]) if self.markup else []

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the inline keyboard, row by row."""
        return [[button["text"] for button in row] for row in self.buttons]

    @property
    def labels(self) -> list[str]:
        """All labels of the inline keyboard."""
        return [label for row in self.keyboard for label in row]

    @property
    def file(self) -> StoredFile | None:
        """The document or photo."""
        return self.document or self.photo


def message_json(message: Message, *, nested: bool = False) -> Json:
    """Return the Bot API's Message; a message replied to carries no further one."""
    chat = message.chat
    told: Json = {
        "message_id": message.id,
        "from": message.sender.user_json() if message.sender else chat.bot_user,
        "chat": chat.chat_json(),
        "date": message.date,
    }
    if message.text or not message.file:
        _tell_text(message, told)
    if message.document:
        told["document"] = message.document.document()
    if message.photo:
        told["photo"] = message.photo.photo()
    if message.markup:
        told["reply_markup"] = message.markup
    if message.edit_date:
        told["edit_date"] = message.edit_date
    if message.reply_to and not nested:
        told["reply_to_message"] = message_json(message.reply_to, nested=True)
    _tell_rest(message, told)
    return told


def _tell_text(message: Message, told: Json) -> None:
    if message.contact or message.service:
        return
    text, entities = ("caption", "caption_entities") if message.file else ("text", "entities")
    told[text] = message.text
    if message.entities:
        told[entities] = message.entities


def _tell_rest(message: Message, told: Json) -> None:
    if message.contact:
        told["contact"] = message.contact
    if message.forward_origin:
        told["forward_origin"] = message.forward_origin
    if message.protected:
        told["has_protected_content"] = True
    if message.service:
        told.update(message.service)
