"""The control door, and the simulator as a process of its own."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.simulator import Person, Simulator
from tests.bot.simulator.conftest import Caller


class Controller:
    """A test or benchmark in another process."""

    def __init__(self, call: Caller, url: str) -> None:
        self.session = call.session
        self.url = url

    async def __call__(self, verb: str, path: str, told: Any = None, *, status: int = 200) -> Any:
        async with self.session.request(verb, f"{self.url}/{path}", json=told) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def ledger(self, query: str = "") -> list[dict[str, Any]]:
        async with self.session.get(f"{self.url}/ledger{query}") as response:
            return [json.loads(line) for line in (await response.text()).splitlines()]


@pytest.fixture
def control(call: Caller, sim: Simulator) -> Controller:
    return Controller(call, sim.control_url)


async def test_the_ledger_as_lines(control: Controller, call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="satu")
    await call("sendMessage", chat_id=rina.id, text="")
    first, second = await control.ledger()
    assert (first["method"], first["chat_id"], first["accepted"], first["delivered"]) == (
        "sendMessage",
        rina.id,
        True,
        True,
    )
    assert (second["code"], second["accepted"], "parameters" in second) == (400, False, False)
    (again,) = await control.ledger("?after=1&full=1")
    assert (again["number"], again["parameters"]["text"]) == (2, "")


async def test_counts(control: Controller, call: Caller, rina: Person) -> None:
    await call("sendMessage", chat_id=rina.id, text="satu")
    await call("sendMessage", chat_id=1, text="dua")
    await rina.says("halo")
    assert await control("GET", "stats") == {
        "requests": 2,
        "codes": {"sendMessage 200": 1, "sendMessage 400": 1},
        "messages": 1,
        "chats_reached": 1,
        "busiest_second": 1,
        "updates_made": 1,
        "updates_pending": 1,
        "people": 1,
    }


async def test_faults_ordered_from_outside(control: Controller, call: Caller, rina: Person) -> None:
    order = {"kind": "flood", "methods": ["sendMessage"], "chats": [rina.id], "count": 1, "retry_after": 4}
    told = await control("POST", "faults", order)
    assert order.items() <= told.items()
    assert await control("GET", "faults") == [told]
    assert (await call.refusal("sendMessage", chat_id=rina.id, text="a"))[0] == 429
    await control("POST", "faults", {"kind": "refuse", "share": 1.0})
    await control("DELETE", "faults")
    assert (await call("sendMessage", chat_id=rina.id, text="a"))["ok"]
    assert "No such fault" in (await control("POST", "faults", {"kind": "rain"}, status=400))["error"]


async def test_people_and_what_they_do(control: Controller, call: Caller) -> None:
    one = await control("POST", "people", {"name": "Rina Contoh", "phone": "+628110000001"})
    crowd = await control("POST", "people", {"crowd": 3})
    acts = [{"person": one["id"], "does": "says", "text": "/start"}] + [
        {"person": number, "does": "shares_contact"} for number in crowd
    ]
    assert await control("POST", "act", acts) == {"done": 4}
    updates = (await call("getUpdates"))["result"]
    assert [update["message"]["from"]["id"] for update in updates] == [one["id"], *crowd]
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    await call("sendMessage", chat_id=one["id"], text="siapa?", reply_markup=markup)
    await control("POST", "act", {"person": one["id"], "does": "taps", "label": "Ya"})
    assert (await call("getUpdates", offset=-1))["result"][0]["callback_query"]["data"] == "y"
    refused = await control("POST", "act", {"person": one["id"], "does": "taps", "label": "Tidak"}, status=400)
    assert "visible: ['Ya']" in refused["error"]
    for doing in ("blocks", "unblocks", "deactivates"):
        await control("POST", "act", {"person": one["id"], "does": doing})
    refusal = await call.refusal("sendMessage", chat_id=one["id"], text="a")
    assert refusal == (403, "Forbidden: user is deactivated")
    shown = await control("GET", f"chats/{one['id']}")
    assert [message["text"] for message in shown["messages"]] == ["/start", "siapa?"]


async def test_settings_while_it_runs(control: Controller, call: Caller, rina: Person) -> None:
    told = await control("POST", "settings", {"latency": 0.01, "allowed_per_second": 1, "retry_after": 60})
    assert (told["latency"], told["allowed_per_second"], told["retry_after"]) == (0.01, 1, 60)
    answers = [await call("sendMessage", chat_id=rina.id, text="a") for _ in range(2)]
    assert [answer.get("error_code", 200) for answer in answers] == [200, 429]


async def test_the_clock_from_outside(control: Controller, sim: Simulator) -> None:
    before = sim.clock.now()
    await control("POST", "clock", {"advance": "30d"})
    assert (sim.clock.now() - before).days == 30


async def test_without_the_token_nothing_is_controlled(call: Caller, sim: Simulator) -> None:
    for path in ("ledger", "stats", "faults"):
        async with call.session.get(f"{sim.url}/sim/{sim.page_token}/{path}") as response:
            assert response.status == 404


@asynccontextmanager
async def alone(*words: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """Run the simulator as a process and give what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.simulator", *words, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            yield process, json.loads(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def test_as_a_process_of_its_own(call: Caller) -> None:
    async with alone("--people", "5", "--token", "42:abc", "--rate", "2", "--no-history") as (process, told):
        assert (told["token"], told["people"]) == ("42:abc", 5)
        address = f"{told['api_url']}/bot42:abc/sendMessage"
        codes = []
        for number in range(3):
            parameters = {"chat_id": told["first_person"] + number, "text": "a"}
            async with call.session.post(address, json=parameters) as response:
                codes.append(response.status)
        stats = await Controller(call, told["control_url"])("GET", "stats")
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    assert codes == [200, 200, 429]
    assert (stats["people"], stats["messages"]) == (5, 2)
