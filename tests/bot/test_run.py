"""`run` from outside: well as soon as it serves, and a clear word instead of a half service."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.simulator import Simulator
from db.engine import Database
from tests.bot.test_cli import begin, end, online
from tests.conftest import KEYS
from tests.sending import until
from tests.shell import Shell, key_file, shell_for


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator() as opened:
        yield opened


@pytest.fixture
def shell(database: Database, simulator: Simulator, tmp_path: Path) -> Shell:
    return online(shell_for(database.url, key_file(tmp_path, KEYS.root)), simulator)


@asynccontextmanager
async def taken() -> AsyncIterator[str]:
    """Give an address at which somebody else listens."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_new_process_is_well_and_a_second_one_refuses_first(shell: Shell, unused_tcp_port: int) -> None:
    address = f"127.0.0.1:{unused_tcp_port}"
    on = shell.also(HEALTH_LISTEN=address)
    process = await begin(on, "run")
    async with aiohttp.ClientSession() as session:

        async def well() -> bool:
            async with session.get(f"http://{address}/healthz") as answer:
                return answer.status == 200

        await until(well)
    said = await on.apart("run")
    assert (said.status, "already sends" in said.err, "serving" in said.err) == (1, True, False)
    assert await end(process, signal.SIGTERM) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("variable", ["HEALTH_LISTEN", "WEBHOOK_LISTEN"])
async def test_a_taken_address_is_named_before_anything_is_served(
    shell: Shell, simulator: Simulator, variable: str
) -> None:
    hook = {"WEBHOOK_URL": "http://127.0.0.1:1/masuk", "WEBHOOK_SECRET": "uji_" * 8, "WEBHOOK_LISTEN": "127.0.0.1:0"}
    async with taken() as address:
        said = await shell.also(**{**hook, variable: address}).apart("run")
    assert said.status == 1
    assert f"TEMAN_{variable} is {address}" in said.err
    assert "serving" not in said.err
    assert "Traceback" not in said.err
    assert not simulator.world.webhook.url
