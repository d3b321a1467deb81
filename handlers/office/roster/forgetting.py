"""A file nobody saved within a day is erased, and who brought it hears of it."""

from datetime import timedelta

from db import outbox
from db.roster import imports
from handlers.context import Tools, job

KEPT = timedelta(days=1)


async def forget_rosters(tools: Tools) -> None:
    """Erase what has been kept for a day."""
    async with job(tools) as (session, now):
        for row in await imports.drop_old(session, now - KEPT, now):
            await outbox.queue(
                session, "roster/forgotten", {}, employee_id=row.actor_id, lane=outbox.Lane.REPLIES, due_at=now,
                unique_key=f"roster:forgotten:{row.id}",
            )  # fmt: skip
