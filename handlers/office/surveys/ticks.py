"""The tick of surveys: rounds end on their day, anonymous ones are rewritten, the unfinished reminded."""

from db.surveys import closing, retention, rounds
from db.surveys.reminders import Terms, remind_due
from handlers.context import Tools, job
from handlers.office.surveys.ending import tell_author


async def look_after_surveys(tools: Tools) -> None:
    """Close the rounds whose day has come, send the reminders that are due, rewrite anonymous rounds."""
    async with job(tools) as (session, now):
        for round_ in await rounds.due(session, now):
            await rounds.close(session, round_, now, None)
            if round_.state == rounds.CLOSED:  # of an anonymous one its rewriting tells
                await tell_author(session, round_, now)
    async with job(tools) as (session, now):
        await remind_due(session, Terms(tools.rules, tools.calendar, tools.clock.zone), now)
    await closing.close_due(tools.database, tools.clock)
    tools.nudge()


async def forget_answers(tools: Tools) -> None:
    """Delete answers that were kept as long as people agreed to."""
    async with job(tools) as (session, now):
        await retention.purge(session, tools.rules.answers_months, now)
