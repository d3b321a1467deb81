"""The last press: outside the window a notice first, above the threshold a second officer, then it goes."""

from db import announcements
from db.announcements import AWAITING, CONFIRMED, DRAFT, Plan
from db.errors import NotAllowed, StaleButton
from db.models import Announcement
from db.windows import Window
from handlers.answers import Answer, Show, show
from handlers.buttons import act
from handlers.context import Context
from handlers.office.announcement import written
from handlers.office.announcement.approve import ask_others
from handlers.office.announcement.feature import feature
from handlers.office.announcement.launching import launch
from handlers.office.announcement.preview import SEEN, arrivals, send_button, window_open
from handlers.office.announcement.progress import state_screen


@feature.button("ann_send")
async def send(context: Context, announcement_id: int, seen: str) -> Answer:
    """Send what was previewed; outside the window say first what that means."""
    return await _go(context, announcement_id, seen, Plan())


@feature.button("ann_again")
async def send_in_spite(context: Context, announcement_id: int, seen: str) -> Answer:
    """Send although the window is shut: it was said, and pressed again."""
    return await _go(context, announcement_id, seen, Plan(in_spite=not window_open(context)))


@feature.button("ann_schedule")
async def schedule(context: Context, announcement_id: int, seen: str) -> Answer:
    """Let it go at the window's next opening."""
    return await _go(context, announcement_id, seen, Plan(scheduled=True))


async def _go(context: Context, announcement_id: int, seen: str, plan: Plan) -> Answer:
    one = await announcements.get(context.session, announcement_id)
    if one.author_id != context.person.employee_id:
        raise NotAllowed
    if one.state in (AWAITING, CONFIRMED):
        return await state_screen(context, one)  # the second tap of two: it is on its way already
    if one.state != DRAFT:
        raise StaleButton
    found = await announcements.ready(context.session, one, written.named(one.text), seen)
    if plan == Plan() and not window_open(context):
        return outside_screen(context, one, found.reachable)
    if found.reachable > context.tools.rules.approval_threshold:
        await ask_others(context, one, found, plan)
    else:
        await launch(context, one, plan)
    return await state_screen(context, one)


def outside_screen(context: Context, one: Announcement, people: int) -> Show:
    """Say when first and last would arrive outside the window, and when by schedule; both can be had."""
    return show(
        "announcements/outside",
        [act("schedule", "ann_schedule", one.id, announcements.digest(one)[:SEEN])],
        [send_button(one, people, "ann_again")],
        [act("back", "ann_open", one.id)],
        now=arrivals(context, people, Window.ANY),
        planned=arrivals(context, people, Window.OFFICE),
    )
