"""The counter as the workers see it: an update goes to its handler, an answer is said again, a failure counted."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

import telegram
from telegram.ext import Application

from db.inbox import Work
from handlers.context import Tools, count_failure
from handlers.speaking import speak

LONG_AGO = float("-inf")
"""The lease is to be prolonged before anything is said."""


def read(payload: dict[str, Any], bot: telegram.Bot) -> telegram.Update:
    """Make an update of what was kept; raises what PTB raises where it cannot be read.

    A press is put together here: of its message only chat and number are kept, and PTB would look for the hundred
    other things a message may have, at the price of a query.
    """
    told = payload.get("callback_query")
    if told is None or "message" not in told:
        return telegram.Update.de_json(payload, bot)
    chat = telegram.Chat.de_json(told["message"]["chat"], bot)
    query = telegram.CallbackQuery(
        told["id"],
        telegram.User.de_json(told["from"], bot),
        told["chat_instance"],
        telegram.InaccessibleMessage(chat, told["message"]["message_id"]),
        told.get("data"),
    )
    update = telegram.Update(payload["update_id"], callback_query=query)
    update.set_bot(bot)
    return update


@dataclass(frozen=True)
class Desk:
    """PTB's application, and what it does not do for us; each act tells whether an answer is out, to be marked so."""

    tools: Tools
    application: Application[Any, Any, Any, Any, Any, Any]

    async def dispatch(self, work: Work) -> bool:
        """Bring an update to its handler and say the answer; raises what PTB raises where it cannot read it."""
        await self.application.process_update(read(work.payload, self.application.bot))
        decided = self.tools.tray.pop(work.update_id, None)
        return decided is not None and await self._say(work, decided.said, decided.lease_ends)

    async def resume(self, work: Work) -> bool:
        """Say an answer whose saying broke off, as far as it can be said now."""
        return await self._say(work, work.answer or [], LONG_AGO)

    async def give_back(self, work: Work) -> bool:
        """Count a failure of an update that no handler took; the third parks it and says so."""
        ends = time.monotonic() + self.tools.chat_lease
        reference = secrets.token_hex(4).upper()
        said = await count_failure(self.tools, work.chat_id, work.update_id, reference, bot=self.application.bot)
        return bool(said) and await self._say(work, said, ends)

    async def _say(self, work: Work, said: list[dict[str, Any]], lease_ends: float) -> bool:
        return await speak(
            self.tools, self.application.bot, work.chat_id, work.update_id, said, lease_ends=lease_ends
        )  # fmt: skip
