"""One process that draws, started when first needed: never on the event loop, never inside a transaction."""

import asyncio
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field

from content.charts.figures import Figure
from handlers.pictures import PictureFailed

log = logging.getLogger(__name__)

LONGEST = 30.0
"""Seconds a picture may take, the start of the process among them; one takes a tenth of a second."""
MODULE = "content.charts.worker"


@dataclass
class Drawing:
    """The drawing process of this service; pictures wait for each other."""

    module: str = MODULE
    _process: Process | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def draw(self, figure: Figure) -> bytes:
        """Give the picture of a figure (PNG); raises `PictureFailed`, and the next one finds a new process."""
        async with self._turn:
            try:
                async with asyncio.timeout(LONGEST):
                    return await self._drawn(figure)
            except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError) as fault:
                log.warning("the drawing process failed", exc_info=fault)
                await self._end()
                raise PictureFailed from fault
            except asyncio.CancelledError:
                await self._end()  # its next answer would be this figure's
                raise

    async def _drawn(self, figure: Figure) -> bytes:
        process = self._process or await self._begin()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(figure.plain()).encode() + b"\n")
        await process.stdin.drain()
        length = int(await process.stdout.readline())
        return await process.stdout.readexactly(length)

    async def _begin(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self.module, stdin=PIPE, stdout=PIPE, start_new_session=True
        )  # in a session of its own: an interrupt on the terminal is for the service, which ends it
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()

    async def close(self) -> None:
        """End the process; it holds nothing that could be lost."""
        async with self._turn:
            await self._end()
