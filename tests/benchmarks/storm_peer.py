"""The survey storm upon a bot as people usually write it: answers in memory, nothing kept, one request after a tap."""

import asyncio
import multiprocessing
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.transport import AiohttpRequest
from tests.benchmarks.office import telegram
from tests.benchmarks.storm import QUESTIONS, Crowd, cpu_of
from tests.benchmarks.tapping import p99

ANSWERS: dict[int, dict[int, str]] = {}


def screen(number: int) -> dict[str, Any]:
    """Give a question with the buttons ours has."""
    rows = [[("Pilihan A", f"choose:{number}:A")], [("Pilihan B", f"choose:{number}:B")]]
    rows.append([("Kembali", f"back:{number}:"), ("Lewati", f"skip:{number}:")])
    keys = [[InlineKeyboardButton(words, callback_data=data) for words, data in row] for row in rows]
    words = f"Badai\n\nPertanyaan {number + 1} dari {QUESTIONS}\nTanya Q{number}"
    return {"text": words, "reply_markup": InlineKeyboardMarkup(keys)}


async def begin(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show the first question."""
    assert update.effective_message is not None
    await update.effective_message.reply_text(**screen(0))


async def tap(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Keep the answer in memory and show the next question."""
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    assert update.effective_chat is not None
    _, number, option = query.data.split(":")
    ANSWERS.setdefault(update.effective_chat.id, {})[int(number)] = option
    await asyncio.gather(query.answer(), query.edit_message_text(**screen(int(number) + 1)), return_exceptions=True)


def play(token: str, api_url: str, ours: bool) -> None:
    """Be that bot until killed; `ours`: on our transport in place of the library's."""
    made = ApplicationBuilder().token(token).base_url(f"{api_url}/bot").concurrent_updates(True)
    if ours:
        made = made.request(AiohttpRequest(256)).get_updates_request(AiohttpRequest(2))
    application: Application[Any, Any, Any, Any, Any, Any] = made.build()
    application.add_handler(CallbackQueryHandler(tap))
    application.add_handler(MessageHandler(filters.ALL, begin))
    application.run_polling(poll_interval=0)


@dataclass(frozen=True)
class Peer:
    """What the storm came to."""

    rate: float
    p99: float
    idle: float
    cpu: float

    def __str__(self) -> str:
        return (
            f"{self.rate:.0f}/s, p99 {self.p99 * 1000:.0f} ms ({self.p99 / self.idle:.1f} × idle), "
            f"{self.cpu * 1000:.1f} ms of processor"
        )


async def storm(rate: float, taps: int, *, ours: bool) -> Peer:
    """Let a storm pass over a bot that keeps nothing."""
    async with telegram(max(40, -(-taps // (QUESTIONS - 4)))) as world:
        bot = multiprocessing.get_context("spawn").Process(
            target=play, args=(world.token, world.api_url, ours), daemon=True
        )
        bot.start()
        try:
            crowd = Crowd(world, list(world.crowd()))
            await crowd.all_of("says", "halo")
            await crowd.storm(5, 40)
            idle, before = p99(crowd.waits), cpu_of(bot)
            came = await crowd.storm(rate, taps)
            return Peer(came, p99(crowd.waits), idle, (cpu_of(bot) - before) / taps)
        finally:
            bot.kill()
            bot.join()
