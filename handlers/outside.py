"""Long work between two transactions: nothing is held open meanwhile but the chat."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import telegram
from telegram.constants import ChatAction
from telegram.error import TelegramError

from db import queues
from db.away import patiently

if TYPE_CHECKING:
    from handlers.context import Tools

ACTION_SECONDS = 4.0
"""Telegram shows for five seconds that something is being done (Bot API, sendChatAction); then it is told again."""


@dataclass(frozen=True)
class Worked:
    """What came of the work."""

    result: Any


class Outside(Exception):
    """A handler asks for work to be done before it can go on."""

    def __init__(self, work: Callable[[], Awaitable[Any]]) -> None:
        self.work = work
        super().__init__()


@asynccontextmanager
async def at_work(tools: "Tools", bot: telegram.Bot, chat_id: int, owner: str) -> AsyncIterator[None]:
    """Keep the chat's lease, and let the person see that something is being done, until the block ends."""
    keeping = asyncio.create_task(_keep(tools, bot, chat_id, owner))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _keep(tools: "Tools", bot: telegram.Bot, chat_id: int, owner: str) -> None:
    async def hold() -> bool:
        async with tools.database.transaction() as session:
            return await queues.hold(session, chat_id, owner, tools.chat_lease)

    # A lease that is lost all the same is noticed by the transaction that comes after the work.
    while await patiently(hold):
        with suppress(TelegramError):
            await bot.send_chat_action(chat_id, ChatAction.TYPING)
        await asyncio.sleep(min(ACTION_SECONDS, tools.chat_lease / 3))
