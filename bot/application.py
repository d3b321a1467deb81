"""The only place where everything is put together; the tests put it together here, too."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import telegram
from telegram.ext import Application, ApplicationBuilder, ExtBot, JobQueue

from bot.delivery import Delivery, Pace
from bot.drawing import Drawing
from bot.jobs import schedule
from bot.receiving import Poller, Reception
from bot.settings import Settings
from bot.transport import AiohttpRequest
from bot.working import Workers
from content import loading
from content.catalog import Catalog
from db.calendar import calendar_of
from db.clock import Clock
from db.engine import Database
from db.keys import load_or_make_keys
from db.rules import read_rules
from handlers import register_all
from handlers.context import CHAT_LEASE, Tools
from handlers.desk import Desk
from handlers.outgoing import Outgoing, render

log = logging.getLogger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]


@dataclass
class Service:
    """The running parts of one process."""

    settings: Settings
    tools: Tools
    application: App
    reception: Reception
    workers: Workers
    delivery: Delivery
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    async def start(self, parts: Sequence[str]) -> None:
        """Start the parts named: `updates`, `delivery`, `polling`, `ticks`."""
        if "ticks" in parts:
            schedule(self.application, self.tools)
        await self.application.start()
        if "updates" in parts:
            self._tasks.append(asyncio.create_task(self.workers.run(), name="workers"))
        if "delivery" in parts:
            self._tasks.append(asyncio.create_task(self.delivery.run(), name="delivery"))
        if "polling" in parts:
            poller = Poller(self.reception, self.application.bot, lease=self.tools.chat_lease)
            self._tasks.append(asyncio.create_task(poller.run(), name="poller"))

    async def wait(self) -> None:
        """Wait until one of the parts ends, which none does by itself, and say why."""
        if self._tasks:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    async def stop(self) -> None:
        """Stop every part; what is in flight is finished and written down first."""
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self.application.running:
            await self.application.stop()


def settle_in() -> None:
    """Have the garbage collector leave alone what is there now and stays: for a process that begins to serve.

    Looking it all through takes a tenth of a second, every few seconds, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()


def load_tools(settings: Settings, database: Database, clock: Clock) -> Tools:
    """Read content, rules and calendar; raises their own errors where something is wrong."""
    own: Path | None = settings.content_dir
    return Tools(
        database=database,
        clock=clock,
        catalog=Catalog(own, zone=settings.timezone),
        rules=read_rules(loading.office_rules(own)).rules,
        calendar=calendar_of(loading.calendar(year, own) for year in loading.calendar_years(own)),
        own_content=own,
        messages_per_second=settings.messages_per_second,
    )


def build_application(settings: Settings) -> App:
    """Build PTB's application on our transport: no updater, no queue of its own, no persistence, no limiter."""
    request = AiohttpRequest(256, proxy=settings.proxy)
    polling = AiohttpRequest(2, proxy=settings.proxy)
    bot: ExtBot[None] = ExtBot(
        settings.token,
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=request,
        get_updates_request=polling,
    )
    return ApplicationBuilder().bot(bot).updater(None).job_queue(JobQueue()).concurrent_updates(True).build()


@asynccontextmanager
async def open_service(
    settings: Settings,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
    chat_lease: float = CHAT_LEASE,
) -> AsyncIterator[Service]:
    """Put a process together and take it apart again; what is to be special about it comes from outside."""
    own_database = database or Database(settings.database_url, load_or_make_keys(settings.key_file))
    tools = load_tools(settings, own_database, clock or Clock(settings.zone))
    application = build_application(settings)
    me = await _introduce(application)
    delivery = build_delivery(settings, tools, application.bot)
    drawing = Drawing()
    tools = replace(
        tools, bot_name=me.username or "", nudge=delivery.nudge, chat_lease=chat_lease, draw=drawing.draw
    )  # fmt: skip
    register_all(application, tools)
    reception = Reception(own_database, tools.clock)

    workers = Workers(reception, Desk(tools, application), lease=tools.chat_lease)
    service = Service(settings, tools, application, reception, workers, delivery)
    try:
        yield service
    finally:
        await service.stop()
        await drawing.close()
        await application.shutdown()
        if database is None:
            await own_database.close()


async def _introduce(application: App) -> telegram.User:
    """Open the ways to Telegram and ask who we are; where that fails they are closed again."""
    try:
        await application.initialize()
    except telegram.error.TelegramError:
        await application.bot.shutdown()
        raise
    me: telegram.User = application.bot.bot
    return me


def build_delivery(settings: Settings, tools: Tools, bot: telegram.Bot) -> Delivery:
    """Put the deliverer together; its budget is named by a digest of the bot's number, never by the token."""

    def rendered(name: str, values: Mapping[str, Any], language: str) -> Outgoing:
        return render(tools.catalog, name, values, language)

    return Delivery(
        tools.database,
        bot,
        rendered,
        token=sha256(settings.token.partition(":")[0].encode()).hexdigest(),
        clock=tools.clock,
        rules=tools.rules,
        calendar=tools.calendar,
        pace=Pace(rate=settings.messages_per_second),
    )
