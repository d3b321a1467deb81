"""The tick of surveys: what has come to its day is closed, whoever has not finished is reminded."""

from db.surveys import rounds
from db.surveys.reminders import Terms, remind_due
from handlers.context import Tools, job


async def look_after_surveys(tools: Tools) -> None:
    """Close the rounds whose day has come, and send the reminders that are due."""
    async with job(tools) as (session, now):
        for round_ in await rounds.due(session, now):
            await rounds.close(session, round_, now, None)
    async with job(tools) as (session, now):
        await remind_due(session, Terms(tools.rules, tools.calendar, tools.clock.zone), now)
