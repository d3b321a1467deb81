"""The control door: ledger, faults, people and settings for tests and benchmarks in another process."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.simulator.faults import Fault
from bot.simulator.gateway import Gateway
from bot.simulator.page_api import Handler, MoveClock, asked_time, guarded
from bot.simulator.people import NotSeenError, Person
from bot.simulator.views import shown_chat, shown_person

Crowd = Callable[[int], list[int]]
_SETTINGS = ("allowed_per_second", "paid_per_second", "retry_after", "reply_seconds", "chat_burst")


class Control:
    """Everything under /sim/<token>/."""

    def __init__(self, gateway: Gateway, token: str, move_clock: MoveClock, crowd: Crowd) -> None:
        self.gateway = gateway
        self.world = gateway.world
        self.token = token
        self.move_clock = move_clock
        self.crowd = crowd
        self._people: dict[int, Person] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses, each of which asks for the token."""
        base = "/sim/{token}"
        table: list[tuple[str, str, Handler]] = [
            ("GET", f"{base}/ledger", self.ledger),
            ("GET", f"{base}/stats", self.stats),
            ("GET", f"{base}/faults", self.faults),
            ("POST", f"{base}/faults", self.add_fault),
            ("DELETE", f"{base}/faults", self.clear_faults),
            ("POST", f"{base}/people", self.add_people),
            ("GET", f"{base}/chats/{{id}}", self.chat),
            ("POST", f"{base}/act", self.act),
            ("POST", f"{base}/settings", self.settings),
            ("POST", f"{base}/clock", self.set_clock),
        ]
        return [web.route(method, path, guarded(self.token, handler)) for method, path, handler in table]

    async def ledger(self, request: web.Request) -> web.Response:
        """Give the entries after a number, one JSON object a line; `parameters` only with ?full=1."""
        after = int(request.query.get("after", 0))
        full = request.query.get("full") == "1"
        lines = []
        for entry in self.gateway.ledger.entries[after:]:
            told = entry.told()
            if not full:
                del told["parameters"]
            lines.append(json.dumps(told, ensure_ascii=False))
        return web.Response(text="".join(f"{line}\n" for line in lines), content_type="application/x-ndjson")

    async def stats(self, _request: web.Request) -> web.Response:
        """Give counts: requests by method and code, updates, people, the busiest second."""
        ledger = self.gateway.ledger
        return web.json_response(
            {
                "requests": len(ledger.entries),
                "codes": {f"{method} {code}": count for (method, code), count in ledger.codes().items()},
                "messages": sum(ledger.per_chat().values()),
                "chats_reached": len(ledger.per_chat()),
                "busiest_second": ledger.busiest(),
                "updates_made": self.world.updates.made,
                "updates_pending": len(self.world.updates.pending),
                "people": len(self.world.accounts),
            }
        )

    async def faults(self, _request: web.Request) -> web.Response:
        """Give the faults in force."""
        return web.json_response([fault.told() for fault in self.gateway.faults.active])

    async def add_fault(self, request: web.Request) -> web.Response:
        """Order a fault (see Fault)."""
        fault = Fault.from_json(await request.json())
        self.gateway.faults.active.append(fault)
        return web.json_response(fault.told())

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Call all faults off."""
        self.gateway.faults.clear()
        return web.json_response([])

    async def add_people(self, request: web.Request) -> web.Response:
        """Add one person, or a crowd of those who have started the bot ({"crowd": 10000})."""
        told = await request.json()
        if "crowd" in told:
            return web.json_response(self.crowd(int(told["crowd"])))
        account = self.world.add_account(**told)
        return web.json_response(shown_person(self.world.chats[account.id]))

    async def chat(self, request: web.Request) -> web.Response:
        """Give a private chat without marking it read."""
        number = int(request.match_info["id"])
        return web.json_response(shown_chat(self.world, self.world.chats[number], self.world.accounts[number]))

    async def act(self, request: web.Request) -> web.Response:
        """Let somebody do something: {"person", "does": "says", "text"} and so on; one act or a list of them."""
        told = await request.json()
        acts: list[dict[str, Any]] = told if isinstance(told, list) else [told]
        for one in acts:
            await self._act(one)
        return web.json_response({"done": len(acts)})

    async def _act(self, told: dict[str, Any]) -> None:
        number = told["person"]
        person = self._people.setdefault(number, Person(self.world, self.world.accounts[number]))
        deeds: dict[str, Callable[[], Awaitable[object] | None]] = {
            "says": lambda: person.says(told["text"]),
            "taps": lambda: person.taps(told["label"]),
            "shares_contact": person.shares_contact,
            "blocks": person.blocks,
            "unblocks": person.unblocks,
            "deactivates": person.deactivates,
        }
        try:
            doing = deeds[told["does"]]()
            if doing is not None:
                await doing
        except NotSeenError as error:
            raise ValueError(str(error)) from error

    async def settings(self, request: web.Request) -> web.Response:
        """Change latency (seconds) or the pacing rule while it runs."""
        told = await request.json()
        if "latency" in told:
            self.gateway.latency = float(told["latency"])
        for name in _SETTINGS:
            if name in told:
                setattr(self.gateway.pacing, name, told[name])
        rule = {name: getattr(self.gateway.pacing, name) for name in _SETTINGS}
        return web.json_response({"latency": self.gateway.latency, **rule})

    async def set_clock(self, request: web.Request) -> web.Response:
        """Move the clock ahead."""
        await self.move_clock(asked_time(self.world.clock, await request.json()))
        return web.json_response(self.world.clock.shown())
