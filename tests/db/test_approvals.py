"""Two officers, distinct and not each other's doing, for exactly what was asked."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from db import approvals, audit
from db.engine import Database, Session
from db.errors import NotAllowed, StaleButton
from db.models import Approval, Employee, Link, LinkClaim, OfficerLock, RoleGrant, Slip
from tests import factories

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
REST = 7
DIGEST = "d" * 64


async def an_officer(session: Session, name: str, chat_id: int, role: str = "officer") -> Employee:
    """Have an officer who joined and was granted long ago."""
    who = await factories.employee(session, name, at=LONG_AGO)
    await factories.link(session, who, chat_id, at=LONG_AGO)
    await factories.role(session, who, role, at=LONG_AGO)
    return who


async def two(session: Session) -> tuple[Employee, Employee]:
    """Have two officers who have nothing to do with each other."""
    return await an_officer(session, "Adi Contoh", 1), await an_officer(session, "Budi Contoh", 2)


async def asked(session: Session, by: Employee, *, subject: int = 5, act: str = "announce") -> Approval:
    return await approvals.ask(
        session, act, subject, digest=DIGEST, values={"count": 900}, by=by.id, now=NOW, rest_days=REST
    )


async def approve(session: Session, one: Approval, by: Employee, *, digest: str = DIGEST) -> Approval:
    return await approvals.approve(session, one.id, by.id, NOW, digest, rest_days=REST)


async def test_another_officer_approves_once(database: Database) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        one = await asked(session, first)
        assert [waiting.id for waiting in await approvals.waiting(session, "announce")] == [one.id]
        with pytest.raises(approvals.OwnApproval):
            await approve(session, one, first)
        done = await approve(session, one, second)
        assert (done.decision, done.decided_by, done.decided_at) == ("approved", second.id, NOW)
        with pytest.raises(StaleButton):
            await approve(session, one, second)
        assert await approvals.waiting(session, "announce") == []
        assert await audit.broken_at(session) is None


async def test_what_has_changed_since_is_not_approved(database: Database) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        one = await asked(session, first)
        with pytest.raises(approvals.ApprovalOutdated):
            await approve(session, one, second, digest="e" * 64)
        assert one.decision is None


async def test_asking_anew_takes_the_place_of_the_old_asking(database: Database) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        old, other = await asked(session, first), await asked(session, first, subject=6)
        new = await asked(session, first)
        assert old.decision == "withdrawn"
        assert [one.id for one in await approvals.waiting(session, "announce", 5)] == [new.id]
        assert [one.id for one in await approvals.waiting(session, "announce")] == [other.id, new.id]
        await approvals.withdraw(session, new.id, second.id, NOW)
        with pytest.raises(StaleButton):
            await approve(session, new, second)


async def test_given_back_with_a_sealed_reason(database: Database) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        one = await asked(session, first)
        with pytest.raises(approvals.OwnApproval):
            await approvals.give_back(session, one.id, first.id, NOW, "sendiri")
        returned = await approvals.give_back(session, one.id, second.id, NOW, "Unitnya keliru.")
        assert returned.decision == "returned"
        assert approvals.reason_of(session, returned) == "Unitnya keliru."
        assert b"Unitnya" not in (returned.reason_sealed or b"")


async def test_without_a_second_officer_nothing_can_be_asked(database: Database) -> None:
    async with database.transaction() as session:
        first = await an_officer(session, "Adi Contoh", 1)
        await an_officer(session, "Ana Contoh", 3, role="analyst")
        locked = await an_officer(session, "Lia Contoh", 4)
        session.add(OfficerLock(employee_id=locked.id, locked_by=first.id, locked_at=LONG_AGO))
        await session.flush()
        with pytest.raises(approvals.SecondOfficerMissing) as refused:
            await asked(session, first)
        assert refused.value.values == {"role": "officer"}
        with pytest.raises(approvals.SecondOfficerMissing) as refused:
            await asked(session, first, act=approvals.GRANT_ADMIN)
        assert refused.value.values == {"role": "admin"}


async def test_only_who_holds_the_role_now_approves_and_only_for_one_who_does(database: Database) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        admin = await an_officer(session, "Ada Contoh", 3, role="admin")
        one = await asked(session, first)
        with pytest.raises(NotAllowed):
            await approve(session, one, admin)
        with pytest.raises(NotAllowed):
            await approvals.give_back(session, one.id, admin.id, NOW, "bukan petugas")
        held = (await session.scalars(select(RoleGrant).where(RoleGrant.employee_id == first.id))).one()
        held.ended_at = NOW
        await session.flush()
        with pytest.raises(approvals.AskerGone):
            await approve(session, one, second)
        assert (await approvals.give_back(session, one.id, second.id, NOW, "ajukan ulang")).decision == "returned"


async def granted(session: Session, by: int, to: int, at: datetime) -> None:
    session.add(RoleGrant(employee_id=to, role="leader", granted_by=by, granted_at=at))


async def confirmed(session: Session, by: int, to: int, at: datetime) -> None:
    link = (await session.scalars(select(Link).where(Link.employee_id == to))).one()
    link.confirmed_by, link.level_at = by, at


async def decided_claim(session: Session, by: int, to: int, at: datetime) -> None:
    session.add(LinkClaim(employee_id=to, chat_id=9, way="slip", at=at, decided_by=by, decided_at=at, decision="kept"))


async def invited(session: Session, by: int, to: int, at: datetime) -> None:
    session.add(Slip(employee_id=to, typed_digest="t", link_digest="l", made_by=by, made_at=at, expires_at=at, tries=0))


async def rephoned(session: Session, by: int, to: int, at: datetime) -> None:
    await audit.write(session, "roster.rephone", at=at, subject="employee", subject_id=to, actor_id=by)


async def approved_admin(session: Session, by: int, to: int, at: datetime) -> None:
    session.add(
        Approval(act="grant_admin", subject_id=to, digest=DIGEST, values={}, asked_by=by, asked_at=at, decided_by=by,
                 decided_at=at, decision="approved")
    )  # fmt: skip


Tie = Callable[[Session, int, int, datetime], Awaitable[None]]


@pytest.mark.parametrize("tie", [granted, confirmed, decided_claim, invited, rephoned, approved_admin])
@pytest.mark.parametrize("upwards", [False, True])
async def test_who_made_the_other_rests_a_week(database: Database, tie: Tie, *, upwards: bool) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        third = await an_officer(session, "Cici Contoh", 3)
        one = await asked(session, first)
        by, to = (second, first) if upwards else (first, second)
        await tie(session, by.id, to.id, NOW - timedelta(days=REST) + timedelta(minutes=1))
        await session.flush()
        with pytest.raises(approvals.OfficersTooClose):
            await approve(session, one, second)
        free = await approvals.second_officers(session, "announce", first.id, NOW, rest_days=REST)
        assert [officer.id for officer in free] == [third.id]
        later = NOW + timedelta(minutes=2)
        assert await approvals.close_to(session, first.id, later, rest_days=REST) == set()
        await approvals.approve(session, one.id, second.id, later, DIGEST, rest_days=REST)


async def test_all_too_close_is_said_when_asking(database: Database) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        await invited(session, first.id, second.id, NOW)
        await session.flush()
        with pytest.raises(approvals.OfficersTooClose) as refused:
            await asked(session, first)
        assert refused.value.values == {"days": REST}


async def test_what_the_shell_did_is_nobodys(database: Database) -> None:
    async with database.transaction() as session:
        first, second = await two(session)
        for who in (first, second):
            session.add(
                Slip(employee_id=who.id, typed_digest=f"t{who.id}", link_digest=f"l{who.id}", made_by=None,
                     made_at=NOW, expires_at=NOW, tries=0)
            )  # fmt: skip
            session.add(RoleGrant(employee_id=who.id, role="leader", granted_by=None, granted_at=NOW))
        await session.flush()
        assert await approvals.close_to(session, first.id, NOW, rest_days=REST) == set()
        await approve(session, await asked(session, first), second)
