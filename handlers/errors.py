"""Refusals in words, and faults with a reference number; never a trace, never somebody's data."""

from datetime import datetime
from typing import TYPE_CHECKING

from content.errors import ContentError
from db import outbox
from db.engine import Session
from db.errors import DomainError
from db.people import holders
from handlers.answers import Answer, Say, Toast

if TYPE_CHECKING:
    from handlers.context import Context

ERROR_TEXT = "errors/{}"


async def excuse(context: "Context", refusal: DomainError | ContentError) -> Answer:
    """Say a refusal: over the chat when a button was pressed, else as a message."""
    name = ERROR_TEXT.format(type(refusal).__name__)
    if isinstance(refusal, ContentError):
        return Say(name, {"code": refusal.code, "values": refusal.values})
    if context.update is not None and context.update.callback_query:
        return Toast(name, refusal.values, alert=True)
    return Say(name, refusal.values)


async def failure(context: "Context", reference: str) -> Answer:
    """Say that something went wrong for good, and let the admins know the reference."""
    await tell_admins(context.session, reference, context.now)
    return Say("errors/unexpected", {"reference": reference})


async def tell_admins(session: Session, reference: str, now: datetime) -> None:
    """Let every admin know the reference under which the log says what went wrong."""
    for admin in await holders(session, "admin"):
        await outbox.queue(
            session,
            "errors/parked",
            {"fault": reference},  # a message's own number is called its reference
            employee_id=admin.id,
            lane=outbox.Lane.REPLIES,
            due_at=now,
            unique_key=f"parked:{reference}:{admin.id}",
        )
