"""Who comes to the counter: one statement tells whether the chat is still ours, who is behind it, where it stands."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from db import dialogs, people
from db.clock import database_now
from db.engine import Session, dialect_of, directly
from db.models import Chat, ChatQueue, Dialog, Shown
from db.models.base import table
from db.people import Person


@dataclass(frozen=True)
class Caller:
    """Who is at the counter, in which dialog, and for how many seconds the chat's lease still runs."""

    person: Person
    dialog: dialogs.Place | None = None
    purpose: str | None = None
    """What the message was for that was pressed or answered, where that is remembered."""
    lease_seconds: float = 0.0


async def caller(session: Session, chat_id: int, owner: str, message_id: int | None, now: datetime) -> Caller | None:
    """Tell who comes, and note that they were here; None when the chat is somebody else's: nothing may be changed.

    The chat's row stays locked until the transaction ends, so whoever claims it meanwhile waits for the outcome.
    """
    asked = {"of_chat": chat_id, "of_message": message_id or 0}
    rows = (await directly(session, _coming(dialect_of(session)), asked)).all()
    if not rows or rows[0].lease_owner != owner:
        return None
    first = rows[0]
    await people.note_here(session, chat_id, first, now)
    return Caller(
        people.person_of(chat_id, rows),
        dialogs.place_in(session, first, now),
        first.purpose,
        (first.lease_until - first.moment).total_seconds(),
    )


@cache
def _coming(dialect: str) -> Any:
    queues, chats, places = table(ChatQueue), table(Chat), table(Dialog)
    shown = table(Shown)
    purpose = (
        select(shown.c.purpose)
        .where(shown.c.chat_id == queues.c.chat_id, shown.c.message_id == bindparam("of_message"))
        .limit(1)
        .scalar_subquery()
    )
    known = (
        select(
            queues.c.lease_owner,
            queues.c.lease_until,
            database_now(dialect).label("moment"),
            purpose.label("purpose"),
            *(places.c[name] for name in dialogs.COLUMNS),
        )
        .outerjoin(chats, chats.c.chat_id == queues.c.chat_id)
        .outerjoin(places, places.c.chat_id == queues.c.chat_id)
    )
    asked = people.with_person(known, queues.c.chat_id).where(queues.c.chat_id == bindparam("of_chat"))
    return asked.with_for_update(of=queues)
