"""The webhook: who does not know the secret is turned away, and 200 means that the update is in the database."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

import aiohttp
import pytest
from sqlalchemy import select

from bot.receiving import WANTED, Reception
from bot.simulator import Simulator
from bot.webhook import LARGEST, SECRET_HEADER, Receiver
from db.clock import Clock
from db.engine import Database
from db.keys import Keyring
from db.models import Update
from tests.city import City
from tests.sending import until

SECRET = "rahasia_Uji-0123456789"
PATH = "/telegram/masuk"
UPDATE = {"update_id": 9001, "message": {"message_id": 1, "date": 1, "chat": {"id": 5001, "type": "private"}}}


@dataclass
class Door:
    """A listening receiver and whoever knocks."""

    address: str
    database: Database
    session: aiohttp.ClientSession

    async def post(self, body: object = UPDATE, *, secret: str | None = SECRET, path: str = PATH) -> tuple[int, str]:
        """Post a body and give the status and `Retry-After`."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.address + path, headers=headers, data=BytesIO(data)) as answer:
            return answer.status, answer.headers.get("Retry-After", "")

    async def kept(self) -> list[int]:
        """Give the ids of the updates in the database."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(Update.update_id).order_by(Update.update_id)))


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    """A receiver over a database, on a free port."""
    receiver = Receiver(Reception(database, Clock()), f"https://bot.example{PATH}", SECRET)
    port = await receiver.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Door(f"http://127.0.0.1:{port}", database, session)
    await receiver.stop()


async def test_an_update_is_in_the_database_when_it_is_acknowledged(door: Door) -> None:
    assert await door.post() == (200, "")
    assert await door.kept() == [9001]
    assert await door.post() == (200, ""), "Telegram may repeat it"
    assert await door.kept() == [9001]


async def test_without_the_secret_nothing_is_taken(door: Door) -> None:
    for secret in (None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "ä"):
        assert (await door.post(secret=secret))[0] == 401
    assert (await door.post(b"x" * (LARGEST * 2), secret="wrong"))[0] == 401, "not even read"
    assert await door.kept() == []


async def test_a_secret_that_is_no_text_is_turned_away_like_any_other(door: Door) -> None:
    parts = urlsplit(door.address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: 2\r\nConnection: close\r\n{SECRET_HEADER}: "
    writer.write(head.encode() + b"\xff\xfe\r\n\r\n{}")
    await writer.drain()
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()


async def test_what_is_no_update_is_refused(door: Door) -> None:
    for body in (
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"{}",
        b'{"update_id": "1"}',
        b'{"update_id": 1, "message": 3}',
        b"\xff\xfe",
    ):
        assert (await door.post(body))[0] == 400
    assert (await door.post(b"{" + b" " * LARGEST + b"}"))[0] == 413
    assert (await door.post(path="/"))[0] == 404
    async with door.session.get(door.address + PATH) as answer:
        assert answer.status == 405
    assert await door.kept() == []


async def test_while_the_database_is_away_telegram_is_asked_to_come_again() -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", Keyring.fresh())
    receiver = Receiver(Reception(away, Clock()), PATH, SECRET)
    port = await receiver.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        assert await Door(f"http://127.0.0.1:{port}", away, session).post() == (503, "5")
    await receiver.stop()
    await away.close()


def test_a_receiver_without_a_secret_is_not_made(database: Database) -> None:
    with pytest.raises(ValueError, match="secret"):
        Receiver(Reception(database, Clock()), PATH, "")


async def test_a_conversation_by_webhook(city: City) -> None:
    assert city.service is not None
    await city.service.stop()
    receiver = Receiver(city.service.reception, f"http://127.0.0.1{PATH}", SECRET)
    port = await receiver.start("127.0.0.1", 0)
    bot = city.service.application.bot
    await bot.set_webhook(f"http://127.0.0.1:{port}{PATH}", secret_token=SECRET, allowed_updates=WANTED)
    await city.service.start(("updates",))
    person, _ = await city.member()
    await person.says("/menu")
    await person.sees("Silakan pilih")
    await city.service.stop()
    await bot.delete_webhook()
    await receiver.stop()


async def test_what_telegram_could_not_bring_comes_once_we_listen(database: Database) -> None:
    async with Simulator() as simulator, aiohttp.ClientSession() as session:
        simulator.world.webhook.first_pause = 0.05
        receiver = Receiver(Reception(database, Clock()), PATH, SECRET)
        port = await receiver.start("127.0.0.1", 0)
        await receiver.stop()
        call = f"{simulator.api_url}/bot{simulator.token}/setWebhook"
        hook = {"url": f"http://127.0.0.1:{port}{PATH}", "secret_token": SECRET}
        async with session.post(call, json=hook) as answer:
            assert answer.status == 200
        person = simulator.person("Rina Contoh", "+6281100000001")
        await person.says("/start")
        await person.says("halo")

        async def refused() -> bool:
            return "Connection failed" in simulator.world.webhook.info().get("last_error_message", "")

        await until(refused)
        await receiver.start("127.0.0.1", port)
        door = Door("", database, session)

        async def both() -> bool:
            return len(await door.kept()) == 2

        await until(both)
        await receiver.stop()
