"""sendMessage, sendDocument, sendPhoto, sendChatAction."""

from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.files import PHOTO_LIMIT, UPLOAD_LIMIT
from bot.simulator.keyboards import check_markup, shown_markup
from bot.simulator.messages import Json, Message, message_json
from bot.simulator.methods.texts import caption_text, message_text
from bot.simulator.world import Chat, World

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
"""Bot API, sendChatAction."""


def send_message(world: World, arguments: dict[str, Any]) -> Json:
    """Answer sendMessage."""
    chat = world.reachable(arguments["chat_id"])
    text, entities = message_text(arguments)
    return _send(world, chat, arguments, text=text, entities=entities)


def send_document(world: World, arguments: dict[str, Any]) -> Json:
    """Answer sendDocument."""
    chat = world.reachable(arguments["chat_id"])
    text, entities = caption_text(arguments)
    document = world.files.sent(arguments["document"], UPLOAD_LIMIT)
    return _send(world, chat, arguments, text=text, entities=entities, document=document)


def send_photo(world: World, arguments: dict[str, Any]) -> Json:
    """Answer sendPhoto."""
    chat = world.reachable(arguments["chat_id"])
    text, entities = caption_text(arguments)
    photo = world.files.sent(arguments["photo"], PHOTO_LIMIT)
    photo.photo()
    return _send(world, chat, arguments, text=text, entities=entities, photo=photo)


def send_chat_action(world: World, arguments: dict[str, Any]) -> bool:
    """Answer sendChatAction."""
    chat = world.reachable(arguments["chat_id"])
    if arguments["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.tell(chat, "action", action=arguments["action"])
    return True


def _send(world: World, chat: Chat, arguments: dict[str, Any], **content: Any) -> Json:
    markup = arguments.get("reply_markup")
    check_markup(markup, private=chat.kind == "private")
    message = world.add_message(
        chat,
        None,
        markup=shown_markup(markup),
        reply_to=_replied_to(chat, arguments.get("reply_parameters")),
        protected=arguments.get("protect_content", False),
        **content,
    )
    _keep_reply_keyboard(world, chat, markup)
    return message_json(message)


def _replied_to(chat: Chat, parameters: Json | None) -> Message | None:
    if parameters is None:
        return None
    message = chat.messages.get(parameters["message_id"])
    if message is None and not parameters.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _keep_reply_keyboard(world: World, chat: Chat, markup: Json | None) -> None:
    if markup is None or "inline_keyboard" in markup:
        return
    chat.reply_keyboard = markup if markup.get("keyboard") else None
    world.tell(chat, "keyboard")
