"""editMessageText, editMessageReplyMarkup, deleteMessage, pinChatMessage, unpinChatMessage."""

from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.keyboards import check_markup, shown_markup
from bot.simulator.messages import Json, Message, message_json
from bot.simulator.methods.texts import message_text
from bot.simulator.world import Chat, World

DELETE_SECONDS = 48 * 3600
"""A message can be deleted within 48 hours (Bot API, deleteMessage)."""
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def edit_message_text(world: World, arguments: dict[str, Any]) -> Json:
    """Answer editMessageText."""
    message = _editable(world, arguments)
    text, entities = message_text(arguments)
    if message.file:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, text, entities, arguments.get("reply_markup"))


def edit_message_reply_markup(world: World, arguments: dict[str, Any]) -> Json:
    """Answer editMessageReplyMarkup."""
    message = _editable(world, arguments)
    return _edit(world, message, message.text, message.entities, arguments.get("reply_markup"))


def delete_message(world: World, arguments: dict[str, Any]) -> bool:
    """Answer deleteMessage."""
    chat = world.reachable(arguments["chat_id"])
    message = _found(chat, arguments, "message to delete not found")
    if world.clock.timestamp() - message.date > DELETE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    if chat.kind == "group" and not message.from_bot:
        raise bad_request("message can't be deleted")
    chat.drop(message.id)
    world.touch(message, "delete")
    return True


def pin_chat_message(world: World, arguments: dict[str, Any]) -> bool:
    """Answer pinChatMessage."""
    chat = world.reachable(arguments["chat_id"])
    message = _found(chat, arguments, "message to pin not found")
    if not message.pinned:
        message.pinned = True
        chat.pins.append(message.id)
    world.touch(message, "edit")
    return True


def unpin_chat_message(world: World, arguments: dict[str, Any]) -> bool:
    """Answer unpinChatMessage: the newest pin unless one is named."""
    chat = world.reachable(arguments["chat_id"])
    number = arguments.get("message_id") or (chat.pins[-1] if chat.pins else 0)
    message = chat.messages.get(number)
    if message is None or number not in chat.pins:
        raise bad_request("message to unpin not found")
    message.pinned = False
    chat.pins.remove(number)
    world.touch(message, "edit")
    return True


def _found(chat: Chat, arguments: dict[str, Any], otherwise: str) -> Message:
    message = chat.messages.get(arguments["message_id"])
    if message is None:
        raise bad_request(otherwise)
    return message


def _editable(world: World, arguments: dict[str, Any]) -> Message:
    chat = world.reachable(arguments["chat_id"])
    message = _found(chat, arguments, "message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _edit(world: World, message: Message, text: str, entities: list[Json], markup: Json | None) -> Json:
    check_markup(markup, private=message.chat.kind == "private")
    shown = shown_markup(markup)
    if (text, entities, shown) == (message.text, message.entities, message.markup):
        raise bad_request(_UNCHANGED)
    message.text, message.entities, message.markup = text, entities, shown
    message.edit_date = world.clock.timestamp()
    world.touch(message, "edit")
    return message_json(message)
