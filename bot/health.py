"""`/healthz` for whoever restarts us and `/metrics` for whoever draws curves: numbers and words, nobody's data."""

import logging
from collections.abc import Iterator, Mapping
from math import inf

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.jobs import JOBS
from db import vitals
from db.vitals import Vitals
from handlers.context import Tools

log = logging.getLogger(__name__)

SLACK = 60.0
"""Seconds a tick may be late beyond three times its interval."""
METRICS = {
    "tick_age_seconds": ("tick", "Seconds since each tick last ran."),
    "updates": ("state", "Updates kept, by state."),
    "outbox": ("state", "Messages kept, by state."),
}
"""Metrics with a label: the label, and what they tell."""


class Health:
    """Answers about the service at an address of its own; `polls` tells whether somebody should be polling."""

    def __init__(self, tools: Tools, *, polls: bool) -> None:
        self._tools, self._polls = tools, polls
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and give the port (0 asks for a free one); raises OSError when it is taken."""
        application = web.Application()
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _healthz(self, _request: web.Request) -> web.Response:
        found = await self._look()
        if found is None:
            return web.json_response({"healthy": False, "wrong": ["database"]}, status=503)
        wrong = list(self._wrong(found))
        told = {
            "healthy": not wrong,
            "wrong": wrong,
            "failed_ticks": list(found.failed),  # said, but no reason to start a process anew
            "on_hold": found.on_hold,
            "updates": found.updates,
            "outbox": found.outbox,
            "overdue_seconds": round(found.overdue, 1),
            "waiting_for_window": found.shut,
        }
        return web.json_response(told, status=503 if wrong else 200)

    def _wrong(self, found: Vitals) -> Iterator[str]:
        if any(found.ticks.get(job.name, inf) > 3 * job.every + SLACK for job in JOBS):
            yield "ticks_late"
        if self._polls and not found.polled:
            yield "nobody_polls"

    async def _metrics(self, _request: web.Request) -> web.Response:
        found = await self._look()
        return web.Response(text=metrics(found), content_type="text/plain")

    async def _look(self) -> Vitals | None:
        try:
            now = self._tools.clock.now()
            async with self._tools.database.reading() as session:
                return await vitals.read(session, now, self._tools.open_windows(now))
        except (SQLAlchemyError, OSError) as fault:
            log.warning("the database is away", extra={"fault": type(fault).__name__})
            return None


def metrics(found: Vitals | None) -> str:
    """Give the numbers in Prometheus' text format; without a database only that it is away."""
    lines = list(_gauge("database_up", "Whether the database answers.", int(found is not None)))
    if found is not None:
        lines += _labelled("tick_age_seconds", found.ticks)
        lines += _labelled("updates", found.updates)
        lines += _labelled("outbox", found.outbox)
        lines += _gauge("outbox_overdue_seconds", "How long the oldest due message waits.", round(found.overdue, 1))
        lines += _gauge("outbox_waiting_for_window", "Due messages whose window is shut.", found.shut)
        lines += _gauge("ticks_failed", "Ticks whose last run ended badly.", len(found.failed))
        lines += _gauge("poller_up", "Whether some process polls.", int(found.polled))
        lines += _gauge("on_hold", "Whether unasked sending waits after a restore.", int(found.on_hold))
    return "\n".join(lines) + "\n"


def _gauge(name: str, words: str, value: float) -> Iterator[str]:
    yield f"# HELP teman_mutasi_{name} {words}"
    yield f"# TYPE teman_mutasi_{name} gauge"
    yield f"teman_mutasi_{name} {value}"


def _labelled(name: str, values: Mapping[str, float]) -> Iterator[str]:
    label, words = METRICS[name]
    yield f"# HELP teman_mutasi_{name} {words}"
    yield f"# TYPE teman_mutasi_{name} gauge"
    for key, value in sorted(values.items()):
        yield f'teman_mutasi_{name}{{{label}="{key}"}} {round(value, 1)}'
