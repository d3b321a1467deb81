"""Telegram's pushing side: updates to a webhook, one at a time for a chat, again and later when refused."""

import asyncio
import time
from contextlib import suppress
from operator import itemgetter
from typing import Any

import aiohttp

from bot.simulator.updates import Updates

Json = dict[str, Any]
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LONGEST_PAUSE = 60.0
"""Seconds between two tries at most (telegram-bot-api doubles up to a random 60-120)."""


class Webhook:
    """The webhook in force and its deliveries; `first_pause` is the pause after a first refusal, in seconds."""

    def __init__(self, updates: Updates, first_pause: float = 1.0) -> None:
        self.updates = updates
        self.url = ""
        self.first_pause = first_pause
        self._secret = ""
        self._most = 0
        self._failed_at = 0
        self._failure = ""
        self._task: asyncio.Task[None] | None = None
        self._flying: dict[int, Json] = {}

    def set(self, url: str, secret: str, most: int) -> None:
        """Set (or with an empty address take away) the webhook; `most` deliveries run at once."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.updates.pending.extendleft(sorted(self._flying.values(), key=itemgetter("update_id"), reverse=True))
        self._flying.clear()
        self.url, self._secret, self._most = url, secret, most
        self._failure = ""
        if url:
            self._task = asyncio.get_running_loop().create_task(self._serve())

    async def stop(self) -> None:
        """Stop delivering."""
        task = self._task
        self.set("", "", 0)
        if task is not None:
            with suppress(asyncio.CancelledError):
                await task

    def info(self) -> Json:
        """Return the Bot API's WebhookInfo, an update under way counts as pending."""
        pending = len(self.updates.pending) + len(self._flying)
        told: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": pending}
        if self.url:
            told["max_connections"] = self._most
        if self._failure:
            told |= {"last_error_date": self._failed_at, "last_error_message": self._failure}
        return told

    async def _serve(self) -> None:
        """Deliver for ever: updates of one chat in order, chats side by side."""
        queues: dict[object, asyncio.Task[None]] = {}
        slots = asyncio.Semaphore(self._most)
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            while True:
                await self.updates.arrival()
                update = self.updates.pending.popleft()
                self._flying[update["update_id"]] = update
                chat = _chat_of(update)
                queues = {key: task for key, task in queues.items() if not task.done()}
                queues[chat] = group.create_task(self._deliver(session, slots, update, queues.get(chat)))

    async def _deliver(
        self, session: aiohttp.ClientSession, slots: asyncio.Semaphore, update: Json, earlier: asyncio.Task[None] | None
    ) -> None:
        if earlier is not None:
            await earlier
        pause = self.first_pause
        while True:
            async with slots:
                wait = await self._post(session, update)
            if wait is None:
                self._flying.pop(update["update_id"], None)
                return
            await asyncio.sleep(wait or pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> float | None:
        """Try once; returns None when taken, else the seconds asked for (0: our own pause)."""
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        try:
            async with session.post(self.url, json=update, headers=headers, allow_redirects=False) as response:
                if response.ok:
                    return None
                self._note(f"Wrong response from the webhook: {response.status} {response.reason}")
                return float(response.headers.get("Retry-After", 0))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._note(f"Connection failed: {type(error).__name__}")
            return 0.0

    def _note(self, failure: str) -> None:
        self._failed_at, self._failure = int(time.time()), failure


def _chat_of(update: Json) -> object:
    payload = next(value for key, value in update.items() if key != "update_id")
    return (payload.get("message") or payload).get("chat", {}).get("id")
