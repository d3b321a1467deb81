"""The simulator as a process of its own: `python -m bot.simulator --people 1000`; prints its addresses as one line."""

import argparse
import asyncio
import json
import signal
import sys

from bot.simulator.pacing_rule import PacingRule
from bot.simulator.simulator import Simulator


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("bot.simulator", description="Telegram on this machine, for rehearsals.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="", help="the bot's token (made up)")
    parser.add_argument("--people", type=int, default=0, help="people who have already started the bot")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until an answer")
    parser.add_argument("--rate", type=float, default=0.0, help="allowed requests a second (no limit)")
    parser.add_argument("--paid-rate", type=float, default=0.0, help="the same for paid broadcasts")
    parser.add_argument("--retry-after", type=int, default=3, help="seconds of silence after too many")
    parser.add_argument("--reply-seconds", type=float, default=0.0, help="answers this soon after an act are free")
    parser.add_argument("--chat-burst", type=int, default=0, help="messages at once to one chat, then one a second")
    parser.add_argument("--callback-seconds", type=float, default=30.0, help="how long a press can be answered")
    parser.add_argument("--no-history", action="store_true", help="keep only the newest messages of a chat")
    return parser.parse_args(words)


async def serve(asked: argparse.Namespace) -> None:
    """Run until told to stop."""
    pacing = PacingRule(asked.rate, asked.paid_rate, asked.retry_after, asked.reply_seconds, asked.chat_burst)
    simulator = Simulator(
        token=asked.token,
        port=asked.port,
        latency=asked.latency,
        pacing=pacing,
        keep_history=not asked.no_history,
        callback_seconds=asked.callback_seconds,
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with simulator:
        people = simulator.crowd(asked.people)
        told = {
            "api_url": simulator.api_url,
            "token": simulator.token,
            "page_url": simulator.page_url,
            "control_url": simulator.control_url,
            "first_person": people[0] if people else None,
            "people": len(people),
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(arguments()))
