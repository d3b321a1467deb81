"""A simulator with one person in it, a real telegram.Bot on it, and a bare client to say wrong things with."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from bot.simulator import Person, Simulator


class Caller:
    """A client that checks nothing, so that the server has to."""

    def __init__(self, session: aiohttp.ClientSession, sim: Simulator) -> None:
        self.session = session
        self.sim = sim

    async def __call__(self, method: str, **parameters: Any) -> Any:
        """Send JSON; return the whole answer."""
        address = f"{self.sim.api_url}/bot{self.sim.token}/{method}"
        async with self.session.post(address, json=parameters) as response:
            return await response.json()

    async def refusal(self, method: str, **parameters: Any) -> tuple[int, str]:
        """Return code and text of a refusal; the HTTP status must say the same."""
        address = f"{self.sim.api_url}/bot{self.sim.token}/{method}"
        async with self.session.post(address, json=parameters) as response:
            answer = await response.json()
            assert answer["ok"] is False, answer
            assert response.status == answer["error_code"]
            return answer["error_code"], answer["description"]

    async def settled(self, sim: Simulator) -> None:
        """Await the moment every request so far has been decided and answered."""
        async with asyncio.timeout(5):
            while any(entry.delivered is None for entry in sim.ledger.entries):  # noqa: ASYNC110 - a state, no event
                await asyncio.sleep(0.01)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as running:
        yield running


@pytest.fixture
def rina(sim: Simulator) -> Person:
    """Somebody who has started the bot; the update of it is already gone."""
    person = sim.person("Rina Contoh", "+628110000001")
    person.chat.started = True
    return person


@pytest.fixture
async def call(sim: Simulator) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(session, sim)


@pytest.fixture
async def tg(sim: Simulator) -> AsyncIterator[Bot]:
    """python-telegram-bot's own Bot with its default request."""
    async with Bot(sim.token, base_url=f"{sim.api_url}/bot", base_file_url=f"{sim.api_url}/file/bot") as made:
        yield made
