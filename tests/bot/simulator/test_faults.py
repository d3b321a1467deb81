"""Faults on demand, the rate rule, latency, and the ledger that remembers what each of them did."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.simulator import Fault, PacingRule, Person, Simulator
from bot.simulator.faults import REFUSALS
from bot.simulator.ledger import Entry
from bot.simulator.pacing_rule import Bucket
from tests.bot.simulator.conftest import Caller


async def send(call: Caller, person: Person, text: str = "a") -> Any:
    return await call("sendMessage", chat_id=person.id, text=text)


async def test_the_next_requests_are_flooded_and_then_none(call: Caller, sim: Simulator, rina: Person) -> None:
    sim.faults.add("flood", methods=["sendMessage"], count=2, retry_after=5)
    for _ in range(2):
        answer = await send(call, rina)
        assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 5})
        assert answer["description"] == "Too Many Requests: retry after 5"
    assert (await send(call, rina))["ok"]
    assert sim.faults.active == []


async def test_a_flood_names_its_seconds_in_the_header_too(call: Caller, sim: Simulator) -> None:
    sim.faults.add("flood", retry_after=9)
    async with call.session.get(f"{sim.api_url}/bot{sim.token}/getMe") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "9")


@pytest.mark.parametrize("reason", sorted(REFUSALS))
async def test_each_refusal_can_be_ordered(call: Caller, sim: Simulator, rina: Person, reason: str) -> None:
    sim.faults.add("refuse", reason=reason)
    expected = REFUSALS[reason]
    assert await call.refusal("sendMessage", chat_id=rina.id, text="a") == (expected.code, expected.description)
    assert rina.messages == []


async def test_a_fault_strikes_its_methods_and_chats_only(call: Caller, sim: Simulator, rina: Person) -> None:
    budi = sim.person("Budi")
    await budi.says("/start")
    sim.faults.add("refuse", reason="blocked", chats=[budi.id], methods=["sendMessage"])
    assert (await send(call, rina))["ok"]
    assert (await call("getChat", chat_id=budi.id))["ok"]
    assert not (await send(call, budi))["ok"]


async def test_a_share_is_drawn_by_its_seed_without_end(call: Caller, sim: Simulator, rina: Person) -> None:
    fault = sim.faults.add("refuse", share=0.25, seed=7, reason="bad_gateway")
    first = [(await send(call, rina))["ok"] for _ in range(40)]
    sim.faults.clear()
    sim.faults.add("refuse", share=0.25, seed=7, reason="bad_gateway")
    again = [(await send(call, rina))["ok"] for _ in range(40)]
    assert first == again
    assert 0 < fault.struck < 40
    assert fault.struck == first.count(False)


async def test_a_reset_before_acceptance_reaches_nobody(call: Caller, sim: Simulator, rina: Person) -> None:
    sim.faults.add("reset_before")
    with pytest.raises(aiohttp.ClientError):
        await send(call, rina)
    (entry,) = sim.ledger.entries
    assert (rina.messages, entry.code, entry.accepted, entry.delivered) == ([], 0, False, False)
    assert entry.description == "connection reset before acceptance"


async def test_a_reset_after_acceptance_has_reached_somebody(call: Caller, sim: Simulator, rina: Person) -> None:
    sim.faults.add("reset_after")
    with pytest.raises(aiohttp.ClientError):
        await send(call, rina, "sampai juga")
    (entry,) = sim.ledger.accepted("sendMessage", rina.id)
    assert (rina.last.text, entry.delivered, entry.message_id) == ("sampai juga", False, rina.last.id)


async def test_a_request_never_answered(call: Caller, sim: Simulator, rina: Person) -> None:
    sim.faults.add("timeout")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await send(call, rina)
    assert (rina.messages, sim.ledger.entries[0].description) == ([], "never answered")
    assert (await send(call, rina))["ok"]


async def test_a_delay_is_for_one_request(call: Caller, sim: Simulator, rina: Person) -> None:
    sim.faults.add("delay", seconds=0.2)
    slow = asyncio.create_task(send(call, rina, "lambat"))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while not sim.ledger.entries:  # noqa: ASYNC110 - until the slow one has arrived
            await asyncio.sleep(0)
    await send(call, rina, "cepat")
    await slow
    assert [message.text for message in rina.received] == ["cepat", "lambat"]


@pytest.mark.parametrize(
    "told", [{"kind": "earthquake"}, {"kind": "refuse", "reason": "mood"}, {"kind": "flood", "x": 1}]
)
def test_a_fault_that_does_not_exist_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Fault.from_json(told)


async def test_latency_is_for_each_and_not_one_after_another(call: Caller) -> None:
    async with Simulator(latency=0.1) as sim:
        (number,) = sim.crowd(1)
        slow = Caller(call.session, sim)
        begun = time.monotonic()
        await asyncio.gather(*(slow("sendMessage", chat_id=number, text="a") for _ in range(20)))
        took = time.monotonic() - begun
    assert 0.1 <= took < 1.0


async def test_the_hook_sees_every_request_before_it_is_decided(call: Caller) -> None:
    seen: list[tuple[str, int | None, int, int]] = []

    async def look(entry: Entry) -> None:
        await asyncio.sleep(0)
        seen.append((entry.method, entry.chat_id, entry.code, len(sim.world.chats[number].messages)))

    async with Simulator(on_request=look) as sim:
        (number,) = sim.crowd(1)
        watched = Caller(call.session, sim)
        await watched("sendMessage", chat_id=number, text="a")
        await watched("sendMessage", chat_id=number, text="")
    assert seen == [("sendMessage", number, 0, 0), ("sendMessage", number, 0, 1)]


@pytest.fixture
async def paced(call: Caller) -> AsyncIterator[Caller]:
    """A client of a server that lets five a second through and is silent for a second after one too many."""
    rule = PacingRule(allowed_per_second=5, retry_after=1)
    async with Simulator(pacing=rule) as sim:
        sim.crowd(12)
        yield Caller(call.session, sim)


async def codes(call: Caller, numbers: list[int], **more: Any) -> list[int]:
    answers = [await call("sendMessage", chat_id=number, text="a", **more) for number in numbers]
    return [answer.get("error_code", 200) for answer in answers]


async def test_the_sixth_in_a_second_is_one_too_many_and_silence_follows(paced: Caller) -> None:
    people = list(paced.sim.world.accounts)
    assert await codes(paced, people[:8]) == [200] * 5 + [429] * 3
    assert len(paced.sim.ledger.refused()) == 3
    assert (await paced("getMe"))["ok"]


async def test_after_the_silence_it_goes_on(paced: Caller) -> None:
    people = list(paced.sim.world.accounts)
    assert await codes(paced, people[:6]) == [200] * 5 + [429]
    async with asyncio.timeout(5):
        while (await codes(paced, people[6:7])) == [429]:
            pass
    assert paced.sim.ledger.texts(people[6]) == ["a"]


async def test_answers_may_be_free_and_paid_ones_have_their_own_rate(paced: Caller) -> None:
    rule = paced.sim.gateway.pacing
    rule.reply_seconds, rule.paid_per_second = 60, 1000
    people = list(paced.sim.world.accounts)
    talker = paced.sim.as_person(people[0])
    await talker.says("halo")
    assert await codes(paced, [talker.id] * 10) == [200] * 10
    assert await codes(paced, people * 2, allow_paid_broadcast=True) == [200] * 24


async def test_one_chat_takes_a_burst_and_then_one_a_second(call: Caller) -> None:
    async with Simulator(pacing=PacingRule(chat_burst=3)) as sim:
        first, second = sim.crowd(2)
        one = Caller(call.session, sim)
        assert await codes(one, [first] * 4 + [second] * 3) == [200] * 3 + [429] + [200] * 3


@pytest.mark.parametrize(
    ("per_second", "burst", "moments", "taken"),
    [
        (2, 0, [0, 0, 0], [True, True, False]),
        (2, 0, [0, 0, 0.4, 0.5], [True, True, False, True]),
        (2, 0, [0, 100, 100, 100], [True, True, True, False]),  # never more than a second's worth saved up
        (1, 3, [0, 0, 0, 0, 1, 1], [True, True, True, False, True, False]),
        (0.5, 0, [0, 1, 2], [True, False, True]),
    ],
)
def test_a_bucket(per_second: float, burst: float, moments: list[float], taken: list[bool]) -> None:
    bucket = Bucket(per_second, burst)
    start = bucket.filled_at
    assert [bucket.take(start + moment) for moment in moments] == taken


async def test_the_ledger_tells_who_got_what(call: Caller, sim: Simulator, rina: Person) -> None:
    budi = sim.person("Budi")
    await budi.says("/start")
    for person, text in ((rina, "satu"), (budi, "dua"), (rina, "tiga")):
        await send(call, person, text)
    await send(call, rina, "")
    ledger = sim.ledger
    assert ledger.per_chat() == {rina.id: 2, budi.id: 1}
    assert (ledger.texts(rina.id), ledger.texts(budi.id)) == (["satu", "tiga"], ["dua"])
    assert ledger.codes() == {("sendMessage", 200): 3, ("sendMessage", 400): 1}
    (refused,) = ledger.refused(chat_id=rina.id)
    assert (refused.code, refused.description) == (400, "Bad Request: message text is empty")
    assert [entry.number for entry in ledger.entries] == [1, 2, 3, 4]
    assert all(entry.delivered for entry in ledger.entries)
    assert ledger.busiest(60) == 3
    assert ledger.busiest(0) == 1


async def test_the_ledger_keeps_a_file_s_name_and_size_only(call: Caller, sim: Simulator, rina: Person) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("chat_id", str(rina.id))
    form.add_field("document", b"isi", filename="laporan é.csv", content_type="text/csv")
    async with call.session.post(f"{sim.api_url}/bot{sim.token}/sendDocument", data=form) as response:
        assert (await response.json())["result"]["document"]["file_name"] == "laporan é.csv"
    assert sim.ledger.entries[0].parameters["document"] == {"name": "laporan é.csv", "size": 3}
