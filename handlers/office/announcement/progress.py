"""How far an announcement is: one live screen with its bar, its reasons, and the buttons that stop and go."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from content.catalog import Catalog
from db import announcement_live, announcements, audit, batches
from db.announcement_live import ENDED, PURPOSE, Live
from db.announcements import AWAITING, CONFIRMED
from db.batches import BatchPassed
from db.errors import StaleButton
from db.models import Announcement
from db.outbox import State
from db.windows import Window, next_open
from handlers.answers import Answer, Show, show
from handlers.buttons import Button, Rows, act
from handlers.context import Context, Tools
from handlers.office.announcement.feature import feature
from handlers.office.announcement.words import reason_words, title
from handlers.outgoing import filled_by, keyboard_for

SCREEN = "announcements/progress"
BAR = 10
"""Signs of the bar."""


def progress_values(tools: Tools, live: Live, now: datetime) -> dict[str, Any]:
    """Give what a progress screen is made of, as JSON; it is said in the reader's language later."""
    counted = live.progress
    return {
        "id": live.announcement.id,
        "title": title(live.announcement.text),
        "state": counted.state,
        "by_errors": counted.paused_reason == batches.BY_ERRORS,
        "total": counted.total,
        "reachable": counted.reachable,
        "sent": counted.states.get(State.SENT, 0),
        "rate": round(counted.rate, 1),
        "ready_at": _text(counted.ready_at),
        "opens_at": _text(_opening(tools, live, now)),
        "ended_at": _text(live.finished_at),
        "reasons": counted.reasons,
        "maybe_twice": counted.repeated,
        "veiled": announcements.audience_of(live.announcement).veiled,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _opening(tools: Tools, live: Live, now: datetime) -> datetime | None:
    """Give when it starts or goes on, where it waits for its time or for the window."""
    if live.progress.state == "waiting":
        return live.due_at
    if live.progress.state != "running" or live.over:
        return None
    local = tools.clock.local(now)
    opens = next_open(Window(live.window), local, tools.calendar, tools.rules)
    return opens if opens > local else None


def digest_of(live: Live, values: Mapping[str, Any]) -> str:
    """Give what tells one screen from another; pace and forecast alone are no news."""
    news = [value for name, value in sorted(values.items()) if name not in ("rate", "ready_at")]
    phase = ENDED if live.over else live.progress.state
    return f"{phase}:{sha256(repr(news).encode()).hexdigest()[:40]}"


@filled_by(SCREEN)
def _fill(catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    share = values["sent"] / values["reachable"] if values["reachable"] else 0.0
    full = int(share * BAR)
    filled = {**values, "share": share, "bar": "▰" * full + "▱" * (BAR - full)}
    filled["reasons"] = reason_words(catalog, values["reasons"], language)
    return {name: value for name, value in filled.items() if name not in ("id", "total", "veiled")}


@keyboard_for(SCREEN)
def progress_rows(values: Mapping[str, Any]) -> Rows:
    """Give the buttons of a progress screen: what can be done in its state, and the report if names may be shown."""
    rows = [[act(key, code, values["id"])] for key, code in _ACTS.get(values["state"], ())]
    return rows if values.get("veiled") else [*rows, [act("report", "ann_report", values["id"])]]


_STOP = ("cancel_sending", "ann_cancel")
_ACTS = {
    "waiting": (_STOP,),
    "running": (("pause", "ann_pause"), _STOP),
    "paused": (("resume", "ann_resume"), _STOP),
}


async def state_screen(context: Context, one: Announcement) -> Show:
    """Show an announcement that is a draft no more; the screen stays live in this chat."""
    purpose = PURPOSE.format(one.id)
    if one.state == AWAITING:
        return show("announcements/awaiting", *_awaiting_rows(context, one), purpose=purpose, title=title(one.text))
    live = await announcement_live.live(context.session, one.id, context.now)
    if one.state != CONFIRMED or live is None:
        raise StaleButton
    values = progress_values(context.tools, live, context.now)
    return show(SCREEN, *progress_rows(values), purpose=purpose, **values)


def _awaiting_rows(context: Context, one: Announcement) -> list[list[Button]]:
    own = one.author_id == context.person.employee_id
    if own:
        return [[act("withdraw", "ann_withdraw", one.id)]]
    this = (one.id, one.approval_id)
    return [[act("approve", "ann_approve", *this)], [act("return", "ann_return", *this)]]


async def _change(
    context: Context, announcement_id: int, word: str, change: Callable[[int], Awaitable[None]]
) -> Answer:
    one = await announcements.get(context.session, announcement_id)
    if one.batch_id is None:
        raise StaleButton
    try:
        await change(one.batch_id)
    except BatchPassed:
        return await state_screen(context, one)  # somebody was quicker; the screen says how it stands
    await audit.write(
        context.session, f"announcement.{word}", at=context.now, subject=announcements.KIND, subject_id=one.id,
        actor_id=context.person.employee_id,
    )  # fmt: skip
    return await state_screen(context, one)


@feature.button("ann_pause")
async def pause(context: Context, announcement_id: int) -> Answer:
    """Pause it; what is in flight still arrives."""
    return await _change(context, announcement_id, "pause", lambda batch: batches.pause(context.session, batch))


@feature.button("ann_resume")
async def resume(context: Context, announcement_id: int) -> Answer:
    """Let it run on."""
    return await _change(context, announcement_id, "resume", lambda batch: batches.resume(context.session, batch))


@feature.button("ann_cancel")
async def cancel(context: Context, announcement_id: int) -> Answer:
    """End it; what has arrived stays."""
    return await _change(
        context, announcement_id, "cancel", lambda batch: batches.cancel(context.session, batch, context.now)
    )
