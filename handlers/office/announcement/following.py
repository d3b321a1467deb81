"""The tick that keeps progress screens live, and tells the author when something needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from content.catalog import Catalog
from db import announcement_live, outbox
from db.announcement_live import Live, Place
from db.engine import Session
from db.outbox import State
from handlers.buttons import Rows, act
from handlers.context import Tools, job
from handlers.office.announcement.progress import SCREEN, digest_of, progress_values
from handlers.outgoing import filled_by, keyboard_for

QUICKEST, SLOWEST = timedelta(seconds=2), timedelta(seconds=5)
EDITS = 40
"""About how many times a screen changes while a small announcement runs; a big one keeps to `SLOWEST`.

Each change is a request of the same budget as the messages: one in five seconds costs 25 a second less than 1 %.
"""
WORTH_TELLING = timedelta(minutes=2)
"""Who waited longer than this for the end is told by a message of its own; an edited screen makes no sound."""


@dataclass(frozen=True)
class _Change:
    place: Place
    values: dict[str, Any]
    digest: str


@dataclass(frozen=True)
class _Notice:
    name: str
    key: str
    employee_id: int
    values: dict[str, Any]


async def follow(tools: Tools) -> None:
    """Bring every live screen up to date; nothing is written while nothing has changed."""
    async with tools.database.reading() as session:
        changes, notices = await _look(session, tools)
    if not changes and not notices:
        return
    async with job(tools) as (session, now):
        for change in changes:
            await _edit(session, change, now)
        for notice in notices:
            await outbox.queue(
                session, notice.name, notice.values, employee_id=notice.employee_id, lane=outbox.Lane.REPLIES,
                due_at=now, unique_key=notice.key,
            )  # fmt: skip


async def _look(session: Session, tools: Tools) -> tuple[list[_Change], list[_Notice]]:
    now = tools.clock.now()
    changes, notices = [], []
    shown = await announcement_live.places(session)
    watched = {place.announcement_id for place in shown} | set(await announcement_live.on_their_way(session))
    for announcement_id in sorted(watched):
        live = await announcement_live.live(session, announcement_id, now)
        if live is None:
            continue
        values = progress_values(tools, live, now)
        digest = digest_of(live, values)
        here = [place for place in shown if place.announcement_id == announcement_id]
        changes += [_Change(place, values, digest) for place in here if _due(place, live, digest, now)]
        notice = _notice(live, values)
        if notice is not None and not await announcement_live.told(session, notice.key):
            notices.append(notice)
    return changes, notices


def _due(place: Place, live: Live, digest: str, now: datetime) -> bool:
    if place.digest == digest:
        return False
    if place.digest is None or place.digest.split(":")[0] != digest.split(":", maxsplit=1)[0]:
        return True
    through = timedelta(seconds=live.progress.total / live.progress.rate) if live.progress.rate else SLOWEST
    return now - place.at >= min(max(through / EDITS, QUICKEST), SLOWEST)


def _notice(live: Live, values: Mapping[str, Any]) -> _Notice | None:
    one, counted = live.announcement, live.progress
    said = {"id": one.id, "title": values["title"]}
    if counted.state == "paused" and values["by_errors"]:
        if counted.states.get(State.SENDING, 0):
            return None  # what is still on its way may fail as well: say one number, once
        failed = counted.states.get(State.FAILED, 0)
        said |= {"failed": failed, "waiting": counted.waiting}
        key = f"announcement:errors:{one.id}:{failed}"
        return _Notice("announcements/paused_by_errors", key, one.author_id, said)
    if counted.state == "finished" and live.started_at and live.finished_at:
        if live.finished_at - live.started_at < WORTH_TELLING:
            return None
        said |= {"sent": values["sent"], "total": values["total"]}
        return _Notice("announcements/finished", f"announcement:over:{one.id}", one.author_id, said)
    return None


async def _edit(session: Session, change: _Change, now: datetime) -> None:
    place = change.place
    if await announcement_live.note(session, place, change.digest, now):
        await outbox.queue(
            session, SCREEN, change.values, verb=outbox.Verb.EDIT, chat_id=place.chat_id,
            target_message=place.message_id, lane=outbox.Lane.REPLIES, due_at=now,
        )  # fmt: skip


@filled_by("announcements/paused_by_errors")
@filled_by("announcements/finished")
def _without_id(_catalog: Catalog, values: Mapping[str, Any], _language: str) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if name != "id"}


@keyboard_for("announcements/paused_by_errors")
def _paused_rows(values: Mapping[str, Any]) -> Rows:
    this = values["id"]
    return [[act("resume", "ann_resume", this), act("cancel_sending", "ann_cancel", this)],
            [act("report", "ann_report", this)]]  # fmt: skip


@keyboard_for("announcements/finished")
def _finished_rows(values: Mapping[str, Any]) -> Rows:
    return [[act("report", "ann_report", values["id"])]]
