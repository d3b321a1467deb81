"""How updates come: by long poll, one poller at a time, confirmed by the offset; or by a webhook that may fail."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.simulator import Person, Simulator
from tests.bot.simulator.conftest import Caller

TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def texts(call: Caller, **parameters: Any) -> list[str]:
    answer = await call("getUpdates", **parameters)
    return [update["message"]["text"] for update in answer["result"]]


async def waiting(sim: Simulator) -> None:
    """Await the moment somebody waits in a long poll."""
    async with asyncio.timeout(5):
        while not sim.world.updates.polled:  # noqa: ASYNC110 - the server has no event for this, nor needs one
            await asyncio.sleep(0)


async def test_updates_stay_until_a_higher_offset_confirms_them(call: Caller, rina: Person) -> None:
    for text in ("satu", "dua", "tiga"):
        await rina.says(text)
    answer = await call("getUpdates")
    first = answer["result"][0]["update_id"]
    assert await texts(call) == ["satu", "dua", "tiga"]
    assert await texts(call, offset=first + 1) == ["dua", "tiga"]
    assert await texts(call, offset=0) == ["dua", "tiga"]
    assert await texts(call, offset=first + 3) == []


async def test_limit_and_an_offset_from_the_end(call: Caller, rina: Person) -> None:
    for text in ("satu", "dua", "tiga"):
        await rina.says(text)
    assert await texts(call, limit=2) == ["satu", "dua"]
    assert await texts(call, limit=0) == ["satu"]
    assert await texts(call, offset=-1) == ["tiga"]
    assert await texts(call) == ["tiga"]


async def test_a_long_poll_ends_with_the_first_update(call: Caller, sim: Simulator, rina: Person) -> None:
    poll = asyncio.create_task(texts(call, timeout=30))
    await waiting(sim)
    await rina.says("halo")
    assert await asyncio.wait_for(poll, 5) == ["halo"]


async def test_the_older_of_two_pollers_gets_a_conflict(call: Caller, sim: Simulator, rina: Person) -> None:
    older = asyncio.create_task(call.refusal("getUpdates", timeout=30))
    await waiting(sim)
    newer = asyncio.create_task(texts(call, timeout=30))
    assert await asyncio.wait_for(older, 5) == (409, TERMINATED)
    await waiting(sim)
    await rina.says("halo")
    assert await asyncio.wait_for(newer, 5) == ["halo"]


async def test_polling_is_refused_while_a_webhook_is_set(call: Caller, sim: Simulator) -> None:
    poll = asyncio.create_task(call.refusal("getUpdates", timeout=30))
    await waiting(sim)
    await call("setWebhook", url="https://example.org/")
    assert await asyncio.wait_for(poll, 5) == (409, "Conflict: terminated by setWebhook request")
    code, text = await call.refusal("getUpdates")
    assert (code, text[:66]) == (409, "Conflict: can't use getUpdates method while webhook is active; use")
    await call("deleteWebhook")
    assert await texts(call) == []


async def test_only_wanted_kinds_come_and_the_wish_is_remembered(call: Caller, rina: Person) -> None:
    await call("getUpdates", allowed_updates=["my_chat_member"])
    await rina.says("tidak terdengar")
    rina.blocks()
    answer = await call("getUpdates")
    assert [set(update) - {"update_id"} for update in answer["result"]] == [{"my_chat_member"}]
    await call("getUpdates", allowed_updates=[])
    await rina.says("terdengar")
    answer = await call("getUpdates", offset=-1)
    assert answer["result"][0]["message"]["text"] == "terdengar"


async def test_pending_updates_can_be_dropped(call: Caller, rina: Person) -> None:
    await rina.says("lama")
    await call("deleteWebhook", drop_pending_updates=True)
    assert await texts(call) == []


@dataclass
class Receiver:
    """The bot's own receiver; `answers` says with which codes (and headers) it answers, 200 when they are used up."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    held: asyncio.Event | None = None
    got: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(json.loads(await request.text()))
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.got.put_nowait(None)
        if self.held is not None:
            await self.held.wait()
        code, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=code, headers=headers)

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.bodies) < count:
                await self.got.get()

    @property
    def texts(self) -> list[str]:
        return [body["message"]["text"] for body in self.bodies]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(application, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


async def delivered(call: Caller) -> dict[str, Any]:
    """Await the moment nothing is pending, and return what Telegram says of the webhook."""
    async with asyncio.timeout(5):
        while True:
            info: dict[str, Any] = (await call("getWebhookInfo"))["result"]
            if not info["pending_update_count"]:
                return info


async def test_a_webhook_gets_updates_with_its_secret(call: Caller, rina: Person, hook: Receiver) -> None:
    await rina.says("sebelumnya")
    await call("setWebhook", url=hook.url, secret_token="rahasia-123")
    await rina.says("sesudahnya")
    await hook.wait_for(2)
    assert hook.texts == ["sebelumnya", "sesudahnya"]
    assert hook.secrets == ["rahasia-123"] * 2


async def test_a_refused_delivery_comes_again_in_order(
    call: Caller, sim: Simulator, rina: Person, hook: Receiver
) -> None:
    sim.world.webhook.first_pause = 0.01
    hook.answers = [(500, {}), (503, {"Retry-After": "0.02"})]
    await call("setWebhook", url=hook.url)
    await rina.says("satu")
    await rina.says("dua")
    await hook.wait_for(4)
    info = await delivered(call)
    assert hook.texts == ["satu", "satu", "satu", "dua"]
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_one_chat_waits_for_itself_only(call: Caller, sim: Simulator, rina: Person, hook: Receiver) -> None:
    hook.held = asyncio.Event()
    budi = sim.person("Budi Contoh")
    await call("setWebhook", url=hook.url)
    await rina.says("rina 1")
    await rina.says("rina 2")
    await budi.says("budi 1")
    await hook.wait_for(2)
    assert sorted(hook.texts) == ["budi 1", "rina 1"]
    hook.held.set()
    await hook.wait_for(3)
    assert hook.texts[2] == "rina 2"


async def test_what_was_under_way_comes_by_polling_when_the_webhook_goes(
    call: Caller, rina: Person, hook: Receiver
) -> None:
    hook.held = asyncio.Event()
    await call("setWebhook", url=hook.url)
    await rina.says("satu")
    await rina.says("dua")
    await hook.wait_for(1)
    assert (await call("getWebhookInfo"))["result"]["pending_update_count"] == 2
    await call("deleteWebhook")
    hook.held.set()
    assert await texts(call) == ["satu", "dua"]


async def test_a_dead_webhook_is_told_about(call: Caller, sim: Simulator, rina: Person) -> None:
    sim.world.webhook.first_pause = 0.01
    async with receiving() as gone:
        address = gone.url
    await call("setWebhook", url=address)
    await rina.says("halo")
    async with asyncio.timeout(5):
        while "last_error_message" not in (info := (await call("getWebhookInfo"))["result"]):
            pass
    assert info["last_error_message"].startswith("Connection failed")
    assert info["pending_update_count"] == 1
