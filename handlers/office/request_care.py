"""Looking after requests between taps: owners that can answer, reminders of what is late, closing what is settled."""

from datetime import date, datetime

from db import outbox, owners, request_lists, requests
from db.engine import Session
from db.people import holders
from db.windows import Window
from handlers.context import Tools, job
from handlers.threads import terms_of


async def look_after_requests(tools: Tools) -> None:
    """Do all of it once; what was done already is not done again."""
    async with job(tools) as (session, now):
        today = terms_of(tools, now).today
        await owners.settle_owners(session, now)
        await _close(session, now, tools.rules.request_close_days)
        if tools.calendar.is_working(today, tools.rules.window_days):
            await _remind(session, now, today)


async def _close(session: Session, now: datetime, days: int) -> None:
    for request in await requests.close_untouched(session, now, days):
        await outbox.queue(
            session,
            "questions/closed_by_itself",
            {"request": request.id, "number": request.number, "days": days},
            employee_id=request.employee_id,
            lane=outbox.Lane.REMINDERS,
            window=Window.OFFICE,
            counted=True,
            due_at=now,
            unique_key=f"closed:{request.id}:{request.reopened}",
            link_generation=await requests.meant_for(session, request),
        )


async def _remind(session: Session, now: datetime, today: date) -> None:
    """Remind each owner once a working day; of what nobody owns, everybody who answers."""
    late = await request_lists.late_by_owner(session, today)
    everybody = [one.id for one in await holders(session, *owners.ANSWERING)]
    for owner, count in late.items():
        for officer in [owner] if owner is not None else everybody:
            await outbox.queue(
                session,
                "follow_up/overdue",
                {"count": count, "unowned": owner is None},
                employee_id=officer,
                lane=outbox.Lane.REMINDERS,
                window=Window.OFFICE,
                due_at=now,
                unique_key=f"overdue:{officer}:{today}:{owner is None}",
            )
