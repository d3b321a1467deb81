"""Killed with an update committed that was pushed to us, before the 200: pushed again, it has no second effect."""

import asyncio
from contextlib import closing
from dataclasses import dataclass, field
from socket import create_server

from tests.crashes.process import Bot
from tests.crashes.town import SOON, Town, answers, until

RECEIVED = "sudah kami terima dengan nomor"
SECRET = "rahasia-contoh"


@dataclass
class Wire:
    """The wire between Telegram and our receiver; it may be cut, killing us, when the first answer is on it."""

    port: int
    victim: Bot | None = None
    cut: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection; asyncio.start_server calls it."""
        try:
            inside, outside = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.close()
            return
        there = asyncio.create_task(_pump(reader, outside))
        answer = await inside.read(2**16)
        if answer and self.victim is not None and not self.cut.is_set():
            self.victim.kill()
            self.cut.set()
            writer.transport.abort()
        elif answer:
            writer.write(answer)
            await _pump(inside, writer)
        there.cancel()
        outside.close()
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    except OSError:
        return


def free_port() -> int:
    with closing(create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])


async def test_killed_between_row_and_200_the_update_pushed_again_has_no_second_effect(town: Town) -> None:
    person, who = await town.city.member()
    wire = Wire(free_port())
    address = f"http://127.0.0.1:{wire.port}/masuk"
    async with await asyncio.start_server(wire.carry, "127.0.0.1", 0) as server:
        outside = server.sockets[0].getsockname()[1]
        town.simulator.world.webhook.first_pause = 0.2
        town.simulator.world.webhook.set(f"http://127.0.0.1:{outside}/masuk", SECRET, 4)
        # It only receives: what it has committed when it dies is all that is there.
        wire.victim = town.start("delivery", webhook=(wire.port, address, SECRET))
        await person.says("/tanya Kapan petikan saya terima?")
        await asyncio.wait_for(wire.cut.wait(), SOON)
        assert await town.states() == {"open": 1}
        assert town.simulator.world.webhook.info()["pending_update_count"] == 1
        town.start("updates", "delivery", webhook=(wire.port, address, SECRET))
        await until(lambda: taken(town))
        await town.settled()
    assert [asked_by for asked_by, _ in await town.requests()] == [who.id]
    assert len(answers(person, RECEIVED)) == 1


async def taken(town: Town) -> bool:
    return bool(town.simulator.world.webhook.info()["pending_update_count"] == 0)
