"""What people do in Telegram, and the updates the bot gets from it."""

import time
from typing import Any

from bot.simulator.callbacks import Press
from bot.simulator.files import StoredFile
from bot.simulator.messages import Json, Message, message_json
from bot.simulator.text import found_entities, trimmed
from bot.simulator.world import Account, Chat, World

STALE_SECONDS = 48 * 3600
"""After this a press carries no message any more but an InaccessibleMessage."""


def write(world: World, account: Account, chat: Chat, text: str, reply_to: Message | None = None) -> Message:
    """Send a text; the first one starts a private chat, and writing to a blocked bot unblocks it first."""
    text, entities = trimmed(text, found_entities(text))
    return _post(world, account, chat, text=text, entities=entities, reply_to=reply_to)


def send_contact(world: World, account: Account, chat: Chat, card: Account, *, forwarded: bool) -> Message:
    """Send a card: the own one by the contact button, or one received from somebody, passed on."""
    origin = {"type": "user", "date": world.clock.timestamp(), "sender_user": card.user_json()} if forwarded else None
    return _post(world, account, chat, contact=card.contact_json(), forward_origin=origin)


def send_file(
    world: World, account: Account, chat: Chat, stored: StoredFile, caption: str = "", *, as_photo: bool = False
) -> Message:
    """Send a document or a photo."""
    kind = "photo" if as_photo else "document"
    return _post(world, account, chat, text=caption, entities=found_entities(caption), **{kind: stored})


def edit(world: World, message: Message, text: str) -> None:
    """Change an own text; the bot hears of it."""
    message.text, message.entities = trimmed(text, found_entities(text))
    message.edit_date = world.clock.timestamp()
    world.touch(message, "edit")
    if _heard(world, message):
        world.updates.push("edited_message", message_json(message))


def press(world: World, account: Account, message: Message, data: str) -> Press:
    """Press an inline button."""
    chat = message.chat
    _acted(chat)
    noted = world.callbacks.press(chat.id, account.id, message.id)
    stale = world.clock.timestamp() - message.date > STALE_SECONDS
    shown = {"chat": chat.chat_json(), "message_id": message.id, "date": 0} if stale else message_json(message)
    world.updates.push(
        "callback_query",
        {
            "id": noted.id,
            "from": account.user_json(),
            "message": shown,
            "chat_instance": str(abs(hash((chat.id, "instance")))),
            "data": data,
        },
    )
    return noted


def set_blocked(world: World, account: Account, *, blocked: bool) -> None:
    """Block or unblock the bot in the private chat."""
    chat = world.chats[account.id]
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    before, after = ("member", "kicked") if blocked else ("kicked", "member")
    _tell_membership(world, account, chat, before, after)


def add_bot(world: World, account: Account, chat: Chat) -> None:
    """Bring the bot into a group."""
    before, chat.bot_status = chat.bot_status, "member"
    _tell_membership(world, account, chat, before, "member")


def remove_bot(world: World, account: Account, chat: Chat) -> None:
    """Throw the bot out of a group."""
    before, chat.bot_status = chat.bot_status, "kicked"
    _tell_membership(world, account, chat, before, "kicked")


def _post(world: World, account: Account, chat: Chat, **content: Any) -> Message:
    if chat.kind == "private":
        set_blocked(world, account, blocked=False)
        chat.started = True
    _acted(chat)
    message = world.add_message(chat, account, **content)
    if _heard(world, message):
        world.updates.push("message", message_json(message))
    return message


def _acted(chat: Chat) -> None:
    chat.unread = 0
    chat.last_act = time.monotonic()


def _heard(world: World, message: Message) -> bool:
    """Whether the bot gets a message: in groups only commands, replies to it and mentions (privacy mode)."""
    chat = message.chat
    if chat.kind == "private":
        return True
    if chat.bot_status != "member":
        return False
    name = f"@{world.bot_user['username']}".lower()
    command = any(entity["type"] == "bot_command" for entity in message.entities)
    to_bot = message.reply_to is not None and message.reply_to.from_bot
    return command or to_bot or name in message.text.lower()


def _tell_membership(world: World, account: Account, chat: Chat, before: str, after: str) -> None:
    world.updates.push(
        "my_chat_member",
        {
            "chat": chat.chat_json(),
            "from": account.user_json(),
            "date": world.clock.timestamp(),
            "old_chat_member": _member(world, before),
            "new_chat_member": _member(world, after),
        },
    )
    world.tell(chat, "people")


def _member(world: World, status: str) -> Json:
    member: Json = {"user": world.bot_user, "status": status}
    return {**member, "until_date": 0} if status == "kicked" else member
