"""A process that only sends, to be killed: a real one, made from a server that has read the program already."""

import asyncio
import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess

from telegram import Bot

from bot import sending_ticks
from bot.delivery import Delivery, Pace
from bot.transport import AiohttpRequest
from db.engine import Database
from db.keys import Keyring
from tests.sending import CALENDAR, RULES, civil, render

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.soak.campaign", "tests.postgres"])  # what a command's own module imports
RECOVER_SECONDS = 0.25


@dataclass(frozen=True)
class Told:
    """What a sender is told."""

    database_url: str
    key: bytes
    token: str
    api_url: str
    pace: Pace


class Sender:
    """A running sender."""

    def __init__(self, told: Told) -> None:
        self.process: ForkServerProcess = SERVER.Process(target=play, args=(told,), daemon=True)
        self.process.start()
        assert self.process.pid is not None
        self.pid = self.process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it with `kill -9`, and see that it is dead."""
        self.signal(signal.SIGKILL)
        self.process.join()

    def cpu_seconds(self) -> float:
        """Give the processor time it has used."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:  # noqa: PTH123
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """Be rid of it, whatever its state."""
        if self.process.is_alive():
            self.kill()


def play(told: Told) -> None:
    """Send until killed, or until asked to end."""
    asyncio.run(_serve(told))


async def _serve(told: Told) -> None:
    database = Database(told.database_url, Keyring(told.key))
    request = AiohttpRequest(512)
    await request.initialize()
    bot = Bot(told.token, f"{told.api_url}/bot", request=request, get_updates_request=AiohttpRequest(1))
    delivery = Delivery(
        database, bot, render, token="digest", clock=civil(), rules=RULES, calendar=CALENDAR, pace=told.pace
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, delivery.stop)
    ticking = asyncio.create_task(_tick(database))
    await delivery.run()
    ticking.cancel()
    await request.shutdown()
    await database.close()


async def _tick(database: Database) -> None:
    while True:
        await sending_ticks.recover(database)
        await sending_ticks.finish_batches(database, civil())
        await asyncio.sleep(RECOVER_SECONDS)
