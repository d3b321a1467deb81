"""getChat and leaveChat."""

from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.messages import Json, message_json
from bot.simulator.world import World

_FULL = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}


def get_chat(world: World, arguments: dict[str, Any]) -> Json:
    """Answer getChat; a person who blocked the bot can still be looked at."""
    chat = world.chats.get(arguments["chat_id"])
    if chat is None or (chat.kind == "private" and not chat.started):
        raise bad_request("chat not found")
    told = {**chat.chat_json(), **_FULL}
    if chat.pins:
        told["pinned_message"] = message_json(chat.messages[chat.pins[-1]], nested=True)
    return told


def leave_chat(world: World, arguments: dict[str, Any]) -> bool:
    """Answer leaveChat: groups only."""
    chat = world.reachable(arguments["chat_id"])
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    world.tell(chat, "people")
    return True
