"""getMe and what a bot sets about itself: commands, descriptions, name, menu button; logOut and close."""

import re
from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.messages import Json
from bot.simulator.profile import scope_key
from bot.simulator.text import units
from bot.simulator.world import World

MOST_COMMANDS = 100
"""Commands of one list (Bot API, setMyCommands)."""
LONGEST_DESCRIPTION = 256
"""Characters of a command's description (Bot API, BotCommand)."""
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}\Z")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?\Z")
_LONGEST = {"name": 64, "description": 512, "short_description": 120}
"""Characters (Bot API, setMyName, setMyDescription, setMyShortDescription)."""


def get_me(world: World, _arguments: dict[str, Any]) -> Json:
    """Answer getMe."""
    can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**world.bot_user, "first_name": world.profile.name, **can}


def set_my_commands(world: World, arguments: dict[str, Any]) -> bool:
    """Answer setMyCommands."""
    commands = arguments["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.match(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(command["description"]) <= LONGEST_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    listed = [{**command, "command": command["command"].removeprefix("/")} for command in commands]
    world.profile.commands[_list_key(world, arguments)] = listed
    _tell_commands(world, arguments)
    return True


def delete_my_commands(world: World, arguments: dict[str, Any]) -> bool:
    """Answer deleteMyCommands."""
    world.profile.commands.pop(_list_key(world, arguments), None)
    _tell_commands(world, arguments)
    return True


def get_my_commands(world: World, arguments: dict[str, Any]) -> list[Json]:
    """Answer getMyCommands: exactly this scope and language."""
    return world.profile.commands.get(_list_key(world, arguments), [])


def set_my_name(world: World, arguments: dict[str, Any]) -> bool:
    """Answer setMyName; an empty one in no language changes nothing here."""
    if _set_text(world, "name", arguments) and not arguments.get("language_code"):
        world.profile.name = arguments["name"]
    return True


def set_my_description(world: World, arguments: dict[str, Any]) -> bool:
    """Answer setMyDescription."""
    _set_text(world, "description", arguments)
    return True


def set_my_short_description(world: World, arguments: dict[str, Any]) -> bool:
    """Answer setMyShortDescription."""
    _set_text(world, "short_description", arguments)
    return True


def set_chat_menu_button(world: World, arguments: dict[str, Any]) -> bool:
    """Answer setChatMenuButton: for one private chat, or the usual one."""
    chat_id = arguments.get("chat_id")
    if chat_id is not None:
        world.reachable(chat_id)
    world.profile.menu_buttons[chat_id] = arguments.get("menu_button", {"type": "default"})
    return True


def leave_server(_world: World, _arguments: dict[str, Any]) -> bool:
    """Answer logOut and close: nothing to leave here."""
    return True


def _set_text(world: World, kind: str, arguments: dict[str, Any]) -> str:
    text: str = arguments.get(kind, "")
    if units(text) > _LONGEST[kind]:
        raise bad_request(f"{kind.replace('_', ' ')} is too long")
    world.profile.texts[kind, _language(arguments)] = text
    return text


def _language(arguments: dict[str, Any]) -> str:
    language: str = arguments.get("language_code", "")
    if not _LANGUAGE.match(language):
        raise bad_request("invalid language code specified")
    return language


def _list_key(world: World, arguments: dict[str, Any]) -> tuple[str, str]:
    scope = arguments.get("scope")
    if scope and "chat_id" in scope:
        world.reachable(int(scope["chat_id"]))
    return scope_key(scope), _language(arguments)


def _tell_commands(world: World, arguments: dict[str, Any]) -> None:
    chat_id = (arguments.get("scope") or {}).get("chat_id")
    if chat_id is not None:
        world.tell(world.chats[int(chat_id)], "commands")
