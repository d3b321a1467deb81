"""What becomes of a claimed row just before it leaves: a pure rule on the row and what the archive knows now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.outbox.moves import OPEN_STATES, Reason, State, Verb

WEEK = timedelta(days=7)
TARGET_WAIT, TARGET_LEAVING = timedelta(seconds=5), timedelta(seconds=0.5)
"""How long an edit waits when the message it edits is still to be sent, and when it is on its way at this moment."""
GIVE_UP_AFTER = 10
"""Claims with an unknown outcome after which a message is called failed: it, not the network, must be the cause."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a claimed row goes instead of out; `due_at` when it waits."""

    state: State
    reason: Reason
    due_at: datetime | None = None


def judge(row: Any, now: datetime) -> Verdict | None:
    """Give why a row must not leave now; None: it may."""
    if row.valid_until is not None and row.valid_until <= now:
        return Verdict(State.EXPIRED, Reason.TOO_LATE)
    if row.uncertain >= GIVE_UP_AFTER:
        return Verdict(State.FAILED, Reason.GAVE_UP)
    return _judge_person(row) or _judge_target(row, now)


def _judge_person(row: Any) -> Verdict | None:
    if row.employee_id is not None:
        if row.generation is None or row.generation != row.link_generation:
            return Verdict(State.UNREACHABLE, Reason.LINK_CHANGED)
        if row.frozen_at is not None:
            return Verdict(State.UNREACHABLE, Reason.LINK_FROZEN)
    if row.chat_unreachable is not None:
        return Verdict(State.UNREACHABLE, Reason(row.chat_unreachable))
    return None


def _judge_target(row: Any, now: datetime) -> Verdict | None:
    if row.verb == Verb.SEND or row.target is not None:
        return None
    if row.target_state in OPEN_STATES:
        wait = TARGET_LEAVING if row.target_state == State.SENDING else TARGET_WAIT
        return Verdict(State.QUEUED, Reason.TARGET_OPEN, now + wait)
    return Verdict(State.FAILED, Reason.TARGET_MISSING)


def judge_week(limit: int, earlier: list[datetime], now: datetime) -> Verdict | None:
    """Give until when a counted message waits: `earlier` are the person's counted ones of the last seven days."""
    if len(earlier) < limit:
        return None
    free_again = sorted(earlier)[len(earlier) - limit] + WEEK
    return Verdict(State.QUEUED, Reason.WEEKLY_LIMIT, max(free_again, now + timedelta(seconds=1)))
