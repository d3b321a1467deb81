"""The states of one message, the only legal moves between them, and the reasons that move it."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a message stands; the last five are ends."""

    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    """A claim ended without an outcome: it may have arrived, and will be sent again."""
    SENT = "sent"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Lane(IntEnum):
    """What goes before what; answers to somebody who is waiting are sent directly and have no lane."""

    DECISIONS = 1
    REPLIES = 2
    REMINDERS = 3
    ANNOUNCEMENTS = 4


class Verb(StrEnum):
    """What is done in the chat."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    PIN = "pin"


class Reason(StrEnum):
    """Why a message moved; each has a sentence in the report."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    PLAIN_TEXT = "plain_text"
    NOT_MODIFIED = "not_modified"
    ALREADY_GONE = "already_gone"
    NOT_JOINED = "not_joined"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NEVER_STARTED = "never_started"
    FORBIDDEN = "forbidden"
    LINK_CHANGED = "link_changed"
    LINK_FROZEN = "link_frozen"
    REFUSED = "refused"
    TARGET_MISSING = "target_missing"
    NOT_RENDERED = "not_rendered"
    GAVE_UP = "gave_up"
    OUTCOME_UNKNOWN = "outcome_unknown"
    FLOOD = "flood"
    NOT_SENT = "not_sent"
    LET_GO = "let_go"
    WEEKLY_LIMIT = "weekly_limit"
    TARGET_OPEN = "target_open"
    TOO_LATE = "too_late"
    SUPERSEDED = "superseded"
    OFFICER = "officer"


OPEN_STATES = (State.QUEUED, State.UNCERTAIN, State.SENDING)
"""A batch with none of these is finished."""

_NOWHERE = {Reason.NOT_JOINED, Reason.BLOCKED, Reason.DEACTIVATED, Reason.NEVER_STARTED, Reason.FORBIDDEN,
            Reason.LINK_CHANGED, Reason.LINK_FROZEN}  # fmt: skip
_BACK = {Reason.FLOOD, Reason.NOT_SENT, Reason.LET_GO, Reason.WEEKLY_LIMIT, Reason.TARGET_OPEN}

MOVES: Mapping[tuple[State | None, State], frozenset[Reason]] = {
    (None, State.QUEUED): frozenset(),
    (None, State.UNREACHABLE): frozenset(_NOWHERE),
    (State.QUEUED, State.SENDING): frozenset({Reason.CLAIMED}),
    (State.UNCERTAIN, State.SENDING): frozenset({Reason.CLAIMED}),
    (State.SENDING, State.SENT): frozenset(
        {Reason.ACCEPTED, Reason.PLAIN_TEXT, Reason.NOT_MODIFIED, Reason.ALREADY_GONE}
    ),
    (State.SENDING, State.UNREACHABLE): frozenset(_NOWHERE),
    (State.SENDING, State.FAILED): frozenset(
        {Reason.REFUSED, Reason.TARGET_MISSING, Reason.NOT_RENDERED, Reason.GAVE_UP}
    ),
    (State.SENDING, State.QUEUED): frozenset(_BACK),
    (State.SENDING, State.UNCERTAIN): frozenset(_BACK | {Reason.OUTCOME_UNKNOWN}),
    (State.SENDING, State.EXPIRED): frozenset({Reason.TOO_LATE}),
    (State.SENDING, State.CANCELLED): frozenset({Reason.SUPERSEDED}),
    (State.QUEUED, State.EXPIRED): frozenset({Reason.TOO_LATE}),
    (State.UNCERTAIN, State.EXPIRED): frozenset({Reason.TOO_LATE}),
    (State.QUEUED, State.CANCELLED): frozenset({Reason.OFFICER, Reason.SUPERSEDED}),
    (State.UNCERTAIN, State.CANCELLED): frozenset({Reason.OFFICER, Reason.SUPERSEDED}),
}
"""(from, to) → the reasons for which a message may go that way; from None: when it is made.

A claim that is given back unsent returns to where it came from: `uncertain` stays so until it is sent for sure.
"""


class IllegalMove(ValueError):
    """Somebody asked for a move that the table does not hold."""


def check_move(before: State | None, after: State, reason: Reason) -> None:
    """Raise IllegalMove unless the table holds this move for this reason."""
    if reason not in MOVES.get((before, after), frozenset()):
        raise IllegalMove(f"{before} → {after} ({reason})")
