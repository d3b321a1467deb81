"""The moment of sending: the batch that an announcement becomes, due now or at the window's next opening."""

from db import announcements
from db.announcements import Plan
from db.models import Announcement
from handlers.context import Context
from handlers.office.announcement import written
from handlers.office.announcement.preview import opening


async def launch(context: Context, one: Announcement, plan: Plan) -> None:
    """Freeze an announcement and open its batch, by whoever presses now."""
    await announcements.confirm(
        context.session,
        one,
        written.named(one.text),
        plan,
        context.now,
        by=context.person.employee_id,
        due_at=opening(context) if plan.scheduled else context.now,
    )
