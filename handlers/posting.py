"""A request to Telegram in words alone: its fields as they are, and of the answer only what is read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from telegram import Bot


class Form:
    """A request's fields, already words, in place of the library's `RequestData`.

    Building that, and an object of seventy attributes from an answer of which only a number is wanted, is half of
    what a message costs.
    """

    contains_files = False
    multipart_data: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.json_parameters = dict(fields)


async def post(bot: Bot, method: str, fields: Mapping[str, str]) -> Any:
    """Call a method of the Bot API and give the bare result; raises python-telegram-bot's errors."""
    data: Any = Form(fields)
    return await bot.request.post(f"{bot.base_url}/{method}", request_data=data)
