"""The chat as the page shows it: plain JSON, its formatting built from parsed entities and nothing else."""

from typing import Any

from bot.simulator.messages import Message
from bot.simulator.world import Account, Chat, World

Json = dict[str, Any]


def shown_message(message: Message) -> Json:
    """Return one message."""
    sender = message.sender
    told: Json = {
        "id": message.id,
        "from": "person" if sender else "bot",
        "html": message.html,
        "text": message.text or _card(message.contact),
        "date": message.date,
        "edited": message.edited,
        "pinned": message.pinned,
        "reply_to": message.reply_to.id if message.reply_to else None,
        "keyboard": [[_shown_button(button) for button in row] for row in message.buttons],
    }
    if sender and message.chat.kind == "group":
        told["author"] = sender.name
    if message.document:
        stored = message.document
        told["document"] = {
            "file_id": stored.id,
            "name": stored.name,
            "size": len(stored.data),
            "mime": stored.mime,
        }
    if message.photo:
        told["photo"] = {"file_id": message.photo.id}
    return told


def shown_chat(world: World, chat: Chat, reader: Account) -> Json:
    """Return a whole chat as one of its people sees it."""
    return {
        "messages": [shown_message(message) for message in chat.messages.values()],
        "reply_keyboard": shown_reply_keyboard(chat),
        "commands": world.profile.commands_for(chat.id, reader.id, reader.language),
        "blocked": chat.blocked,
        "started": chat.started or chat.kind == "group",
    }


def shown_reply_keyboard(chat: Chat) -> Json | None:
    """Return the keyboard under the input field."""
    keyboard = chat.reply_keyboard
    if keyboard is None:
        return None
    rows = [
        [{"text": button["text"], "request_contact": button.get("request_contact", False)} for button in row]
        for row in keyboard["keyboard"]
    ]
    placeholder, once = keyboard.get("input_field_placeholder", ""), keyboard.get("one_time_keyboard", False)
    return {"rows": rows, "placeholder": placeholder, "one_time": once}


def shown_person(chat: Chat) -> Json:
    """Return one line of the list of people (a group stands among them)."""
    told: Json = {"id": chat.id, "name": chat.title, "note": "", "phone": "", "blocked": chat.blocked}
    told |= {"unread": chat.unread, "started": chat.started}
    if chat.kind == "group":
        return told | {"group": True}
    account = chat.members[chat.id]
    return told | {"name": account.name, "note": account.note, "phone": account.phone}


def shown_event(world: World, event: Json) -> Json:
    """Return an event for the page's stream."""
    chat, kind, message = world.chats.get(event["chat"]), event["kind"], event.get("message")
    told: Json = {key: value for key, value in event.items() if key not in ("message", "press")}
    if message is not None:
        told |= {"id": message.id} if kind == "delete" else shown_message(message)
    if kind == "keyboard" and chat is not None:
        told["reply_keyboard"] = shown_reply_keyboard(chat)
    return told


def _shown_button(button: Json) -> Json:
    told: Json = {"text": button["text"]}
    if "callback_data" in button:
        told["data"] = button["callback_data"]
    if "url" in button:
        told["url"] = button["url"]
    if "copy_text" in button:
        told["copy"] = button["copy_text"]["text"]
    return told


def _card(contact: Json | None) -> str:
    if contact is None:
        return ""
    name = f"{contact['first_name']} {contact.get('last_name', '')}".strip()
    return f"{name} · {contact['phone_number']}"
