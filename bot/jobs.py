"""The ticks, a list: what is due is a column, so a tick may run late, twice, or in two processes."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram.ext import Application, ContextTypes

from bot import clockwork, sending_ticks
from db import inbox, ticks
from handlers.context import Tools
from handlers.office import announcement, roster, surveys
from handlers.office.request_care import look_after_requests

log = logging.getLogger(__name__)

DONE_UPDATES_KEPT = timedelta(hours=48)
"""Telegram repeats an update for 24 hours; we know it for twice as long."""


@dataclass(frozen=True)
class Job:
    """One tick: a name, how often it runs (seconds of the real clock), and what it does."""

    name: str
    every: float
    run: Callable[[Tools], Awaitable[None]]


async def follow_clock(tools: Tools) -> None:
    """Go with the civil clock that a demo's database holds; on its way it stops wherever something falls due."""

    async def others() -> None:
        for job in JOBS:
            if job.run is not follow_clock:
                await run_job(tools, job)

    await clockwork.follow(tools, others)


async def forget_updates(tools: Tools) -> None:
    """Forget updates that Telegram cannot repeat any more."""
    async with tools.database.transaction() as session:
        await inbox.forget_done(session, tools.clock.now() - DONE_UPDATES_KEPT)


async def start_batches(tools: Tools) -> None:
    """Let batches run whose time has come."""
    if await sending_ticks.start_batches(tools.database, tools.clock):
        tools.nudge()


async def finish_batches(tools: Tools) -> None:
    """Finish batches that have nothing on its way any more."""
    await sending_ticks.finish_batches(tools.database, tools.clock)


async def recover(tools: Tools) -> None:
    """Take back messages whose sender is gone."""
    if await sending_ticks.recover(tools.database):
        tools.nudge()


async def expire(tools: Tools) -> None:
    """End messages whose time has passed."""
    await sending_ticks.expire(tools.database, tools.clock)


JOBS = (
    Job("clock", 1.0, follow_clock),
    Job("start-batches", 1.0, start_batches),
    Job("finish-batches", 1.0, finish_batches),
    Job("recover", 2.0, recover),
    Job("expire", 30.0, expire),
    Job("announcements", 2.0, announcement.follow),
    Job("requests", 60.0, look_after_requests),
    Job("surveys", 30.0, surveys.look_after_surveys),
    Job("forget-answers", 3600.0, surveys.forget_answers),
    Job("rosters", 600.0, roster.forget_rosters),
    Job("forget-updates", 3600.0, forget_updates),
)


async def run_job(tools: Tools, job: Job) -> None:
    """Run a tick and note how it ended; a fault never ends the ticking."""
    fault = None
    try:
        await job.run(tools)
    except Exception as error:
        log.exception("a tick failed", extra={"tick": job.name})
        fault = type(error).__name__
    await note(tools, job.name, tools.clock.now(), fault)


async def note(tools: Tools, name: str, at: datetime, fault: str | None) -> None:
    """Write down that a tick ran; when even that fails, the log must do."""
    try:
        async with tools.database.transaction() as session:
            await ticks.note(session, name, at, fault)
    except Exception:
        log.exception("a tick could not be noted", extra={"tick": name})


def schedule(
    application: Application[Any, Any, Any, Any, Any, Any], tools: Tools, jobs: tuple[Job, ...] = JOBS
) -> None:
    """Let PTB's JobQueue (APScheduler) call every tick: at once, then by its interval, however late it comes to it.

    PTB's `first` cannot ask for a run at once, and APScheduler drops a run that is late unless told not to.
    """
    queue = application.job_queue
    assert queue is not None
    terms = {
        "next_run_time": datetime.now(UTC),
        "misfire_grace_time": None,
        "coalesce": True,
        "max_instances": 1,
    }
    for job in jobs:

        async def tick(_context: ContextTypes.DEFAULT_TYPE, job: Job = job) -> None:
            await run_job(tools, job)

        queue.run_repeating(tick, interval=job.every, name=job.name, job_kwargs=terms)
