"""The chats' queues: which worker holds which chat, under a lease, and what is next in the chats it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update

from db import inbox
from db.clock import database_later, database_now
from db.engine import Session, changed, dialect_of, directly, is_sqlite
from db.models import ChatQueue, Update
from db.models.base import table
from db.models.traffic import TO_DO
from db.sqlite import brief

_updates, _queues = table(Update), table(ChatQueue)


class LeaseLost(Exception):
    """The chat has passed to another worker; this one must change nothing and say nothing."""


async def claim(session: Session, owner: str, limit: int, seconds: float) -> list[int]:
    """Take up to `limit` free chats that have open updates, under a lease of `seconds`."""
    dialect = dialect_of(session)
    # Found first, then taken by their keys: how long finding takes depends on how much waits, taking is always short.
    free = list((await directly(session, _free(dialect), {"many": limit})).scalars())
    if free:
        await directly(session, _claimed(dialect, seconds), {"of_chats": free, "by": owner})
    return free


@cache
def _free(dialect: str) -> Any:
    # Made once: making a statement takes as long as running it, and these run with every answer.
    waiting = select(_updates.c.chat_id).where(TO_DO)
    return (
        select(_queues.c.chat_id)
        .where(_queues.c.chat_id.in_(waiting), _queues.c.lease_until <= database_now(dialect))
        .order_by(_queues.c.lease_until, _queues.c.chat_id)
        .limit(bindparam("many"))
        .with_for_update(skip_locked=True)
    )


@cache
def _claimed(dialect: str, seconds: float) -> Any:
    return _several.values(lease_owner=bindparam("by"), lease_until=database_later(dialect, seconds))


async def hold(session: Session, chat_id: int, owner: str, seconds: float) -> bool:
    """Prolong the lease on a chat; False when it has passed to somebody else: then nothing may be changed.

    The row stays locked until the transaction ends, so whoever claims the chat meanwhile waits for its outcome.
    """
    held = await directly(session, _prolonged(dialect_of(session), seconds), {"of_chat": chat_id, "by": owner})
    return changed(held) == 1


@cache
def _prolonged(dialect: str, seconds: float) -> Any:
    return _mine.values(lease_until=database_later(dialect, seconds))


_held = _queues.c.lease_owner == bindparam("by")
_mine = brief(update(_queues)).where(_queues.c.chat_id == bindparam("of_chat"), _held)
_several = brief(update(_queues)).where(_queues.c.chat_id.in_(bindparam("of_chats", expanding=True)))


async def rest(session: Session, chat_id: int, owner: str, seconds: float) -> bool:
    """Give a chat back, free for anybody only after `seconds`; False when it was somebody else's already."""
    rested = await directly(session, _rested(dialect_of(session), seconds), {"of_chat": chat_id, "by": owner})
    return changed(rested) == 1


@lru_cache(maxsize=64)
def _rested(dialect: str, seconds: float) -> Any:
    return _mine.values(lease_owner=None, lease_until=database_later(dialect, seconds))


async def free_others(session: Session, owner: str) -> None:
    """Free every chat that a process now known to be dead held, so that nobody waits for its leases to end."""
    await session.execute(
        update(_queues)
        .where(_queues.c.lease_owner.is_not(None), _queues.c.lease_owner != owner)
        .values(lease_owner=None, lease_until=database_later(dialect_of(session), -1))
    )


@dataclass(frozen=True)
class Following:
    """What is open in the chats that are still held, as it is kept (`inbox.opened` makes work of it), by chat."""

    rows: Mapping[int, Any]
    more: bool
    """Something is open in a chat that was given back: whoever looks for free chats finds it."""


async def follow(
    session: Session, owner: str, chats: Mapping[int, bool], *, answered: Sequence[int], seconds: float, now: datetime
) -> Following:
    """Mark that answers are out, and give what is open next in chats; those where nothing is are given back.

    `chats`: True where the worker goes on with whatever is open, its lease prolonged by `seconds`; False where the
    chat is given back in any case. Nothing is given of a chat that has passed to another worker. A chat's row stays:
    whoever deleted it could not see an update that another transaction is just adding.
    """
    if answered:
        await inbox.mark_answered(session, answered, now)
    found = await inbox.first_open(session, list(chats))
    going = sorted(chat_id for chat_id in found if chats[chat_id])
    held = set()
    if going:
        kept = {"of_chats": going, "by": owner}
        held = set((await directly(session, _kept_on(dialect_of(session), seconds), kept)).scalars())
    left = sorted(set(chats) - set(going))
    if left:
        await directly(session, _given_back(dialect_of(session)), {"of_chats": left, "by": owner})
        if not is_sqlite(session):  # others write meanwhile: an update may have come since we looked
            found = found | await inbox.first_open(session, left)
    return Following({chat_id: found[chat_id] for chat_id in held}, bool(set(found) - held))


@cache
def _kept_on(dialect: str, seconds: float) -> Any:
    return _several.where(_held).values(lease_until=database_later(dialect, seconds)).returning(_queues.c.chat_id)


@cache
def _given_back(dialect: str) -> Any:
    return _several.where(_held).values(lease_owner=None, lease_until=database_later(dialect, -1))
