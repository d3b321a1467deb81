"""Where each chat stands in a conversation: a row, so a restart is invisible."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from db.engine import Session, keys_of
from db.keys import SealBroken
from db.models import Dialog


@dataclass(frozen=True)
class Place:
    """The step a chat is at and what was said so far."""

    step: str
    values: dict[str, Any] = field(default_factory=dict)
    message_id: int | None = None
    since: datetime | None = None


KEPT = timedelta(days=1)
"""How long a dialog waits; a word typed after that is a new word, not an answer to what was asked then."""

FRESH = timedelta(hours=1)
"""How old the mark of a dialog may be before it is made anew: who taps through a survey need not leave one each."""


async def where(session: Session, chat_id: int, now: datetime) -> Place | None:
    """Tell where a chat stands; None when it is in no dialog, or in one that was left lying for a day."""
    return place_in(session, await session.get(Dialog, chat_id), now)


COLUMNS = ("step", "values_sealed", "message_id", "updated_at")
"""What `place_in` reads of a row, as an object or beside other columns."""


def place_in(session: Session, row: Any, now: datetime) -> Place | None:
    """Tell where a chat stands by its row; None too where there is none."""
    if row is None or row.step is None or row.updated_at < now - KEPT:
        return None
    values = keys_of(session).seal("dialogs").open_json(row.values_sealed)
    return Place(row.step, values, row.message_id, row.updated_at)


def said_in(session: Session, sealed: bytes) -> dict[str, Any] | None:
    """Give what was said in a dialog, however long ago; None where it does not open with this key."""
    try:
        said: dict[str, Any] = keys_of(session).seal("dialogs").open_json(sealed)
    except SealBroken:
        return None
    return said


async def enter(session: Session, chat_id: int, step: str, values: dict[str, Any], now: datetime) -> None:
    """Put a chat at a step, in place of any other."""
    row = await session.get(Dialog, chat_id)
    sealed = keys_of(session).seal("dialogs").close_json(values)
    if row is None:
        session.add(Dialog(chat_id=chat_id, step=step, values_sealed=sealed, updated_at=now))
    else:
        row.step, row.values_sealed, row.updated_at = step, sealed, now
    await session.flush()


async def leave(session: Session, chat_id: int) -> bool:
    """Leave any dialog and forget what was said in it; tell whether there was one."""
    gone = await session.execute(delete(Dialog).where(Dialog.chat_id == chat_id).returning(Dialog.chat_id))
    return gone.first() is not None


def stands(place: Place | None, step: str, values: dict[str, Any], now: datetime) -> bool:
    """Tell whether a chat stands at a step just so, and not for long: then nothing is to be written."""
    fits = place is not None and place.step == step and place.values == values
    return fits and place is not None and place.since is not None and now - place.since < FRESH
