"""Messages that are out and will be changed or deleted later: where they are, and what they were for."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from db import outbox
from db.engine import Session
from db.models import Shown


async def remember(session: Session, chat_id: int, message_id: int, purpose: str, now: datetime) -> None:
    """Keep where a message of one purpose is; a newer one of the same purpose in the chat takes its place."""
    known = await session.scalar(select(Shown).where(Shown.chat_id == chat_id, Shown.purpose == purpose))
    if known is None:
        session.add(Shown(chat_id=chat_id, message_id=message_id, purpose=purpose, at=now))
    else:
        known.message_id, known.at, known.digest = message_id, now, None


async def places(session: Session, purpose: str) -> list[Shown]:
    """List where messages of a purpose are, such as all progress messages of an announcement."""
    return list(await session.scalars(select(Shown).where(Shown.purpose == purpose).order_by(Shown.id)))


_place = select(Shown.message_id).where(
    Shown.chat_id == bindparam("of_chat"), Shown.purpose == bindparam("for_what")
)  # fmt: skip


async def place_of(session: Session, chat_id: int, purpose: str) -> int | None:
    """Give the message of a purpose in a chat, such as the one a survey is answered in; None where there is none."""
    found: int | None = await session.scalar(_place, {"of_chat": chat_id, "for_what": purpose})
    return found


async def purpose_of(session: Session, chat_id: int, message_id: int) -> str | None:
    """Tell what one of our messages was for; None when nobody asked to remember it."""
    found: str | None = await session.scalar(
        select(Shown.purpose).where(Shown.chat_id == chat_id, Shown.message_id == message_id)
    )
    return found


async def forget(session: Session, chat_id: int, message_id: int, purpose: str) -> bool:
    """Forget a message of one purpose; tell whether it was known."""
    gone = await session.execute(
        delete(Shown)
        .where(Shown.chat_id == chat_id, Shown.message_id == message_id, Shown.purpose == purpose)
        .returning(Shown.id)
    )
    return gone.first() is not None


async def delete_later(session: Session, chat_id: int, message_id: int, due_at: datetime) -> None:
    """Have a message deleted from a chat at a moment, by a row that survives us."""
    await outbox.queue(
        session,
        None,
        verb=outbox.Verb.DELETE,
        chat_id=chat_id,
        target_message=message_id,
        lane=outbox.Lane.REPLIES,
        due_at=due_at,
        unique_key=f"delete:{chat_id}:{message_id}",
    )
