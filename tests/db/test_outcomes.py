"""What becomes of claims: settled by their holder, given back, expired, recovered."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import outbox
from db.engine import Database
from db.models import Chat
from db.outbox import Claimed, IllegalMove, Outcome, Reason, State
from db.outbox.judging import GIVE_UP_AFTER
from tests.sending import TUESDAY, accept, all_rows, claim, leave, lines, people

HOUR = timedelta(hours=1)


async def settle(database: Database, row: Claimed, state: State, reason: Reason, **more: Any) -> None:
    async with database.transaction() as session:
        await outbox.settle(session, [Outcome(row.id, row.claim, state, reason, **more)])


async def taken(database: Database) -> Claimed:
    await leave(database)
    [row] = await claim(database)
    return row


async def recover(database: Database, *, everything: bool = True) -> int:
    async with database.transaction() as session:
        return await outbox.recover(session, everything=everything)


async def test_what_was_sent_is_written_down(database: Database) -> None:
    row = await taken(database)
    await settle(database, row, State.SENT, Reason.ACCEPTED, message_id=99, sent_at=TUESDAY)
    [kept] = await all_rows(database)
    assert (kept.state, kept.message_id, kept.sent_at, kept.attempts) == ("sent", 99, TUESDAY, 1)
    assert (kept.lease_owner, kept.lease_until) == (None, None)
    assert await claim(database) == []


async def test_a_group_of_outcomes_is_settled_together(database: Database) -> None:
    for _ in range(3):
        await leave(database)
    one, two, three = await claim(database)
    async with database.transaction() as session:
        await outbox.settle(session, [
            Outcome(one.id, one.claim, State.SENT, Reason.ACCEPTED, sent_at=TUESDAY),
            Outcome(two.id, two.claim, State.FAILED, Reason.REFUSED),
            Outcome(three.id, three.claim, State.QUEUED, Reason.FLOOD),
        ])  # fmt: skip
    assert await lines(database) == [("sent", "accepted"), ("failed", "refused"), ("queued", "flood")]


@pytest.mark.parametrize("reason", [Reason.BLOCKED, Reason.DEACTIVATED, Reason.NEVER_STARTED])
async def test_a_shut_chat_is_remembered_for_later_messages(database: Database, reason: Reason) -> None:
    [one] = await people(database, 5)
    await leave(database, employee_id=one)
    [row] = await claim(database)
    await settle(database, row, State.UNREACHABLE, reason, chat_id=5)
    async with database.reading() as session:
        assert await session.scalar(select(Chat.unreachable)) == reason
    await leave(database, employee_id=one)
    assert await claim(database) == []


async def test_a_refusal_of_one_message_says_nothing_of_the_chat(database: Database) -> None:
    [one] = await people(database, 5)
    await leave(database, employee_id=one)
    [row] = await claim(database)
    await settle(database, row, State.FAILED, Reason.REFUSED, chat_id=5)
    async with database.reading() as session:
        assert await session.scalar(select(Chat.unreachable)) is None


async def test_who_lost_the_claim_changes_nothing(database: Database) -> None:
    old = await taken(database)
    await recover(database)
    [new] = await claim(database)
    await settle(database, old, State.FAILED, Reason.REFUSED)
    async with database.transaction() as session:
        await outbox.release(session, [(old.id, old.claim)])
    assert await lines(database) == [("sending", "claimed")]
    await accept(database, [new])
    assert await lines(database) == [("sent", "accepted")]


async def test_who_was_too_slow_changes_nothing_even_before_the_next_claim(database: Database) -> None:
    old = await taken(database)
    await recover(database)
    await settle(database, old, State.FAILED, Reason.REFUSED)
    assert await lines(database) == [("uncertain", "outcome_unknown")]


async def test_what_is_given_back_is_not_uncertain(database: Database) -> None:
    row = await taken(database)
    async with database.transaction() as session:
        await outbox.release(session, [(row.id, row.claim)])
    [kept] = await all_rows(database)
    assert (kept.state, kept.reason, kept.uncertain) == ("queued", "let_go", 0)


async def test_a_lost_claim_is_uncertain_and_sent_again(database: Database) -> None:
    row = await taken(database)
    assert await recover(database) == 1
    [kept] = await all_rows(database)
    assert (kept.state, kept.reason, kept.uncertain) == ("uncertain", "outcome_unknown", 1)
    [again] = await claim(database)
    assert (again.id, again.uncertain) == (row.id, 1)
    await accept(database, [again])
    [kept] = await all_rows(database)
    assert (kept.state, kept.uncertain) == ("sent", 1)


async def test_a_lost_message_comes_after_those_due_as_long_so_that_nobody_is_struck_each_time(
    database: Database,
) -> None:
    for name in ("first", "second", "third"):
        await leave(database, name)
    struck = []
    for _ in range(3):
        struck += [row.message for row in await claim(database, 1)]
        await recover(database)
    assert struck == ["first", "second", "third"]


async def test_an_uncertain_message_stays_so_when_it_is_given_back(database: Database) -> None:
    await taken(database)
    await recover(database)
    [row] = await claim(database)
    await settle(database, row, State.QUEUED, Reason.FLOOD)
    [kept] = await all_rows(database)
    assert (kept.state, kept.uncertain) == ("uncertain", 1)


async def test_a_running_lease_is_left_alone(database: Database) -> None:
    await taken(database)
    assert await recover(database, everything=False) == 0


async def test_a_lease_that_ran_out_is_recovered(database: Database) -> None:
    await leave(database)
    await claim(database, lease=-1)
    assert await recover(database, everything=False) == 1


async def test_the_lease_is_measured_by_the_databases_clock(database: Database) -> None:
    await leave(database)
    await claim(database, at=TUESDAY + 9000 * HOUR)  # the civil clock of a demo, far ahead
    assert await recover(database, everything=False) == 0


async def test_a_message_that_is_lost_again_and_again_is_given_up(database: Database) -> None:
    await leave(database)
    for _ in range(GIVE_UP_AFTER):
        assert len(await claim(database)) == 1
        await recover(database)
    assert await claim(database) == []
    assert await lines(database) == [("failed", "gave_up")]


async def test_what_waits_too_long_expires(database: Database) -> None:
    await leave(database, "late", valid_until=TUESDAY + HOUR)
    await leave(database, "always")
    await leave(database, "sending", valid_until=TUESDAY + HOUR, due_at=TUESDAY - 2 * HOUR)
    assert [row.message for row in await claim(database, 1)] == ["sending"]
    async with database.transaction() as session:
        assert await outbox.expire(session, TUESDAY) == 0
        assert await outbox.expire(session, TUESDAY + HOUR) == 1
    assert [state for state, _ in await lines(database)] == ["expired", "queued", "sending"]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.SENT, Reason.BLOCKED),
        (State.FAILED, Reason.ACCEPTED),
        (State.CANCELLED, Reason.OFFICER),
        (State.QUEUED, Reason.OUTCOME_UNKNOWN),
    ],
)
async def test_a_move_that_is_not_in_the_table_is_refused(database: Database, state: State, reason: Reason) -> None:
    row = await taken(database)
    with pytest.raises(IllegalMove):
        await settle(database, row, state, reason)
    assert await lines(database) == [("sending", "claimed")]
