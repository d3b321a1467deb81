"""What became of claims: settled in groups by whoever still holds them, given back, expired, or recovered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, update

from db.clock import database_now, shifted
from db.engine import Session, changed, dialect_of
from db.models import Chat, Outbox
from db.models.traffic import ENDING, SENDING
from db.outbox.judging import Verdict
from db.outbox.moves import Reason, State, check_move

_GONE = frozenset({Reason.BLOCKED, Reason.DEACTIVATED, Reason.NEVER_STARTED})
"""Reasons that say something of the chat itself, not of one message."""

AFTER_OTHERS = 1.0
"""Seconds by which a lost message is due later than before: in a batch that is behind everybody else."""

_back = case((Outbox.uncertain > 0, State.UNCERTAIN.value), else_=State.QUEUED.value)
# The claim alone tells who holds a row: whoever takes a row away, by recovery or by settling, erases it.
_held = (Outbox.id == bindparam("b_id"), Outbox.lease_owner == bindparam("b_claim"))
_settle = update(Outbox).where(*_held).values(
    state=bindparam("b_state"), reason=bindparam("b_reason"), message_id=bindparam("b_message_id"),
    sent_at=bindparam("b_sent_at"), lease_owner=None, lease_until=None,
)  # fmt: skip
_give_back = update(Outbox).where(*_held).values(
    state=_back, reason=bindparam("b_reason"), lease_owner=None, lease_until=None
)  # fmt: skip
_postpone = update(Outbox).where(*_held).values(
    state=_back, reason=bindparam("b_reason"), due_at=bindparam("b_due_at"), lease_owner=None, lease_until=None
)  # fmt: skip
_mark_chat = update(Chat).where(Chat.chat_id == bindparam("b_chat")).values(unreachable=bindparam("b_reason"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim; `state` QUEUED means: not sent, take it again."""

    id: int
    claim: str
    state: State
    reason: Reason
    chat_id: int | None = None
    message_id: int | None = None
    sent_at: datetime | None = None


async def settle(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Write down outcomes together; one whose claim has passed to somebody else changes nothing.

    A person who has blocked the bot, or is gone, is marked so for every later message.
    """
    for outcome in outcomes:
        check_move(State.SENDING, outcome.state, outcome.reason)
    ended = [_said(one) for one in outcomes if one.state is not State.QUEUED]
    back = [_named(one) for one in outcomes if one.state is State.QUEUED]
    chats = [{"b_chat": one.chat_id, "b_reason": one.reason.value} for one in outcomes if one.reason in _GONE]
    await _run(session, _settle, ended)
    await _run(session, _give_back, back)
    await _run(session, _mark_chat, [chat for chat in chats if chat["b_chat"] is not None])


async def release(session: Session, claims: Iterable[tuple[int, str]], reason: Reason = Reason.LET_GO) -> None:
    """Give claimed rows back unsent: (row id, claim) of each."""
    check_move(State.SENDING, State.QUEUED, reason)
    await _run(session, _give_back, [{"b_id": one, "b_claim": claim, "b_reason": reason} for one, claim in claims])


async def put_back(session: Session, moved: Sequence[tuple[Any, Verdict]]) -> None:
    """Move rows that were claimed but may not leave, by their verdicts."""
    for _, verdict in moved:
        check_move(State.SENDING, verdict.state, verdict.reason)
    base = [({"b_id": row.id, "b_claim": row.claim, "b_reason": found.reason.value}, found) for row, found in moved]
    await _run(session, _postpone, [row | {"b_due_at": found.due_at} for row, found in base if found.due_at])
    nothing = {"b_message_id": None, "b_sent_at": None}
    await _run(session, _settle, [row | nothing | {"b_state": found.state.value}
                                  for row, found in base if not found.due_at])  # fmt: skip


async def expire(session: Session, now: datetime) -> int:
    """End waiting messages whose time has passed (civil clock); give how many."""
    check_move(State.QUEUED, State.EXPIRED, Reason.TOO_LATE)
    late = update(Outbox).where(ENDING, Outbox.valid_until <= now)
    return await _count(session, late.values(state=State.EXPIRED, reason=Reason.TOO_LATE))


async def recover(session: Session, *, everything: bool = False) -> int:
    """Make claims whose lease has run out claimable again, marked as uncertain; give how many.

    They come after what is due as long: whatever killed their sender shall not strike the same people each time.
    `everything`: also those whose lease still runs, when it is certain that their owner is dead.
    """
    check_move(State.SENDING, State.UNCERTAIN, Reason.OUTCOME_UNKNOWN)
    over = [] if everything else [Outbox.lease_until < database_now(dialect_of(session))]
    lost = update(Outbox).where(SENDING, *over)
    return await _count(session, lost.values(
        state=State.UNCERTAIN, reason=Reason.OUTCOME_UNKNOWN, uncertain=Outbox.uncertain + 1,
        due_at=shifted(dialect_of(session), Outbox.due_at, AFTER_OTHERS), lease_owner=None, lease_until=None,
    ))  # fmt: skip


def _named(one: Outcome) -> dict[str, Any]:
    return {"b_id": one.id, "b_claim": one.claim, "b_reason": one.reason.value}


def _said(one: Outcome) -> dict[str, Any]:
    return _named(one) | {"b_state": one.state.value, "b_message_id": one.message_id, "b_sent_at": one.sent_at}


async def _run(session: Session, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection = await session.connection()
        await connection.execute(statement, rows)


async def _count(session: Session, statement: Any) -> int:
    done = await session.execute(statement.execution_options(synchronize_session=False))
    return changed(done)
