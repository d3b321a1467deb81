"""Keyboards: rows of buttons as Telegram's markup, and the shapes that recur."""

from collections.abc import Sequence
from typing import Any

from content.catalog import Catalog
from handlers.buttons import Button, Rows, act

PAGE = 8
"""Rows of choices on one screen."""


def markup(rows: Rows, catalog: Catalog, language: str) -> dict[str, Any] | None:
    """Give the reply_markup as JSON: inline, or a one-time keyboard where a contact is asked for.

    A row without buttons is left out.
    """
    rows = [row for row in rows if row]
    if not rows:
        return None
    if any(button.contact for row in rows for button in row):
        keys = [[_key(button, catalog, language) for button in row] for row in rows]
        return {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}
    return {"inline_keyboard": [[_inline(button, catalog, language) for button in row] for row in rows]}


def _key(button: Button, catalog: Catalog, language: str) -> dict[str, Any]:
    words = button.words(catalog, language)
    return {"text": words, "request_contact": True} if button.contact else {"text": words}


def _inline(button: Button, catalog: Catalog, language: str) -> dict[str, Any]:
    made: dict[str, Any] = {"text": button.words(catalog, language)}
    if button.url:
        made["url"] = button.url
    elif button.copy:
        made["copy_text"] = {"text": button.copy}
    else:
        made["callback_data"] = button.data
    return made


def paged(choices: Sequence[Button], page: int, code: str, *args: object) -> list[list[Button]]:
    """Lay out one page of choices, one a row, with previous and next where there are more.

    `code` and `args` lead to another page; its number is put last.
    """
    start = page * PAGE
    rows = [[choice] for choice in choices[start : start + PAGE]]
    turn = turns(page, -(-len(choices) // PAGE), code, *args)
    return [*rows, turn] if turn else rows


def turns(page: int, pages: int, code: str, *args: object) -> list[Button]:
    """Make the buttons to the page before and the one after, as far as there are.

    `code` and `args` lead there; the page's number, from 0, is put last.
    """
    turn = [act("previous", code, *args, page - 1)] if page > 0 else []
    return turn + ([act("next", code, *args, page + 1)] if page + 1 < pages else [])
