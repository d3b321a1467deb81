"""The simulator with a few people, a bot that does what the test tells it, and a browser."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from playwright.async_api import Browser

from bot.simulator.simulator import Simulator
from tests.page.walk import DEADLINE_MS, DESKTOP, PHONE, Visitor, chromium, visiting

START = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""08.00 WITA on a Tuesday."""


@dataclass
class Puppet:
    """The bot's side of the Bot API, one call at a time."""

    session: ClientSession
    address: str
    offset: int = 0

    async def does(self, method: str, **parameters: Any) -> Any:
        """Call a method; fails the test where Telegram would refuse."""
        async with self.session.post(f"{self.address}/{method}", json=parameters) as answer:
            told = await answer.json()
        assert told["ok"], told
        return told["result"]

    async def sends(self, chat_id: int, text: str, *rows: list[str], **more: Any) -> int:
        """Send a text with inline buttons; return the message's number."""
        keyboard = [[{"text": label, "callback_data": label} for label in row] for row in rows]
        if keyboard:
            more["reply_markup"] = {"inline_keyboard": keyboard}
        sent = await self.does("sendMessage", chat_id=chat_id, text=text, **more)
        return int(sent["message_id"])

    async def uploads(self, kind: str, chat_id: int, name: str, data: bytes, caption: str = "") -> None:
        """Send a file as a "Document" or a "Photo"."""
        form = FormData({"chat_id": str(chat_id), "caption": caption})
        form.add_field(kind.lower(), data, filename=name)
        async with self.session.post(f"{self.address}/send{kind}", data=form) as answer:
            assert (await answer.json())["ok"]

    async def hears(self, kind: str) -> dict[str, Any]:
        """Wait for the next update of a kind and return what it carries."""
        async with asyncio.timeout(DEADLINE_MS / 1000):
            while True:
                for update in await self.does("getUpdates", offset=self.offset, limit=1, timeout=10):
                    self.offset = update["update_id"] + 1
                    if kind in update:
                        return dict(update[kind])


@pytest.fixture
async def moved() -> list[datetime]:
    """Where the clock was moved to."""
    return []


@pytest.fixture
async def simulator(moved: list[datetime]) -> AsyncIterator[Simulator]:
    """A small world with Rina, who has not begun, and Sari, who has."""

    async def on_clock(to: datetime) -> None:
        moved.append(to)

    async with Simulator(start=START, on_clock=on_clock) as running:
        running.person("Rina Contoh", "+628110000001", note="Pegawai, belum bergabung")
        sari = running.person("Sari Contoh", "+628110000002", note="Petugas BKPSDM")
        await sari.says("/start")
        yield running


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator[Puppet]:
    """The bot, on strings."""
    async with ClientSession() as session:
        yield Puppet(session, f"{simulator.api_url}/bot{simulator.token}")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A fresh Chromium."""
    async with chromium() as started:
        yield started


@pytest.fixture
async def phone(browser: Browser, simulator: Simulator) -> AsyncIterator[Visitor]:
    """A visitor on a phone, who must not have met an error at the end."""
    async with visiting(browser, simulator.page_url, PHONE) as visitor:
        yield visitor
        assert visitor.complaints == []


@pytest.fixture
async def desktop(browser: Browser, simulator: Simulator) -> AsyncIterator[Visitor]:
    """A visitor at a desktop, who must not have met an error at the end."""
    async with visiting(browser, simulator.page_url, DESKTOP) as visitor:
        yield visitor
        assert visitor.complaints == []
