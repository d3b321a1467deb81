"""Acts that need two officers: one asks for an exact digest, another approves or gives back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union

from db import audit
from db.engine import Session, keys_of
from db.errors import DomainError, NotAllowed, StaleButton
from db.models import Approval, AuditEntry, Employee, Link, LinkClaim, RoleGrant, Slip
from db.people import holders

GRANT_ADMIN = "grant_admin"
REPHONED = "roster.rephone"
"""The audit's word for an import that changed the number of somebody who has joined."""

APPROVED, RETURNED, WITHDRAWN = "approved", "returned", "withdrawn"


class SecondOfficerMissing(DomainError):
    """Nobody else holds the role that could approve (`role`)."""


class OfficersTooClose(DomainError):
    """Whoever could approve granted, linked, invited or re-phoned the other within the last `days` days."""


class OwnApproval(DomainError):
    """Who asked cannot approve."""


class AskerGone(DomainError):
    """Who asked holds the role no more: the act must be asked for again by somebody who does."""


class ApprovalOutdated(DomainError):
    """What was asked for has changed since: it must be asked for again."""


def second_role(act: str) -> str:
    """Name the role both must hold: officer, and admin where an admin is made."""
    return "admin" if act == GRANT_ADMIN else "officer"


async def second_officers(session: Session, act: str, by: int, now: datetime, *, rest_days: int) -> list[Employee]:
    """List who may approve what `by` asks for.

    Raises `SecondOfficerMissing` where nobody else holds the role, `OfficersTooClose` where all who do are close.
    """
    role = second_role(act)
    others = [one for one in await holders(session, role) if one.id != by]
    if not others:
        raise SecondOfficerMissing(role=role)
    close = await close_to(session, by, now, rest_days=rest_days)
    free = [one for one in others if one.id not in close]
    if not free:
        raise OfficersTooClose(days=rest_days)
    return free


async def ask(
    session: Session,
    act: str,
    subject_id: int | None,
    *,
    digest: str,
    values: Mapping[str, Any],
    by: int,
    now: datetime,
    rest_days: int,
) -> Approval:
    """Ask for an act on a subject; `digest` (hex, at most 64) binds the answer to exactly what is asked for.

    `values` are kept in the clear: counts, ids and states, never a name or a text. An open asking for the same subject
    is withdrawn. Raises what `second_officers` raises, so that nobody waits for somebody who isn't there.
    """
    await second_officers(session, act, by, now, rest_days=rest_days)
    for open_one in await waiting(session, act, subject_id):
        _decide(open_one, WITHDRAWN, by, now)
    approval = Approval(act=act, subject_id=subject_id, digest=digest, values=dict(values), asked_by=by, asked_at=now)
    session.add(approval)
    await session.flush()
    await _note(session, approval, "ask", by, now)
    return approval


async def waiting(session: Session, act: str, subject_id: int | None = None) -> list[Approval]:
    """List what waits for a second officer, the oldest first; of one subject where it is named."""
    query = select(Approval).where(Approval.act == act, Approval.decision.is_(None)).order_by(Approval.id)
    if subject_id is not None:
        query = query.where(Approval.subject_id == subject_id)
    return list(await session.scalars(query))


async def approve(
    session: Session, approval_id: int, by: int, now: datetime, digest: str | None = None, *, rest_days: int
) -> Approval:
    """Approve as the second officer; `digest` is that of what would be done now.

    Raises `StaleButton` (decided already), `OwnApproval`, `NotAllowed` (no such role), `AskerGone`,
    `OfficersTooClose` or `ApprovalOutdated`.
    """
    approval = await _open(session, approval_id)
    await _judge(session, approval, by)
    if by in await close_to(session, approval.asked_by, now, rest_days=rest_days):
        raise OfficersTooClose(days=rest_days)
    if digest is not None and digest != approval.digest:
        raise ApprovalOutdated
    _decide(approval, APPROVED, by, now)
    await _note(session, approval, "approve", by, now)
    return approval


async def give_back(session: Session, approval_id: int, by: int, now: datetime, reason: str) -> Approval:
    """Return it to who asked, with a reason (kept sealed); raises as `approve`, but anyone of the role may say no."""
    approval = await _open(session, approval_id)
    await _judge(session, approval, by, gone_matters=False)
    approval.reason_sealed = keys_of(session).seal("text").close(reason)
    _decide(approval, RETURNED, by, now)
    await _note(session, approval, "return", by, now)
    return approval


async def withdraw(session: Session, approval_id: int, by: int, now: datetime) -> Approval:
    """Take an asking back; two are needed to start, one to stop."""
    approval = await _open(session, approval_id)
    _decide(approval, WITHDRAWN, by, now)
    await _note(session, approval, "withdraw", by, now)
    return approval


def reason_of(session: Session, approval: Approval) -> str:
    """Give the reason with which it was returned; empty where there is none."""
    return keys_of(session).seal("text").open(approval.reason_sealed) if approval.reason_sealed else ""


async def close_to(session: Session, employee_id: int, now: datetime, *, rest_days: int) -> set[int]:
    """Name everybody who lately granted, linked, invited or re-phoned this person, or was so by them.

    What the shell did counts as nobody's.
    """
    since = now - timedelta(days=rest_days)

    def pairs(actor: Any, target: Any, at: Any, *which: ColumnElement[bool]) -> Select[int, int]:
        mine = or_(actor == employee_id, target == employee_id)
        return select(actor.label("actor"), target.label("target")).where(
            at > since, mine, actor.is_not(None), target.is_not(None), *which
        )

    rows = await session.execute(
        union(
            pairs(RoleGrant.granted_by, RoleGrant.employee_id, RoleGrant.granted_at),
            pairs(Approval.decided_by, Approval.subject_id, Approval.decided_at,
                  Approval.act == GRANT_ADMIN, Approval.decision == APPROVED),
            pairs(Link.confirmed_by, Link.employee_id, Link.level_at),
            pairs(LinkClaim.decided_by, LinkClaim.employee_id, LinkClaim.decided_at),
            pairs(Slip.made_by, Slip.employee_id, Slip.made_at),
            pairs(AuditEntry.actor_id, AuditEntry.subject_id, AuditEntry.at,
                  AuditEntry.act == REPHONED, AuditEntry.subject == "employee"),
        )
    )  # fmt: skip
    return {one for pair in rows for one in pair} - {employee_id}


async def _open(session: Session, approval_id: int) -> Approval:
    approval = await session.get(Approval, approval_id, with_for_update=True, populate_existing=True)
    if approval is None or approval.decision is not None:
        raise StaleButton
    return approval


async def _judge(session: Session, approval: Approval, by: int, *, gone_matters: bool = True) -> None:
    if by == approval.asked_by:
        raise OwnApproval
    holding = {one.id for one in await holders(session, second_role(approval.act))}
    if by not in holding:
        raise NotAllowed
    if gone_matters and approval.asked_by not in holding:
        raise AskerGone


def _decide(approval: Approval, decision: str, by: int, now: datetime) -> None:
    approval.decision, approval.decided_by, approval.decided_at = decision, by, now


async def _note(session: Session, approval: Approval, word: str, by: int, now: datetime) -> None:
    await audit.write(
        session,
        f"approval.{word}",
        at=now,
        subject="approval",
        subject_id=approval.id,
        actor_id=by,
        of=approval.act,
        digest=approval.digest,
    )
