"""The small world's state: accounts, chats, messages, and what the bot knows of them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator.callbacks import Callbacks
from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError, bad_request, forbidden
from bot.simulator.events import Events
from bot.simulator.files import Files
from bot.simulator.messages import Json, Message
from bot.simulator.profile import Profile
from bot.simulator.updates import Updates
from bot.simulator.webhook import Webhook

FIRST_PERSON = 700_000_001
FIRST_GROUP = -4_000_001
KEPT_WITHOUT_HISTORY = 3


@dataclass(slots=True, eq=False)
class Account:
    """Somebody's Telegram account."""

    id: int
    name: str
    phone: str = ""
    username: str = ""
    note: str = ""
    language: str = "id"
    deactivated: bool = False

    def user_json(self) -> Json:
        """Return the Bot API's User."""
        first, _, last = self.name.partition(" ")
        told: Json = {"id": self.id, "is_bot": False, "first_name": first, "language_code": self.language}
        if last:
            told["last_name"] = last
        if self.username:
            told["username"] = self.username
        return told

    def contact_json(self) -> Json:
        """Return the Bot API's Contact: the card of this account."""
        first, _, last = self.name.partition(" ")
        card: Json = {"phone_number": self.phone, "first_name": first, "user_id": self.id}
        return {**card, "last_name": last} if last else card


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat with the bot, or a group."""

    id: int
    kind: Literal["private", "group"]
    title: str
    bot_user: Json
    members: dict[int, Account] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    bot_status: str = "member"
    reply_keyboard: Json | None = None
    pins: list[int] = field(default_factory=list)
    unread: int = 0
    last_act: float = float("-inf")
    _json: Json | None = None

    def chat_json(self) -> Json:
        """Return the Bot API's Chat; made once, since it stands in every message."""
        if self._json is None:
            self._json = {"id": self.id, "type": self.kind}
            if self.kind == "private":
                user = self.members[self.id].user_json()
                self._json |= {key: user[key] for key in ("first_name", "last_name", "username") if key in user}
            else:
                self._json |= {"title": self.title, "all_members_are_administrators": False}
        return self._json

    def drop(self, message_id: int) -> None:
        """Take a message out, its pin with it."""
        del self.messages[message_id]
        if message_id in self.pins:
            self.pins.remove(message_id)

    def newest(self) -> Iterable[Message]:
        """Give the messages, newest first."""
        return reversed(self.messages.values())


class World:
    """Everything there is on this machine's Telegram, for one bot."""

    def __init__(
        self,
        token: str = "",
        *,
        clock: Clock | None = None,
        keep_history: bool = True,
        callback_seconds: float = 30.0,
        bot_name: str = "Teman Mutasi",
        bot_username: str = "TemanMutasiSimBot",
    ) -> None:
        self.token = token or f"8100000001:{secrets.token_urlsafe(40)[:35]}"
        self.clock = clock or Clock()
        self.keep_history = keep_history
        self.bot_user: Json = {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.events = Events()
        self.files = Files()
        self.updates = Updates()
        self.webhook = Webhook(self.updates)
        self.callbacks = Callbacks(callback_seconds)
        self.profile = Profile(bot_name)
        self._last_message = 0
        self._changes = 0

    def add_account(self, name: str, phone: str = "", *, account_id: int = 0, **details: Any) -> Account:
        """Let somebody have Telegram; the chat with the bot exists, not yet started."""
        number = account_id or FIRST_PERSON + len(self.accounts)
        while number in self.accounts:
            number += 1
        account = Account(number, name, phone, **details)
        self.accounts[account.id] = account
        self.chats[account.id] = Chat(account.id, "private", name, self.bot_user, {account.id: account})
        return account

    def add_group(self, title: str, members: Iterable[Account]) -> Chat:
        """Let people have a group; the bot is not in it until somebody adds it."""
        groups = sum(1 for chat in self.chats.values() if chat.kind == "group")
        by_id = {member.id: member for member in members}
        chat = Chat(FIRST_GROUP - groups, "group", title, self.bot_user, by_id, bot_status="left")
        self.chats[chat.id] = chat
        return chat

    def reachable(self, chat_id: int) -> Chat:
        """Return a chat the bot may write to; raises ApiError with Telegram's reason why not."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        reason = _unreachable(chat)
        if reason is not None:
            raise reason
        return chat

    def add_message(self, chat: Chat, sender: Account | None, **content: Any) -> Message:
        """Put a new message into a chat."""
        self._last_message += 1
        message = Message(self._last_message, chat, sender, self.clock.timestamp(), **content)
        chat.messages[message.id] = message
        if not self.keep_history and len(chat.messages) > KEPT_WITHOUT_HISTORY:
            chat.drop(next(iter(chat.messages)))
        if sender is None:
            chat.unread += 1
        self.touch(message, "message")
        return message

    def change_number(self) -> int:
        """Return how many changes there have been."""
        return self._changes

    def touch(self, message: Message, kind: str) -> None:
        """Say that a message is new, changed or gone."""
        self._changes += 1
        message.touched = self._changes
        events = self.events
        events.ring(message.chat.id, {"kind": kind, "message": message} if events.heard else None)

    def tell(self, chat: Chat, kind: str, **values: Any) -> None:
        """Say that something else happened in a chat."""
        self._changes += 1
        self.events.ring(chat.id, {"kind": kind, **values})


def _unreachable(chat: Chat) -> ApiError | None:
    if chat.kind == "group":
        if chat.bot_status == "kicked":
            return forbidden("bot was kicked from the group chat")
        return None if chat.bot_status == "member" else forbidden("bot is not a member of the group chat")
    if chat.members[chat.id].deactivated:
        return forbidden("user is deactivated")
    if chat.blocked:
        return forbidden("bot was blocked by the user")
    return None if chat.started else forbidden("bot can't initiate conversation with a user")
