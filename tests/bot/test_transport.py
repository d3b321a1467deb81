"""Requests to Telegram: what arrives, and what each failure is called."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.simulator import Simulator
from bot.simulator.ledger import Entry
from bot.transport import AiohttpRequest, NotSent, retry_after

pytestmark = pytest.mark.filterwarnings("error")


@asynccontextmanager
async def client(
    simulator: Simulator, url: str = "", proxy: str | None = None, read_seconds: float = 5.0, **more: Any
) -> AsyncIterator[Bot]:
    """Give a bot on our transport."""
    request = AiohttpRequest(8, proxy=proxy, read_seconds=read_seconds)
    polling = AiohttpRequest(1, read_seconds=read_seconds)
    url = url or simulator.api_url
    token = more.get("token", simulator.token)
    bot = Bot(token, f"{url}/bot", f"{url}/file/bot", request=request, get_updates_request=polling)
    await request.initialize()
    await polling.initialize()
    try:
        yield bot
    finally:
        await request.shutdown()
        await polling.shutdown()


async def test_a_form_arrives_as_it_was_said() -> None:
    async with Simulator() as simulator, client(simulator) as bot:
        [chat] = simulator.crowd(1)
        markup: Any = {"inline_keyboard": [[{"text": "Ya & tidak", "callback_data": "x"}]]}
        said = await bot.send_message(chat, "<b>Yth.</b> Ibu é 🙂", parse_mode="HTML", reply_markup=markup)
        shown = simulator.as_person(chat).last
        assert (shown.id, shown.text) == (said.message_id, "Yth. Ibu é 🙂")


async def test_a_file_arrives_with_its_name_and_bytes() -> None:
    async with Simulator() as simulator, client(simulator) as bot:
        [chat] = simulator.crowd(1)
        await bot.send_document(chat, BytesIO(b"\x00PK\xff"), filename="daftar pegawai é.xlsx", caption="Berkas")
        [entry] = simulator.ledger.accepted("sendDocument")
        assert entry.parameters["document"] == {"name": "daftar pegawai é.xlsx", "size": 4}
        kept = simulator.as_person(chat).last.document
        assert kept is not None
        file = await bot.get_file(kept.id)
        assert bytes(await file.download_as_bytearray()) == b"\x00PK\xff"


async def test_a_long_poll_may_last_longer_than_an_answer() -> None:
    async with Simulator() as simulator, client(simulator, read_seconds=0.3) as bot:
        begun = time.monotonic()
        assert await bot.get_updates(timeout=timedelta(seconds=1)) == ()
        assert time.monotonic() - begun >= 0.9


async def test_the_pool_opens_again_after_it_was_shut() -> None:
    async with Simulator() as simulator:
        request = AiohttpRequest(2)
        bot = Bot(simulator.token, f"{simulator.api_url}/bot", request=request)
        for _ in range(2):
            await request.initialize()
            assert (await bot.get_me()).is_bot
            await request.shutdown()
            with pytest.raises(NetworkError, match="not initialized"):
                await bot.get_me()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "flood", "retry_after": 7}, RetryAfter),
        ({"kind": "refuse", "reason": "blocked"}, Forbidden),
        ({"kind": "refuse", "reason": "chat_not_found"}, BadRequest),
        ({"kind": "refuse", "reason": "server_error"}, NetworkError),
        ({"kind": "refuse", "reason": "bad_gateway"}, NetworkError),
        ({"kind": "reset_before"}, NetworkError),
        ({"kind": "reset_after"}, NetworkError),
        ({"kind": "timeout"}, TimedOut),
    ],
)
async def test_what_a_failure_is_called(fault: dict[str, Any], error: type[TelegramError]) -> None:
    async with Simulator() as simulator, client(simulator, read_seconds=0.2) as bot:
        [chat] = simulator.crowd(1)
        simulator.faults.add(**fault)
        with pytest.raises(error) as failure:
            await bot.send_message(chat, "x", connect_timeout=0.1, write_timeout=0.1)
        assert not isinstance(failure.value, NotSent)
        if isinstance(failure.value, RetryAfter):
            assert retry_after(failure.value) == 7


async def test_a_wrong_token_is_told() -> None:
    async with Simulator() as simulator, client(simulator, token="1:wrong") as bot:
        with pytest.raises(InvalidToken):
            await bot.get_me()


async def test_a_request_that_surely_never_left_is_told_apart(unused_tcp_port: int) -> None:
    async with Simulator() as simulator, client(simulator, f"http://127.0.0.1:{unused_tcp_port}") as bot:
        with pytest.raises(NotSent):
            await bot.get_me()


async def test_waiting_for_a_connection_in_vain_is_not_sent_either() -> None:
    heard, go_on = asyncio.Event(), asyncio.Event()

    async def hold(_entry: Entry) -> None:
        heard.set()
        await go_on.wait()

    async with Simulator(on_request=hold) as simulator:
        request = AiohttpRequest(1)
        bot = Bot(simulator.token, f"{simulator.api_url}/bot", request=request)
        await request.initialize()
        slow = asyncio.create_task(bot.get_me())
        await heard.wait()
        with pytest.raises(NotSent):
            await bot.get_me(connect_timeout=0.05)
        go_on.set()
        await slow
        await request.shutdown()


@pytest.mark.parametrize("answer", [b"", b"<html>502</html>", b'{"ok": tr'])
async def test_an_answer_that_is_no_json_is_an_error(answer: bytes) -> None:
    async def garbage(_request: web.Request) -> web.Response:
        return web.Response(body=answer)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", garbage)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with (
        Simulator() as simulator,
        client(simulator, f"http://127.0.0.1:{runner.addresses[0][1]}") as bot,
    ):
        with pytest.raises(TelegramError):
            await bot.get_me()
    await runner.cleanup()


async def test_only_https_goes_through_the_proxy() -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with Simulator() as simulator:
        async with client(simulator, proxy=address) as bot:
            await bot.get_me()
        async with client(simulator, "https://telegram.example", proxy=address) as bot:
            with pytest.raises(NetworkError):
                await bot.get_me()
    server.close()
    await server.wait_closed()
    assert asked == [b"CONNECT telegram.example:443 HTTP/1.1\r\n"]


async def test_no_error_and_no_line_of_ours_holds_the_token(
    caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    async with Simulator() as simulator:
        secret = simulator.token.partition(":")[2]
        addresses = [simulator.api_url, f"http://127.0.0.1:{unused_tcp_port}", "http://no host", "ftp://x"]
        for address in addresses:
            async with client(simulator, address, read_seconds=0.1) as bot:
                simulator.faults.add("reset_before")
                with pytest.raises(NetworkError) as failure:
                    await bot.get_me()
                error: BaseException | None = failure.value
                while error is not None:
                    said += [repr(error), str(error)]
                    error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
                said.append(repr(bot.request))
        assert len(said) > 3 * len(addresses) - 1
        assert secret not in "".join(said)
        ours = [record for record in caplog.records if record.name != "telegram.Bot"]  # its lines are the log's to mask
        assert secret not in "".join(record.getMessage() for record in ours)
