"""Telegram on this machine: a Bot API server with its small world, for tests, rehearsals and the demo."""

import ipaddress
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.simulator import doings
from bot.simulator.clock import Clock
from bot.simulator.control import Control
from bot.simulator.faults import Faults
from bot.simulator.files import UPLOAD_LIMIT
from bot.simulator.gateway import Gateway, Hook
from bot.simulator.ledger import Ledger
from bot.simulator.pacing_rule import PacingRule
from bot.simulator.page_api import PageApi
from bot.simulator.people import Person
from bot.simulator.world import Chat, World

HOST = "127.0.0.1"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OnClock = Callable[[datetime], Awaitable[None]]


class Simulator:
    """The whole of it; use it as an async context manager.

    `latency` in seconds; `pacing` is the rate rule (off by default); `keep_history=False` for load runs keeps only the
    newest messages; `on_clock` is told when somebody moves the clock; `on_request` sees every request first.
    """

    def __init__(
        self,
        *,
        token: str = "",
        port: int = 0,
        host: str = HOST,
        latency: float = 0.0,
        pacing: PacingRule | None = None,
        keep_history: bool = True,
        callback_seconds: float = 30.0,
        start: datetime | None = None,
        zone: str = "Asia/Makassar",
        on_clock: OnClock | None = None,
        on_request: Hook | None = None,
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"The simulator listens on this machine only, not on {host}.")
        self.world = World(
            token, clock=Clock(start, zone), keep_history=keep_history, callback_seconds=callback_seconds
        )
        self.gateway = Gateway(self.world, latency=latency, pacing=pacing, on_request=on_request)
        self.on_clock = on_clock
        self.page_token = secrets.token_urlsafe(24)
        self.control_token = secrets.token_urlsafe(24)
        self._host, self._port = host, port
        self._page = PageApi(self.world, self.page_token, self.move_clock)
        self._control = Control(self.gateway, self.control_token, self.move_clock, self.crowd)
        self._runner: web.AppRunner | None = None

    @property
    def connections(self) -> int:
        """Count the connections that are open, to whomever."""
        server = self._runner.server if self._runner is not None else None
        return len(server.connections) if server is not None else 0

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://{self._host}:{self._port}"

    @property
    def api_url(self) -> str:
        """What TEMAN_API_URL is to be: requests go to …/bot<TOKEN>/METHOD."""
        return self.url

    @property
    def page_url(self) -> str:
        """The chat page's address."""
        return f"{self.url}/page/{self.page_token}/"

    @property
    def control_url(self) -> str:
        """The control interface's address."""
        return f"{self.url}/sim/{self.control_token}"

    @property
    def ledger(self) -> Ledger:
        """Every request received."""
        return self.gateway.ledger

    @property
    def faults(self) -> Faults:
        """The faults in force."""
        return self.gateway.faults

    @property
    def clock(self) -> Clock:
        """The world's clock."""
        return self.world.clock

    def person(self, name: str, phone: str = "", **details: Any) -> Person:
        """Let somebody new have Telegram."""
        return Person(self.world, self.world.add_account(name, phone, **details))

    def as_person(self, account_id: int) -> Person:
        """Be somebody who is there already; raises KeyError."""
        return Person(self.world, self.world.accounts[account_id])

    def group(self, title: str, members: list[Person], *, with_bot: bool = True) -> Chat:
        """Let people have a group, the first of them bringing the bot."""
        chat = self.world.add_group(title, [member.account for member in members])
        if with_bot:
            doings.add_bot(self.world, members[0].account, chat)
        return chat

    def leaves_group(self, group: Chat, by: Person) -> None:
        """Let somebody throw the bot out of a group."""
        doings.remove_bot(self.world, by.account, group)

    def crowd(self, count: int) -> list[int]:
        """Add many people who have already started the bot; returns their numbers.

        The phone of the one with number n is +62811 and the last seven digits of n.
        """
        people = [self.world.add_account("") for _ in range(count)]
        for account in people:
            account.name = f"Pegawai {account.id % 10**7}"
            account.phone = f"+62811{account.id % 10**7:07d}"
            self.world.chats[account.id].started = True
        return [account.id for account in people]

    async def move_clock(self, to: datetime) -> None:
        """Move the clock ahead and tell whoever asked to know; raises ValueError for the past."""
        self.clock.move(to)
        if self.on_clock is not None:
            await self.on_clock(to)
        self.world.events.ring(0, {"kind": "clock", **self.clock.shown()})

    async def start(self) -> Self:
        """Listen."""
        application = web.Application(client_max_size=UPLOAD_LIMIT + 2**20, middlewares=[_loopback_only])
        for door in (self.gateway, self._page, self._control):
            application.add_routes(door.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening, ending every request that is still waiting."""
        self.gateway.closing.set()
        self.world.updates.end_poll("Conflict: the simulator is stopping")
        self.world.events.ring(0, {"kind": "stop"})
        await self.world.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


@web.middleware
async def _loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request whose Host is not this machine: a web page elsewhere may have been pointed here by its name."""
    if request.url.host not in ("127.0.0.1", "localhost", "::1"):
        raise web.HTTPForbidden(text="This server answers this machine only.")
    return await handler(request)
