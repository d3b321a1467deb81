"""Queue, bucket and ledger against plain models that share no code with them."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.simulator.callbacks import Callbacks
from bot.simulator.events import Events
from bot.simulator.faults import Faults
from bot.simulator.ledger import Ledger
from bot.simulator.pacing_rule import Bucket
from bot.simulator.updates import Updates


class UpdatesModel(RuleBasedStateMachine):
    """A list of what was said and a number up to which it was confirmed."""

    def __init__(self) -> None:
        super().__init__()
        self.updates = Updates()
        self.said: list[tuple[int, str]] = []
        self.wanted: set[str] | None = None

    @rule(kind=st.sampled_from(["message", "callback_query", "chat_member"]))
    def push(self, kind: str) -> None:
        wanted = kind != "chat_member" if self.wanted is None else kind in self.wanted
        number = self.updates.push(kind, {})
        assert bool(number) == wanted
        if wanted:
            assert all(number > earlier for earlier, _ in self.said)
            self.said.append((number, kind))

    @rule(kinds=st.sampled_from([None, [], ["message"], ["chat_member", "callback_query"]]))
    def allow(self, kinds: list[str] | None) -> None:
        self.updates.allow(kinds)
        if kinds is not None:
            self.wanted = set(kinds) or None

    @rule(place=st.integers(0, 8), limit=st.integers(1, 4))
    def confirm(self, place: int, limit: int) -> None:
        offset = self.said[place][0] if place < len(self.said) else 0
        got = asyncio.run(self.updates.poll(offset, limit, 0))
        self.said = [one for one in self.said if one[0] >= offset]
        assert [update["update_id"] for update in got] == [number for number, _ in self.said[:limit]]

    @rule(count=st.integers(1, 3))
    def from_the_end(self, count: int) -> None:
        self.updates.forget_before(-count)
        self.said = self.said[-count:]

    @invariant()
    def the_same_are_pending(self) -> None:
        assert [update["update_id"] for update in self.updates.pending] == [number for number, _ in self.said]


TestUpdates = UpdatesModel.TestCase


@given(
    st.floats(0.5, 50),
    st.lists(st.floats(0, 2, allow_nan=False), max_size=60).map(lambda gaps: [sum(gaps[:n]) for n in range(len(gaps))]),
)
def test_no_span_of_time_lets_more_through_than_the_rate_and_one_burst(rate: float, moments: list[float]) -> None:
    bucket = Bucket(rate)
    start = bucket.filled_at
    passed = [moment for moment in moments if bucket.take(start + moment)]
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            allowed = bucket.burst + (passed[last] - passed[first]) * rate
            assert last - first + 1 <= allowed + 1e-6


@given(st.floats(0.5, 50), st.integers(1, 30))
def test_whoever_keeps_to_the_rate_is_never_refused(rate: float, count: int) -> None:
    bucket = Bucket(rate)
    start = bucket.filled_at
    assert all(bucket.take(start + number / rate * 1.0001) for number in range(count))


@given(st.lists(st.tuples(st.floats(0, 10), st.booleans()), max_size=40), st.floats(0.1, 5))
def test_the_busiest_span_is_found(requests: list[tuple[float, bool]], seconds: float) -> None:
    ledger = Ledger()
    for at, accepted in sorted(requests):
        entry = ledger.open("sendMessage")
        entry.at, entry.code = at, 200 if accepted else 429
    times = [at for at, accepted in sorted(requests) if accepted]
    expected = max((sum(1 for other in times if at <= other and other - at < seconds) for at in times), default=0)
    assert ledger.busiest(seconds) == expected


@given(st.lists(st.tuples(st.sampled_from(["sendMessage", "getMe"]), st.sampled_from([1, 2, None])), max_size=30))
def test_a_counted_fault_strikes_exactly_so_often(requests: list[tuple[str, int | None]]) -> None:
    faults = Faults()
    fault = faults.add("refuse", methods=["sendMessage"], chats=[1], count=3)
    struck = [faults.pick(method, chat) is fault for method, chat in requests]
    matching = [request == ("sendMessage", 1) for request in requests]
    assert sum(struck) == min(3, sum(matching)) == fault.struck
    assert all(matches for hit, matches in zip(struck, matching, strict=True) if hit)


def test_the_first_fault_in_order_strikes_first() -> None:
    faults = Faults()
    first, second = faults.add("flood"), faults.add("refuse")
    assert [faults.pick("getMe", None) for _ in range(3)] == [first, second, None]


def test_a_press_is_forgotten_when_its_time_is_over() -> None:
    assert (presses := Callbacks(60)).find(presses.press(1, 1, 1).id) is not None
    assert (late := Callbacks(0)).find(late.press(1, 1, 1).id) is None
    assert presses.find("12") is None


async def test_a_listener_too_slow_misses_events_and_never_blocks() -> None:
    events = Events()
    with events.listen(limit=2) as queue:
        for number in range(5):
            events.ring(1, {"kind": "message", "number": number})
        assert [queue.get_nowait()["number"] for _ in range(queue.qsize())] == [0, 1]
    assert not events.heard


async def test_all_who_wait_for_a_chat_are_woken_and_nobody_else() -> None:
    events = Events()
    first, second, elsewhere = [asyncio.create_task(events.changed(chat)) for chat in (1, 1, 2)]
    await asyncio.sleep(0)
    events.ring(1)
    await asyncio.wait_for(asyncio.gather(first, second), 5)
    assert not elsewhere.done()
    elsewhere.cancel()


async def test_one_who_gives_up_waiting_takes_nobody_along() -> None:
    events = Events()
    patient, hasty = [asyncio.create_task(events.changed(1)) for _ in range(2)]
    await asyncio.sleep(0)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    events.ring(1)
    await asyncio.wait_for(patient, 5)


async def test_a_poll_without_updates_ends_with_its_time() -> None:
    updates = Updates()
    got: list[dict[str, Any]] = await updates.poll(0, 100, 1)
    assert (got, updates.polled) == ([], False)
