"""The imports themselves: which file, by whom, what it came to, and whether its good rows were taken."""

from datetime import datetime
from hashlib import sha256

from db.engine import Session
from db.models import RosterImport
from db.roster.planning import Plan

SAVED = "saved"


async def record(session: Session, plan: Plan, data: bytes, *, actor_id: int | None, now: datetime) -> RosterImport:
    """Note an import that is saved in this transaction."""
    row = RosterImport(
        actor_id=actor_id,
        file_digest=sha256(data).hexdigest(),
        state=SAVED,
        complete_agencies=list(plan.leaving.agencies),
        counts=plan.counts.as_dict(),
        at=now,
        saved_at=now,
    )
    session.add(row)
    await session.flush()
    return row
