"""`run`: one process of the bot, from the first check to the orderly end."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from telegram import BotCommand, BotCommandScopeAllPrivateChats

from bot import journal, logs
from bot.application import Service, open_service, settle_in
from bot.commands.check_telegram import bot_name
from bot.commands.opening import at_head, civil_clock
from bot.commands.refusals import Refused
from bot.health import Health
from bot.receiving import WANTED
from bot.settings import Settings, host_and_port
from bot.webhook import Receiver
from content.catalog import LANGUAGES
from db import keyproof
from db.engine import Database
from handlers.menus import command_list

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 40
"""Deliveries Telegram may make to our webhook at once (its own default)."""


def parts_of(only: str | None) -> tuple[str, ...]:
    """Name a process's parts: everything, or its half; ticks run in both, since one may run twice."""
    halves = {"updates": ("updates", "arrivals", "ticks"), "delivery": ("delivery", "ticks")}
    return halves[only] if only else ("updates", "arrivals", "delivery", "ticks")


async def run(settings: Settings, only: str | None = None) -> None:
    """Serve until told to stop; raises `Refused` and what the parts refuse by."""
    _ = settings.token  # missing? said before anything is opened
    async with at_head(settings) as database:
        logs.set_up()
        stop = stop_on_signals()
        async with database.transaction() as session:
            await keyproof.begin(session)
        async with opened(settings, database) as service:
            settle_in()
            await serve(service, settings, parts_of(only), stop)


def stop_on_signals() -> asyncio.Event:
    """Give an event that is set when the process is asked to end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def opened(settings: Settings, database: Database) -> AsyncIterator[Service]:
    """Put the service together; raises `Refused` in words for an address or a token that does not work."""
    clock = await civil_clock(database, settings)
    await bot_name(settings)
    async with open_service(settings, database=database, clock=clock) as service:
        yield service


async def serve(service: Service, settings: Settings, parts: Sequence[str], stop: asyncio.Event) -> None:
    """Run the parts until `stop` is set or one of them breaks; then end all of them in order.

    Raises `SenderAlreadyRuns` and `Refused` (an address is taken) before anything is changed at Telegram.
    """
    async with AsyncExitStack() as stack:
        if "delivery" in parts:
            stack.enter_context(service.delivery.lock)
        await _open_health(service, settings, stack, polls="arrivals" in parts and settings.webhook_url is None)
        own = [part for part in parts if part != "arrivals"]
        if "arrivals" in parts:
            own += await _open_the_way_in(service, settings, stack)
            await publish_commands(service)
        keeping = asyncio.create_task(journal.follow(service.tools.database, journal.place(settings.key_file)))
        stack.push_async_callback(_end, keeping)
        await service.start(own)
        log.info("serving", extra={"parts": " ".join(own)})
        await _until(stop, service)
        log.info("stopping")
        await service.stop()


async def _open_the_way_in(service: Service, settings: Settings, stack: AsyncExitStack) -> list[str]:
    """Let updates come: by polling (any webhook is taken away), or by the webhook the settings name."""
    bot = service.application.bot
    if settings.webhook_url is None or settings.webhook_secret is None:
        await bot.delete_webhook()
        return ["polling"]
    secret = settings.webhook_secret.get_secret_value()
    receiver = Receiver(service.reception, settings.webhook_url, secret)
    stack.push_async_callback(receiver.stop)
    with listening("TEMAN_WEBHOOK_LISTEN", settings.webhook_listen):
        await receiver.start(*host_and_port(settings.webhook_listen))
    await bot.set_webhook(
        settings.webhook_url, secret_token=secret, allowed_updates=WANTED, max_connections=MOST_CONNECTIONS
    )
    return []


async def _open_health(service: Service, settings: Settings, stack: AsyncExitStack, *, polls: bool) -> None:
    if settings.health_listen:
        health = Health(service.tools, polls=polls)
        stack.push_async_callback(health.stop)
        with listening("TEMAN_HEALTH_LISTEN", settings.health_listen):
            await health.start(*host_and_port(settings.health_listen))


@contextmanager
def listening(variable: str, address: str) -> Iterator[None]:
    """Say in words that nobody can listen at an address, whose it is and what to do; raises `Refused`."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such host"
        raise Refused(
            f"{variable} is {address}, and nobody can listen there ({reason}): end the program that does, or name "
            "another host:port"
        ) from error


async def publish_commands(service: Service) -> None:
    """Set the commands everybody sees before they are anybody; a person's own list is set for their chat."""
    bot, catalog = service.application.bot, service.tools.catalog
    for language in LANGUAGES:
        names = command_list(catalog, 0, set(), language)
        await bot.set_my_commands(
            [BotCommand(name, words) for name, words in names],
            scope=BotCommandScopeAllPrivateChats(),
            language_code=None if language == LANGUAGES[0] else language,
        )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _until(stop: asyncio.Event, service: Service) -> None:
    asked, broke = asyncio.create_task(stop.wait()), asyncio.create_task(service.wait())
    try:
        await asyncio.wait({asked, broke}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        asked.cancel()
    if broke.done():
        broke.result()
    else:
        broke.cancel()
