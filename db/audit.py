"""The audit chain: append-only, each entry holding the hash of the one before."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import select

from db.engine import Session
from db.models import AuditEntry, AuditHead

GENESIS = "0" * 64
Via = Literal["chat", "shell", "program"]


async def write(
    session: Session,
    act: str,
    *,
    at: datetime,
    subject: str,
    subject_id: int | None = None,
    actor_id: int | None = None,
    via: Via = "chat",
    **details: Any,
) -> None:
    """Append one act or read; details are counts, states and digests, never a name, a number or free text.

    The chain's head is locked first, so entries follow each other whoever writes them.
    """
    head = await session.get(AuditHead, 1, with_for_update=True)
    if head is None:
        head = AuditHead(id=1, entry_hash=GENESIS, entries=0)
        session.add(head)
        await session.flush()
    entry = AuditEntry(
        at=at,
        actor_id=actor_id,
        via=via,
        act=act,
        subject=subject,
        subject_id=subject_id,
        details=details,
        previous_hash=head.entry_hash,
        entry_hash="",
    )
    entry.entry_hash = hash_of(entry)
    session.add(entry)
    head.entry_hash = entry.entry_hash
    head.entries += 1
    await session.flush()


def hash_of(entry: AuditEntry) -> str:
    """Give an entry's hash over everything it says and the hash before it (SHA-256, hex)."""
    said = [
        entry.previous_hash,
        entry.at.isoformat(),
        entry.actor_id,
        entry.via,
        entry.act,
        entry.subject,
        entry.subject_id,
        entry.details,
    ]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


async def broken_at(session: Session) -> int | None:
    """Give the id of the first entry that does not follow from the one before; None when the chain is whole.

    A cut end shows as well: the head then names an entry that is not there (given as 0).
    """
    previous = GENESIS
    entries = 0
    for entry in await session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.previous_hash != previous or hash_of(entry) != entry.entry_hash:
            return entry.id
        previous = entry.entry_hash
        entries += 1
    head = await session.get(AuditHead, 1)
    whole = (head.entry_hash, head.entries) if head else (GENESIS, 0)
    return None if whole == (previous, entries) else 0
