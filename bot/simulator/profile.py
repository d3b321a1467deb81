"""The bot's profile: names, descriptions, menu buttons, and the command lists by scope and language."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Profile:
    """What setMy… and setChatMenuButton have set."""

    name: str
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    def commands_for(self, chat_id: int, person_id: int, language: str) -> list[Json]:
        """Return the list a person sees, by Telegram's order of scopes (Bot API, BotCommandScope)."""
        private = chat_id > 0
        scopes = [f"chat:{chat_id}", "all_private_chats" if private else "all_group_chats", "default"]
        if not private:
            scopes.insert(0, f"chat_member:{chat_id}:{person_id}")
        for scope in scopes:
            for spoken in (language, ""):
                if found := self.commands.get((scope, spoken)):
                    return found
        return []


def scope_key(scope: Json | None) -> str:
    """Return a scope as one word."""
    if scope is None:
        return "default"
    return ":".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)
