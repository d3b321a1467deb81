"""Telegram on this machine: the Bot API, a page to be people on, and a ledger of what reached whom."""

from bot.simulator.faults import Fault
from bot.simulator.pacing_rule import PacingRule
from bot.simulator.people import NotSeenError, Person
from bot.simulator.simulator import Simulator

__all__ = ["Fault", "NotSeenError", "PacingRule", "Person", "Simulator"]
