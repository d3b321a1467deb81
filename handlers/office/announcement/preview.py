"""The preview: three recipients' messages, exactly as they would arrive, and the button that sends."""

import math
from datetime import datetime, timedelta

from db import announcements, audiences, audit
from db.audiences import Recipient
from db.models import Announcement
from db.outbox import reference
from db.windows import Window, last_arrival, next_open, open_at
from handlers.answers import Answer, Say, say
from handlers.buttons import Button, act
from handlers.context import Context
from handlers.office.announcement import written
from handlers.office.announcement.audience import mine
from handlers.office.announcement.feature import feature
from handlers.office.announcement.respondent_words import invented
from handlers.outgoing import worded

SEEN = 16
"""Signs of the digest a button carries."""
FREE_RATE = 30.0
"""Messages a second Telegram allows without payment."""
STARS = 0.1
"""What Telegram takes for a message sent with the paid flag, in Stars (Bot FAQ, paid broadcasts)."""


def window_open(context: Context) -> bool:
    """Tell whether announcements may go at this moment."""
    local = context.tools.clock.local(context.now)
    return open_at(Window.OFFICE, local, context.tools.calendar, context.tools.rules)


def opening(context: Context) -> datetime:
    """Give this moment if the window is open, else its next opening."""
    local = context.tools.clock.local(context.now)
    return next_open(Window.OFFICE, local, context.tools.calendar, context.tools.rules)


def arrivals(context: Context, people: int, window: Window) -> dict[str, str]:
    """Give when the first and the last of so many messages would arrive, at the steady rate."""
    tools = context.tools
    local = tools.clock.local(context.now)
    work = timedelta(seconds=people / tools.messages_per_second)
    first = next_open(window, local, tools.calendar, tools.rules)
    last = last_arrival(window, local, work, tools.calendar, tools.rules)
    return {"first": first.isoformat(), "last": last.isoformat()}


def send_button(one: Announcement, people: int, code: str = "ann_send") -> Button:
    """Make the button that sends to so many, bound to the text and audience shown."""
    return act("send_to", code, one.id, announcements.digest(one)[:SEEN], count=people)


@feature.button("ann_preview")
async def preview(context: Context, announcement_id: int) -> Answer:
    """Show three real recipients' messages, or invented ones; whose they are is kept in the audit."""
    one = await mine(context, announcement_id)
    named = written.named(one.text)
    found = await announcements.ready(context.session, one, named)
    made_up = announcements.audience_of(one).respondents is not None
    people = invented(context) if made_up else await _samples(context, one, named)
    await audit.write(
        context.session, "announcement.preview", at=context.now, subject=announcements.KIND, subject_id=one.id,
        actor_id=context.person.employee_id, people=0 if made_up else len(people), digest=announcements.digest(one),
    )  # fmt: skip
    return [
        *(_sample(context, one, person) for person in people),
        say(
            "announcements/preview",
            [send_button(one, found.reachable)],
            [act("back", "ann_open", one.id), act("rewrite", "ann_rewrite", one.id)],
            [act("abort", "ann_drop", one.id)],
            names=[person.full_name for person in people],
            invented=made_up,
            stars=_stars(context, found.reachable),
            **arrivals(context, found.reachable, Window.OFFICE),
        ),
    ]


async def _samples(context: Context, one: Announcement, named: tuple[str, ...]) -> list[Recipient]:
    return await audiences.samples(context.session, announcements.audience_of(one), named)


def _sample(context: Context, one: Announcement, person: Recipient) -> Say:
    values = {
        "text": one.text,
        "defaults": announcements.audience_of(one).defaults,
        "person": person._asdict(),
        "reference": reference(0),
    }
    text = worded(context.tools.catalog, announcements.MESSAGE, values, person.language)
    return say("announcements/sample", text=text)


def _stars(context: Context, people: int) -> int:
    return math.ceil(people * STARS) if context.tools.messages_per_second > FREE_RATE else 0
