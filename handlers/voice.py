"""One chat's side of an answer: a request to Telegram for each part, and what came back of it."""

import json
import logging
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import telegram
from telegram.constants import ParseMode
from telegram.error import BadRequest

from content.catalog import Catalog
from content.markup import plain
from handlers.menus import command_list
from handlers.posting import post

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Built:
    """A file ready to be sent: its name, bytes, and the caption's text."""

    name: str
    content: bytes
    caption: str | None = None


@dataclass
class Voice:
    """Speaks into one chat and remembers what must be written down afterwards."""

    bot: telegram.Bot
    chat_id: int
    catalog: Catalog
    shown: list[tuple[str | None, int, int | None]] = field(default_factory=list)
    """Purpose, message, and in how many minutes it goes from the chat."""

    async def utter(self, item: dict[str, Any]) -> None:
        """Say one part; raises python-telegram-bot's errors."""
        await getattr(self, f"_{item['do']}")(item)

    async def _toast(self, item: dict[str, Any]) -> None:
        words = {"text": item["text"]} if item["text"] else {}
        alert = {"show_alert": "true"} if item["alert"] else {}
        try:
            await post(self.bot, "answerCallbackQuery", {"callback_query_id": item["query"], **words, **alert})
        except BadRequest:
            if item["text"]:  # too late for a line over the chat; the words must still arrive
                await post(self.bot, "sendMessage", self._fields(item["text"], None, html=False))

    async def _say(self, item: dict[str, Any]) -> None:
        try:
            sent = await post(self.bot, "sendMessage", self._fields(item["text"], item["markup"]))
        except BadRequest as refused:
            if "parse" not in str(refused).lower():
                raise
            log.warning("a text was sent without its formatting")
            fields = self._fields(plain(item["text"]), item["markup"], html=False)
            sent = await post(self.bot, "sendMessage", fields)
        self.shown.append((item["purpose"], int(sent["message_id"]), None))

    async def _show(self, item: dict[str, Any]) -> None:
        if item["markup"] is not None and "inline_keyboard" not in item["markup"]:
            await self._say(item)  # an edit cannot carry a keyboard that asks for a contact
            return
        place = {"message_id": str(item["message_id"])}
        try:
            await post(self.bot, "editMessageText", self._fields(item["text"], item["markup"]) | place)
        except BadRequest as refused:
            if "not modified" not in str(refused):
                await self._say(item)
                return
        self.shown.append((None if item.get("known") else item["purpose"], item["message_id"], None))

    def _fields(self, text: str, markup: dict[str, Any] | None, *, html: bool = True) -> dict[str, str]:
        fields = {"chat_id": str(self.chat_id), "text": text}
        if html:
            fields["parse_mode"] = ParseMode.HTML.value
        if markup is not None:
            fields["reply_markup"] = json.dumps(markup, ensure_ascii=False)
        return fields

    async def _delete(self, item: dict[str, Any]) -> None:
        try:
            await self.bot.delete_message(self.chat_id, item["message_id"])
        except BadRequest:
            log.debug("a message to delete was gone already")

    async def _file(self, item: dict[str, Any]) -> None:
        built: Built = item["built"]
        sent = await self.bot.send_document(
            self.chat_id, BytesIO(built.content), filename=built.name, caption=built.caption, parse_mode=ParseMode.HTML
        )
        self.shown.append((None, sent.message_id, item["delete_minutes"]))

    async def _photo(self, item: dict[str, Any]) -> None:
        built: Built = item["built"]
        await self.bot.send_photo(
            self.chat_id, BytesIO(built.content), filename=built.name, caption=built.caption, parse_mode=ParseMode.HTML
        )

    async def _commands(self, item: dict[str, Any]) -> None:
        names = command_list(self.catalog, item["level"], set(item["roles"]), item["language"])
        await self.bot.set_my_commands(
            [telegram.BotCommand(name, words) for name, words in names],
            scope=telegram.BotCommandScopeChat(self.chat_id),
        )
