"""Who watches what: every change of a chat is told to those who wait for it, without polling."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]


@dataclass(slots=True)
class Events:
    """The bell: `ring` after every change, `listen` for all of them."""

    _queues: set[asyncio.Queue[Event]] = field(default_factory=set)
    _waiting: dict[int, asyncio.Future[None]] = field(default_factory=dict)

    @property
    def heard(self) -> bool:
        """Whether anybody listens; telling nobody should cost nothing."""
        return bool(self._queues)

    def ring(self, chat_id: int, event: Event | None = None) -> None:
        """Tell that something changed in a chat."""
        waiting = self._waiting.pop(chat_id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        if event is not None:
            for queue in self._queues:
                with suppress(asyncio.QueueFull):
                    queue.put_nowait({"chat": chat_id, **event})

    @contextmanager
    def listen(self, limit: int = 1000) -> Iterator[asyncio.Queue[Event]]:
        """Give a queue of all events from now on; a listener too slow by `limit` misses some and must look again."""
        queue: asyncio.Queue[Event] = asyncio.Queue(limit)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def changed(self, chat_id: int) -> None:
        """Wait for the next change in a chat."""
        waiting = self._waiting.get(chat_id)
        if waiting is None or waiting.done():
            waiting = self._waiting[chat_id] = asyncio.get_running_loop().create_future()
        await asyncio.shield(waiting)
