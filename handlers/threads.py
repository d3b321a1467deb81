"""What was said in a request, laid out in pages that fit a message; and the terms on which requests are taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from db.promises import Terms
from db.requests import Turn
from handlers import keyboards
from handlers.buttons import Button

if TYPE_CHECKING:
    from handlers.context import Context, Tools

ROOM = 3000
"""Characters of turns on one page (UTF-16, as Telegram counts), which leaves room for the frame in 4,096."""

NEWEST = -1
"""The page shown at first: what was said last."""


def terms_of(tools: "Tools", now: datetime) -> Terms:
    """Give the terms of this moment."""
    return Terms(now, tools.clock.local(now).date(), tools.rules, tools.calendar)


async def leave_others(context: "Context", step: str, request_id: int) -> None:
    """Stop waiting for words to another request: whoever looks at this one would send them to the wrong person."""
    place = await context.place()
    if place is not None and place.step == step and place.values["request"] != request_id:
        await context.leave()


def pages(turns: Sequence[Turn]) -> list[list[Turn]]:
    """Lay turns out in pages in order; a turn is never torn apart."""
    laid: list[list[Turn]] = [[]]
    room = ROOM
    for turn in turns:
        size = len(turn.text.encode("utf-16-le")) // 2
        if laid[-1] and size > room:
            laid.append([])
            room = ROOM
        laid[-1].append(turn)
        room -= size
    return laid


def page_of(turns: Sequence[Turn], page: int, code: str, *args: object) -> tuple[dict[str, Any], list[Button]]:
    """Give one page's values for a text and the buttons that turn it; `NEWEST` gives the last page.

    `code` and `args` lead to another page; its number is put last.
    """
    laid = pages(turns)
    number = len(laid) - 1 if page < 0 else min(page, len(laid) - 1)
    said = [{"side": one.side, "text": one.text, "at": one.at} for one in laid[number]]
    return {"turns": said, "page": number + 1, "pages": len(laid)}, keyboards.turns(number, len(laid), code, *args)
