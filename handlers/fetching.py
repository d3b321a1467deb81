"""Fetching a file somebody sent: only as large as its purpose needs, and in words when it is too large."""

import telegram
from telegram.error import BadRequest

from content.errors import SheetError

FETCH_SECONDS = 60.0
"""How long Telegram may be silent while it hands over a file."""


async def fetch(bot: telegram.Bot, document: telegram.Document, largest: int) -> bytes:
    """Fetch a document of at most so many bytes; raises SheetError `too_large`."""
    if (document.file_size or 0) > largest:
        raise SheetError("too_large")
    try:
        told = await bot.get_file(document.file_id)
    except BadRequest as refused:
        if "too big" in refused.message.lower():
            raise SheetError("too_large") from refused
        raise
    return bytes(await told.download_as_bytearray(read_timeout=FETCH_SECONDS))
