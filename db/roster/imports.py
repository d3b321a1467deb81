"""The imports themselves: which file, by whom, what it came to, and whether its good rows were taken."""

import base64
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from db.engine import Session, keys_of
from db.errors import StaleButton
from db.models import RosterImport
from db.roster.planning import Plan

STAGED, AWAITING, SAVED, DROPPED = "staged", "awaiting", "saved", "dropped"
SEAL = "roster"


@dataclass(frozen=True)
class StagedFile:
    """A file between its dry run and its end; `complete` names the agencies it is said to hold whole."""

    name: str
    data: bytes
    complete: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Give the file's own digest (SHA-256, hex)."""
        return sha256(self.data).hexdigest()


def approval_digest(file: StagedFile, plan: Plan) -> str:
    """Give what a second officer agrees to: this very file, and exactly these people leaving."""
    leaving = ",".join(map(str, sorted(plan.leaving.people)))
    return sha256(f"{file.digest} {leaving}".encode()).hexdigest()


async def record(
    session: Session, plan: Plan, file: StagedFile, *, actor_id: int | None, now: datetime
) -> RosterImport:
    """Note an import that is saved in this transaction, without having been staged."""
    row = _row(plan, file, actor_id, now)
    row.state, row.saved_at = SAVED, now
    session.add(row)
    await session.flush()
    return row


async def stage(session: Session, plan: Plan, file: StagedFile, *, actor_id: int, now: datetime) -> RosterImport:
    """Keep a file, sealed, from its dry run until it is saved or dropped."""
    row = _row(plan, file, actor_id, now)
    row.state = STAGED
    row.staged_sealed = (
        keys_of(session)
        .seal(SEAL)
        .close_json({"name": file.name, "complete": list(file.complete), "data": base64.b64encode(file.data).decode()})
    )
    session.add(row)
    await session.flush()
    return row


async def held(session: Session, import_id: int, *states: str) -> tuple[RosterImport, StagedFile]:
    """Give a kept file and hold its row; raises `StaleButton` when it is in none of the states (default: staged)."""
    row = await session.get(RosterImport, import_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in (states or (STAGED,)) or row.staged_sealed is None:
        raise StaleButton
    kept = keys_of(session).seal(SEAL).open_json(row.staged_sealed)
    return row, StagedFile(kept["name"], base64.b64decode(kept["data"]), tuple(kept["complete"]))


def await_second(row: RosterImport) -> None:
    """Note that a second officer is asked."""
    row.state = AWAITING


def end(row: RosterImport, state: Literal["saved", "dropped"], now: datetime) -> None:
    """Note that an import is over; the file it kept is erased."""
    row.state = state
    row.staged_sealed = None
    row.saved_at = now if state == SAVED else None


def _row(plan: Plan, file: StagedFile, actor_id: int | None, now: datetime) -> RosterImport:
    return RosterImport(
        actor_id=actor_id,
        file_digest=file.digest,
        complete_agencies=list(plan.leaving.agencies),
        counts=plan.counts.as_dict(),
        at=now,
    )
