"""Leaving a message: one row with its target, its words and its time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from db.engine import Session, dialect_of, inserting, keys_of
from db.models import Link, Outbox
from db.models.traffic import OPEN
from db.outbox.moves import Lane, Reason, State, Verb
from db.windows import Window

PURPOSE = "outbox"
_LEFT = "outbox_left"


def note_left(session: Session) -> None:
    """Note that there is something to send now; the door then tells the deliverer, who need not look for nothing."""
    session.info[_LEFT] = True


def anything_left(session: Session) -> bool:
    """Tell whether something was left in this session's transaction, or let go on."""
    return _LEFT in session.info


def reference(row_id: int) -> str:
    """Give the number a message carries, the same each time it is sent."""
    return f"P-{row_id:06d}"


async def queue(
    session: Session,
    message: str | None,
    values: Mapping[str, Any] | None = None,
    *,
    due_at: datetime,
    lane: Lane,
    employee_id: int | None = None,
    chat_id: int | None = None,
    window: Window = Window.ANY,
    valid_until: datetime | None = None,
    unique_key: str | None = None,
    verb: Verb = Verb.SEND,
    target_row: int | None = None,
    target_message: int | None = None,
    counted: bool = False,
    link_generation: int | None = None,
) -> int:
    """Leave a message for an employee (or for a chat that is nobody's) and give its row's id.

    An employee without an open link gets a row all the same: unreachable, `not_joined`; one whose open link is not of
    the generation it is meant for (`link_generation`; None: any) too: `link_changed`. A unique key that is known
    gives the row that has it and changes nothing. A newer edit takes the place of a waiting one of the same message.
    """
    if (employee_id is None) == (chat_id is None):
        raise ValueError("a message goes to an employee or to a chat, to exactly one of them")
    row: dict[str, Any] = {
        "verb": verb, "lane": lane, "window": window, "counted": counted, "employee_id": employee_id,
        "chat_id": chat_id, "message": message, "target_row": target_row, "target_message": target_message,
        "due_at": due_at, "valid_until": valid_until, "unique_key": unique_key,
        "values_sealed": keys_of(session).seal(PURPOSE).close_json(dict(values)) if values is not None else None,
        **await _standing(session, employee_id, link_generation),
    }  # fmt: skip
    note_left(session)
    replaced = await _replace_edit(session, row) if verb == Verb.EDIT else None
    return replaced if replaced is not None else await _insert(session, row)


async def _standing(session: Session, employee_id: int | None, meant: int | None) -> dict[str, Any]:
    if employee_id is None:
        return {"state": State.QUEUED, "link_generation": None, "reason": None}
    open_link = select(Link.generation).where(Link.employee_id == employee_id, Link.closed_at.is_(None))
    generation = await session.scalar(open_link)
    if generation is None:
        return {"state": State.UNREACHABLE, "link_generation": None, "reason": Reason.NOT_JOINED}
    if meant not in (None, generation):
        return {"state": State.UNREACHABLE, "link_generation": meant, "reason": Reason.LINK_CHANGED}
    return {"state": State.QUEUED, "link_generation": generation, "reason": None}


def same_edit(row: Mapping[str, Any]) -> list[Any]:
    """Give the condition for edits of the same message as this one.

    Plain equality, not IS NOT DISTINCT FROM: PostgreSQL finds no index for that.
    """
    keys = ("employee_id", "chat_id", "target_row", "target_message")
    return [Outbox.verb == Verb.EDIT, *(getattr(Outbox, key) == row[key] for key in keys)]


async def _replace_edit(session: Session, row: Mapping[str, Any]) -> int | None:
    newer = {name: row[name] for name in ("message", "values_sealed", "due_at", "valid_until", "lane")}
    waiting = update(Outbox).where(OPEN, *same_edit(row)).values(**newer)
    replaced = await session.scalars(waiting.returning(Outbox.id).execution_options(synchronize_session=False))
    return replaced.first()


async def _insert(session: Session, row: Mapping[str, Any]) -> int:
    insert = inserting(dialect_of(session))
    fresh: Any = insert(Outbox).values(**row).on_conflict_do_nothing(index_elements=["unique_key"])
    made: int | None = await session.scalar(fresh.returning(Outbox.id))
    if made is None:
        made = await session.scalar(select(Outbox.id).where(Outbox.unique_key == row["unique_key"]))
    assert made is not None
    return made
