"""What `check` asks Telegram: whether the token is known, and whether updates come the way the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.commands.findings import Finding, notice, ok, wrong
from bot.commands.refusals import Refused
from bot.settings import Settings, SettingsError
from bot.transport import AiohttpRequest

MANY_PENDING = 100


@asynccontextmanager
async def asking(settings: Settings) -> AsyncIterator[Bot]:
    """Open a way to Telegram for a few questions; raises `Refused` in words where it does not answer."""
    request, polling = AiohttpRequest(2, proxy=settings.proxy), AiohttpRequest(1)
    bot = Bot(settings.token, base_url=f"{settings.api_url}/bot", request=request, get_updates_request=polling)
    await request.initialize()
    try:
        yield bot
    except InvalidToken:
        raise Refused("Telegram does not know TEMAN_BOT_TOKEN: ask @BotFather for a valid one") from None
    except TelegramError as fault:
        reason = f"{settings.api_url} cannot be asked ({fault})"
        raise Refused(f"{reason}: see the network, HTTPS_PROXY and TEMAN_API_URL") from None
    finally:
        await request.shutdown()


async def bot_name(settings: Settings) -> str:
    """Ask Telegram for the bot's name; raises `Refused`."""
    async with asking(settings) as bot:
        return (await bot.get_me()).username or ""


async def check_telegram(settings: Settings) -> list[Finding]:
    """Ask who we are and how updates reach us; two requests."""
    try:
        async with asking(settings) as bot:
            me = await bot.get_me()
            return [ok("token", f"@{me.username} answers at {settings.api_url}"), await _webhook(bot, settings)]
    except (Refused, SettingsError) as refused:
        return [wrong("token", str(refused))]


async def _webhook(bot: Bot, settings: Settings) -> Finding:
    info = await bot.get_webhook_info()
    wanted = settings.webhook_url or ""
    if info.url != wanted:
        is_set = f"Telegram pushes to {info.url}" if info.url else "no webhook is set"
        asked = f"TEMAN_WEBHOOK_URL is {wanted}" if wanted else "the settings ask for polling"
        return notice("webhook", f"{is_set}, but {asked}: `teman-mutasi run` sets it right when it starts")
    if not wanted:
        return ok("webhook", "none; updates are fetched by polling")
    if info.last_error_message:
        return wrong(
            "webhook",
            f"Telegram could not deliver: {info.last_error_message} ({info.pending_update_count} updates wait): see "
            "the reverse proxy, its certificate, and that `teman-mutasi run` listens at TEMAN_WEBHOOK_LISTEN",
        )
    if info.pending_update_count > MANY_PENDING:
        return notice("webhook", f"{info.pending_update_count} updates wait at Telegram")
    return ok("webhook", f"Telegram pushes to {info.url}")
