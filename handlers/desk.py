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


@dataclass(frozen=True)
class Desk:
    """PTB's application, and what it does not do for us."""

    tools: Tools
    application: Application[Any, Any, Any, Any, Any, Any]

    async def dispatch(self, work: Work) -> None:
        """Bring an update to its handler and say the answer; raises what PTB raises where it cannot read it."""
        await self.application.process_update(telegram.Update.de_json(work.payload, self.application.bot))

    async def resume(self, work: Work) -> bool:
        """Say an answer whose saying broke off; False where that must wait or is somebody else's now."""
        bot = self.application.bot
        return await speak(self.tools, bot, work.chat_id, work.update_id, work.answer or [], held_at=LONG_AGO)

    async def give_back(self, work: Work) -> None:
        """Count a failure of an update that no handler took; the third parks it and says so."""
        bot, held_at = self.application.bot, time.monotonic()
        reference = secrets.token_hex(4).upper()
        said = await count_failure(self.tools, work.chat_id, work.update_id, reference, bot=bot)
        if said:
            await speak(self.tools, bot, work.chat_id, work.update_id, said, held_at=held_at)
