"""Commands that do one thing to the database and end."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.application import load_tools
from bot.commands.check_telegram import bot_name
from bot.commands.invite import invite as make_slip
from bot.commands.opening import at_head, civil_clock
from bot.commands.refusals import Refused
from bot.commands.roster import import_roster as import_into
from bot.settings import Settings
from db import facts
from db.clock import system_now
from db.roster.rules import RosterRules


async def import_roster(
    settings: Settings, file: Path, *, dry_run: bool, complete: Sequence[str], report: Path | None
) -> int:
    """Import a roster's file; give the exit status."""
    async with at_head(settings) as database:
        tools = load_tools(settings, database, await civil_clock(database, settings))
        return await import_into(
            database,
            tools.catalog,
            file,
            rules=RosterRules.of(tools.rules),
            clock=tools.clock,
            dry_run=dry_run,
            complete=complete,
            report_to=report,
        )


async def invite(settings: Settings, nip: str, roles: Sequence[str], unit: str | None) -> None:
    """Make a slip for somebody, with roles; the last line printed is the link.

    The bot's name is asked of Telegram first: without it the slip would be made and its link unknown.
    """
    name = await bot_name(settings)
    async with at_head(settings) as database:
        clock = await civil_clock(database, settings)
        rules = load_tools(settings, database, clock).rules
        slip = await make_slip(database, clock=clock, rules=rules, nip=nip, roles=roles, unit=unit, bot_username=name)
    print(slip.code)
    print(slip.link)


async def move_clock(settings: Settings, to: datetime) -> None:
    """Send a demo's civil clock to a moment (naive: the office's local time); running processes take it there.

    Raises `NotADemo`, and `Refused` for a moment that is not ahead.
    """
    target = (to if to.tzinfo else to.replace(tzinfo=settings.zone)).astimezone(UTC)
    async with at_head(settings) as database:
        clock = await civil_clock(database, settings)
        async with database.transaction() as session:
            reached = max(clock.now(), await facts.clock_target(session) or clock.now())
            demo = await facts.is_demo(session)
            if demo and target <= reached:
                raise Refused(f"the clock only goes forward: it is at {clock.local(reached):%Y-%m-%dT%H:%M} already")
            await facts.aim_clock(session, target, system_now())
    print(f"the clock goes to {clock.local(target):%Y-%m-%dT%H:%M %Z}; running processes follow")
