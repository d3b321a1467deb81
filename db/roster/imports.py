"""The imports themselves: which file, by whom, what it came to, and whether its good rows were taken."""

import base64
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from sqlalchemy import select

from db.engine import Session, keys_of
from db.errors import StaleButton
from db.models import RosterImport
from db.roster.planning import Plan

STAGED: Final = "staged"
AWAITING: Final = "awaiting"
SAVED: Final = "saved"
DROPPED: Final = "dropped"
SEAL = "roster"


@dataclass(frozen=True)
class StagedFile:
    """A file between its dry run and its end; `complete` names the agencies it is said to hold whole."""

    name: str
    data: bytes
    complete: tuple[str, ...] = ()
    agencies: tuple[int, ...] = ()
    """Those of its agencies in which somebody works already: only of them can somebody have left."""

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
        .close_json(
            {
                "name": file.name,
                "complete": list(file.complete),
                "agencies": list(file.agencies),
                "data": base64.b64encode(file.data).decode(),
            }
        )
    )
    session.add(row)
    await session.flush()
    return row


async def held(session: Session, import_id: int, *states: str) -> tuple[RosterImport, StagedFile]:
    """Give a kept file and hold its row; raises `StaleButton` when it is in none of the states (default: staged)."""
    row = await session.get(RosterImport, import_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in (states or (STAGED,)):
        raise StaleButton
    return row, _opened(session, row)


async def kept(session: Session, import_id: int) -> tuple[RosterImport, StagedFile]:
    """Give a kept file without holding its row, to read only; raises `StaleButton` when it is kept no more."""
    row = await session.get(RosterImport, import_id)
    if row is None:
        raise StaleButton
    return row, _opened(session, row)


def choose(row: RosterImport, agency_id: int) -> None:
    """Say of an agency that the file holds everybody there, or say so no more."""
    chosen = set(row.complete_agencies) ^ {agency_id}
    row.complete_agencies = sorted(chosen)


async def drop_staged(session: Session, actor_id: int, now: datetime) -> None:
    """Drop what somebody tried before and neither saved nor dropped: a new file takes its place."""
    for row in await session.scalars(
        select(RosterImport).where(RosterImport.actor_id == actor_id, RosterImport.state == STAGED).with_for_update()
    ):
        end(row, DROPPED, now)


async def drop_old(session: Session, before: datetime, now: datetime) -> list[RosterImport]:
    """Drop files that have been kept since before a moment; give their rows."""
    waiting = RosterImport.state.in_((STAGED, AWAITING))
    found = await session.scalars(
        select(RosterImport).where(waiting, RosterImport.at < before).order_by(RosterImport.id).with_for_update()
    )
    dropped = list(found)
    for row in dropped:
        end(row, DROPPED, now)
    return dropped


def await_second(row: RosterImport) -> None:
    """Note that a second officer is asked."""
    row.state = AWAITING


def take_back(row: RosterImport) -> None:
    """Note that no second officer is asked any more: it stands as after its dry run."""
    row.state = STAGED


def end(row: RosterImport, state: Literal["saved", "dropped"], now: datetime) -> None:
    """Note that an import is over; the file it kept is erased."""
    row.state = state
    row.staged_sealed = None
    row.saved_at = now if state == SAVED else None


def _opened(session: Session, row: RosterImport) -> StagedFile:
    if row.staged_sealed is None:
        raise StaleButton
    told = keys_of(session).seal(SEAL).open_json(row.staged_sealed)
    data = base64.b64decode(told["data"])
    return StagedFile(told["name"], data, tuple(told["complete"]), tuple(told.get("agencies", ())))


def _row(plan: Plan, file: StagedFile, actor_id: int | None, now: datetime) -> RosterImport:
    return RosterImport(
        actor_id=actor_id,
        file_digest=file.digest,
        complete_agencies=list(plan.leaving.agencies),
        counts=plan.counts.as_dict(),
        at=now,
    )
