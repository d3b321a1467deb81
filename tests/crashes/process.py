"""A process of the bot that a test may kill: a real one, made from a server that has read the program already."""

import asyncio
import logging
import multiprocessing
import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from zoneinfo import ZoneInfo

from bot.application import open_service, settle_in
from bot.settings import Settings
from bot.webhook import Receiver
from db.clock import Clock
from db.engine import Database
from db.keys import Keyring

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.crashes.process"])


@dataclass(frozen=True)
class Told:
    """What a process is told: where everything is, which parts it plays, how long its leases run."""

    database_url: str
    key: bytes
    token: str
    api_url: str
    offset: timedelta
    log: str
    parts: tuple[str, ...]
    chat_lease: float
    rate: float = 1000
    webhook: tuple[int, str, str] | None = None
    """Port, address and secret of the receiver, when updates are pushed."""


class Bot:
    """A running process."""

    def __init__(self, told: Told) -> None:
        self.process: ForkServerProcess = SERVER.Process(target=play, args=(told,), daemon=True)
        self.process.start()
        assert self.process.pid is not None
        self.pid = self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.is_alive()

    def kill(self) -> None:
        """End it with `kill -9`, and see that it is dead."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.join()

    def halt(self) -> None:
        """Stop it where it stands."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a stopped one go on."""
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> None:
        """Be rid of it, whatever its state."""
        if self.alive:
            self.kill()
        self.process.close()


def play(told: Told) -> None:
    """Be the bot until killed."""
    logging.basicConfig(filename=told.log, level=logging.WARNING, format="%(process)d %(levelname)s %(message)s")
    asyncio.run(_serve(told))


async def _serve(told: Told) -> None:
    database = Database(told.database_url, Keyring(told.key))
    settings = Settings(
        bot_token=told.token,  # type: ignore[arg-type]
        api_url=told.api_url,
        database_url=told.database_url,
        messages_per_second=told.rate,
    )
    clock = Clock(ZoneInfo("Asia/Makassar"), offset=told.offset)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(
            open_service(settings, database=database, clock=clock, chat_lease=told.chat_lease)
        )
        settle_in()
        await service.start(told.parts)
        if told.webhook is not None:
            port, address, secret = told.webhook
            receiver = Receiver(service.reception, address, secret)
            stack.push_async_callback(receiver.stop)
            await receiver.start("127.0.0.1", port)
        await service.wait()


def parts(*named: str) -> tuple[str, ...]:
    """Name the parts of a process; all of them when none is named."""
    return named or ("updates", "polling", "delivery")


__all__: Sequence[str] = ("Bot", "Told", "parts", "play")
