"""`check`: everything that can be seen from outside, each line with what to do."""

from bot.commands.check_database import check_database
from bot.commands.check_files import check_calendar, check_rules, check_surveys, check_texts
from bot.commands.check_telegram import check_telegram
from bot.commands.findings import WRONG, lined_up
from bot.settings import Settings
from db.clock import Clock


async def check(settings: Settings) -> int:
    """Print what is well and what is wrong; give 1 while something is wrong."""
    own = settings.content_dir
    found = [
        *await check_telegram(settings),
        *await check_database(settings),
        *check_texts(own, settings.timezone),
        *check_rules(own),
        *check_surveys(own),
        *check_calendar(own, Clock(settings.zone).today()),
    ]
    print(lined_up(found))
    count = sum(one.state == WRONG for one in found)
    print(f"\n{count} to be put right" if count else "\nnothing is wrong")
    return 1 if count else 0
