"""From what a handler returns to what is said: rendered once, inside the transaction, as plain JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from content.catalog import Catalog
from content.markup import plain
from handlers.answers import Commands, File, Forget, Part, Picture, Say, Show, Toast
from handlers.buttons import Rows
from handlers.keyboards import markup

if TYPE_CHECKING:
    from handlers.context import Context

TOAST_CHARACTERS = 200
"""Telegram's limit for an answer to a pressed button."""

KEYBOARDS: dict[str, Callable[[Mapping[str, Any]], Rows]] = {}
"""Message name → the buttons under it, for what is said unasked; filled by `keyboard_for`."""

Filler = Callable[[Catalog, Mapping[str, Any], str], Mapping[str, Any]]
FILLERS: dict[str, Filler] = {}
"""Text name → what makes its template's values from the stored ones; filled by `filled_by`."""


@dataclass(frozen=True)
class Outgoing:
    """A message ready to leave: Telegram HTML, and its reply_markup as JSON."""

    text: str
    markup: dict[str, Any] | None = None


def keyboard_for(name: str) -> Callable[[Callable[[Mapping[str, Any]], Rows]], Callable[[Mapping[str, Any]], Rows]]:
    """Say which buttons stand under an unasked message; the function takes the message's values."""

    def keep(rows: Callable[[Mapping[str, Any]], Rows]) -> Callable[[Mapping[str, Any]], Rows]:
        KEYBOARDS[name] = rows
        return rows

    return keep


def filled_by(name: str) -> Callable[[Filler], Filler]:
    """Say how a text's stored values become what its template asks for, such as codes that become words."""

    def keep(filler: Filler) -> Filler:
        FILLERS[name] = filler
        return filler

    return keep


def worded(catalog: Catalog, name: str, values: Mapping[str, Any], language: str) -> str:
    """Give a text in a language, its values filled where somebody said how."""
    filled = FILLERS[name](catalog, values, language) if name in FILLERS else values
    return catalog.render(name, dict(filled), language)


def render(catalog: Catalog, name: str, values: Mapping[str, Any], language: str) -> Outgoing:
    """Render an unasked message: its text by name, and its buttons."""
    rows = KEYBOARDS[name](values) if name in KEYBOARDS else ()
    return Outgoing(worded(catalog, name, values, language), markup(rows, catalog, language))


def prepare(context: "Context", parts: list[Part]) -> list[dict[str, Any]]:
    """Render an answer into what `handlers.speaking` can say now, or again after a crash."""
    query = context.update.callback_query if context.update else None
    said = [item for part in parts for item in _prepared(context, part)]
    if query is not None and not any(item["do"] == "toast" for item in said):
        said.insert(0, {"do": "toast", "query": query.id, "text": None, "alert": False})
    return said


def _prepared(context: "Context", part: Part) -> list[dict[str, Any]]:
    match part:
        case Say():
            return [_message(context, part)]
        case Toast():
            return _toast(context, part)
        case File():
            values = dict(part.values)
            return [{"do": "file", "builder": part.builder, "values": values, "language": context.language,
                     "delete_minutes": part.delete_minutes}]  # fmt: skip
        case Picture():
            values = dict(part.values)
            return [{"do": "photo", "builder": part.builder, "values": values, "language": context.language}]
        case Forget():
            return [{"do": "delete", "message_id": context.message_id}]
        case Commands():
            roles = sorted({role.name for role in context.person.roles})
            return [{"do": "commands", "level": context.person.level, "roles": roles, "language": context.language}]


def _message(context: "Context", part: Say) -> dict[str, Any]:
    catalog, language = context.tools.catalog, context.language
    text = worded(catalog, part.name, part.values, language)
    item: dict[str, Any] = {
        "do": "say",
        "text": text,
        "markup": {"remove_keyboard": True} if part.remove_keyboard else markup(part.rows, catalog, language),
        "purpose": part.purpose,
    }
    pressed = context.update.callback_query if context.update else None
    if isinstance(part, Show):
        over = pressed.message.message_id if pressed is not None and pressed.message is not None else part.over
        item |= {"do": "show", "message_id": over, "known": part.known} if over is not None else {}
    return item


def _toast(context: "Context", part: Toast) -> list[dict[str, Any]]:
    query = context.update.callback_query if context.update else None
    text = context.tools.catalog.render(part.name, dict(part.values), context.language)
    words = plain(text)
    if query is None or len(words) > TOAST_CHARACTERS:
        return [{"do": "say", "text": text, "markup": None, "purpose": None}]
    return [{"do": "toast", "query": query.id, "text": words, "alert": part.alert}]
