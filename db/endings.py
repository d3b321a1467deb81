"""What people ended (a link, a consent, a role, answers): told apart, and applied again after a restore."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from db.engine import Session, changed
from db.models import Consent, Link, RoleGrant
from db.surveys import own, withdrawing

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Kind:
    """Which table, the moment at which a row of it ended, and why."""

    model: Any
    at: Any
    reason: Any = None


KINDS = {
    "link": _Kind(Link, Link.closed_at, Link.closed_reason),
    "consent": _Kind(Consent, Consent.withdrawn_at),
    "role": _Kind(RoleGrant, RoleGrant.ended_at, RoleGrant.end_reason),
}


ANSWERS = "answers"
"""A kind without a row of its own: which participant's answers were deleted, the reason saying how much of them."""


@dataclass(frozen=True)
class Ending:
    """One row that ended: which, when (civil clock), and in a word why. It names nobody."""

    kind: str
    id: int
    at: datetime
    reason: str | None = None


async def since(session: Session, moment: datetime) -> list[Ending]:
    """List what ended at or after a moment, in order of time."""
    found = []
    for name, kind in KINDS.items():
        columns = [kind.model.id, kind.at, *([kind.reason] if kind.reason is not None else [])]
        rows = await session.execute(select(*columns).where(kind.at >= moment))
        found += [Ending(name, *row) for row in rows]
    found += [Ending(ANSWERS, *ended) for ended in await own.ended_since(session, moment)]
    return sorted(found, key=lambda one: (one.at, one.kind, one.id))


async def apply(session: Session, endings: Iterable[Ending]) -> int:
    """End again what is open again; give how many rows that were."""
    count = 0
    for one in endings:
        if one.kind == ANSWERS:
            count += await own.end_again(session, one.id, one.at, one.reason or withdrawing.ALL)
        kind = KINDS.get(one.kind)
        if kind is None:
            continue
        values = {kind.at: one.at, **({kind.reason: one.reason} if kind.reason is not None else {})}
        done = await session.execute(
            update(kind.model)
            .where(kind.model.id == one.id, kind.at.is_(None))
            .values(values)
            .execution_options(synchronize_session=False)
        )
        count += changed(done)
    return count
