"""A roster by which many leave: one officer asks, another agrees to this very file and these very people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from db import approvals
from db.engine import Session
from db.errors import StaleButton
from db.models import Approval, Employee, Outbox, RosterImport
from db.roster.imports import StagedFile, approval_digest, await_second, take_back
from db.roster.planning import Plan

ACT = "save_roster"
ASK_KEY = "roster:ask:{}:{}"
"""The unique key of an asking's message: the approval's id, the officer's."""


async def ask(
    session: Session, row: RosterImport, file: StagedFile, plan: Plan, *, now: datetime, rest_days: int
) -> tuple[Approval, Sequence[Employee]]:
    """Ask for a save; give the asking and who may answer. Raises what `approvals.ask` does."""
    assert row.actor_id is not None
    asked = await approvals.ask(
        session, ACT, row.id, digest=approval_digest(file, plan), values={"leaving": len(plan.leaving.people)},
        by=row.actor_id, now=now, rest_days=rest_days,
    )  # fmt: skip
    await_second(row)
    return asked, await approvals.second_officers(session, ACT, row.actor_id, now, rest_days=rest_days)


async def asked(session: Session, import_id: int, approval_id: int) -> Approval:
    """Give the asking that waits about an import; raises `StaleButton` when it is another one, or decided."""
    for one in await approvals.waiting(session, ACT, import_id):
        if one.id == approval_id:
            return one
    raise StaleButton


async def send_back(
    session: Session, row: RosterImport, approval_id: int, reason: str, *, by: int, now: datetime
) -> Approval:
    """Return it to who asked; the file stands as after its dry run. Raises as `approvals.give_back`."""
    returned = await approvals.give_back(session, approval_id, by, now, reason)
    take_back(row)
    return returned


async def withdraw(session: Session, row: RosterImport, by: int, now: datetime) -> list[int]:
    """Take any asking about an import back; give their ids."""
    open_ones = [one.id for one in await approvals.waiting(session, ACT, row.id)]
    for one in open_ones:
        await approvals.withdraw(session, one, by, now)
    return open_ones


async def askings(session: Session, approval_id: int) -> list[tuple[int, int]]:
    """List the messages by which officers were asked: each row's id and the officer's."""
    mine = Outbox.unique_key.startswith(ASK_KEY.format(approval_id, ""))
    rows = await session.execute(select(Outbox.id, Outbox.employee_id).where(mine).order_by(Outbox.id))
    return [(row.id, row.employee_id) for row in rows]
