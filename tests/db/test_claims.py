"""Taking messages to send: what may leave, in which order, and what never does."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from db import batches, facts, outbox
from db.engine import Database
from db.models import Batch, Chat, Employee, Link, Outbox
from db.outbox import Lane, Verb
from db.windows import Window
from tests.sending import TUESDAY, accept, all_rows, announce, claim, leave, lines, people

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def change(database: Database, table: Any, **values: Any) -> None:
    async with database.transaction() as session:
        await session.execute(update(table).values(**values))


async def test_what_is_claimed_comes_with_the_person(database: Database) -> None:
    [one] = await people(database, 5)
    await change(database, Employee, title_prefix="dr.", title_suffix="M.Kes.", sex="F", full_name="Rina Contoh")
    await change(database, Chat, language="en")
    await leave(database, employee_id=one)
    [row] = await claim(database)
    assert (row.chat_id, row.language, row.employee_id) == (5, "en", one)
    assert outbox.open_values(database.keys, row)["person"] == {
        "full_name": "Rina Contoh", "title_prefix": "dr.", "title_suffix": "M.Kes.", "sex": "F", "unit": "Dinas Contoh",
    }  # fmt: skip


async def test_a_chat_that_is_nobodys_has_no_person(database: Database) -> None:
    await leave(database, chat_id=9)
    [row] = await claim(database)
    assert (row.chat_id, row.language, row.employee_id) == (9, "id", None)
    assert outbox.open_values(database.keys, row) == {}


async def test_lanes_come_in_their_order_then_what_is_due_longest(database: Database) -> None:
    await leave(database, "reminder", lane=Lane.REMINDERS, due_at=TUESDAY - DAY)
    await leave(database, "late reply", due_at=TUESDAY - HOUR)
    await leave(database, "later reply", due_at=TUESDAY)
    await leave(database, "decision", lane=Lane.DECISIONS)
    taken = [(await claim(database, 1))[0].message for _ in range(4)]
    assert taken == ["decision", "late reply", "later reply", "reminder"]


async def test_batches_come_after_the_single_messages_of_their_lane_the_older_first(database: Database) -> None:
    ids = await people(database, 5)
    async with database.transaction() as session:
        old, new = await announce(session, people=ids), await announce(session, people=ids)
        urgent = await announce(session, people=ids, lane=Lane.DECISIONS)
    await leave(database, "single", lane=Lane.ANNOUNCEMENTS)
    taken = [(await claim(database, 1))[0].batch_id for _ in range(4)]
    assert taken == [urgent, None, old, new]


async def test_nothing_is_taken_before_it_is_due(database: Database) -> None:
    await leave(database, due_at=TUESDAY + HOUR)
    assert await claim(database) == []
    assert len(await claim(database, at=TUESDAY + HOUR)) == 1


async def test_a_message_whose_time_has_passed_expires(database: Database) -> None:
    await leave(database, valid_until=TUESDAY + HOUR)
    await leave(database, valid_until=TUESDAY)
    assert len(await claim(database)) == 1
    assert await lines(database) == [("sending", "claimed"), ("expired", "too_late")]


@pytest.mark.parametrize("batch", [False, True])
async def test_a_shut_window_keeps_a_message_back(database: Database, *, batch: bool) -> None:
    ids = await people(database, 5)
    if batch:
        async with database.transaction() as session:
            await announce(session, people=ids, window=Window.OFFICE)
    else:
        await leave(database, window=Window.OFFICE)
    night = TUESDAY + 12 * HOUR
    assert await claim(database, at=night) == []
    async with database.reading() as session:
        assert not await outbox.anything_due(session, {Window.ANY}, night)
        assert await outbox.anything_due(session, {Window.OFFICE}, night)
    assert len(await claim(database, at=TUESDAY + DAY)) == 1


async def test_nothing_is_claimed_while_the_database_is_on_hold(database: Database) -> None:
    await leave(database)
    async with database.transaction() as session:
        await facts.put(session, facts.HOLD, {"since": "now"})
    assert await claim(database) == []
    async with database.transaction() as session:
        await facts.drop(session, facts.HOLD)
    assert len(await claim(database)) == 1


@pytest.mark.parametrize(
    ("change_of", "reason"),
    [
        ((Link, {"generation": 2}), "link_changed"),
        ((Link, {"closed_at": TUESDAY}), "link_changed"),
        ((Link, {"frozen_at": TUESDAY}), "link_frozen"),
        ((Chat, {"unreachable": "blocked"}), "blocked"),
        ((Chat, {"unreachable": "deactivated"}), "deactivated"),
    ],
)
async def test_a_message_never_follows_a_changed_link_or_a_shut_chat(
    database: Database, change_of: tuple[Any, dict[str, Any]], reason: str
) -> None:
    [one] = await people(database, 5)
    await leave(database, employee_id=one)
    await change(database, change_of[0], **change_of[1])
    assert await claim(database) == []
    assert await lines(database) == [("unreachable", reason)]


@pytest.mark.parametrize("verb", [Verb.EDIT, Verb.DELETE, Verb.PIN])
async def test_what_changes_a_message_waits_for_that_message(database: Database, verb: Verb) -> None:
    first = await leave(database, "first")
    await leave(database, "second", verb=verb, target_row=first)
    rows = await claim(database)
    assert [row.message for row in rows] == ["first"]
    await accept(database, rows)
    assert await claim(database) == []
    [row] = await claim(database, at=TUESDAY + HOUR)
    assert (row.message, row.target) == ("second", 1000 + first)


@pytest.mark.parametrize(("leaving", "seconds"), [(True, 0.5), (False, 5)])
async def test_an_edit_of_what_is_just_leaving_is_tried_again_at_once(
    database: Database, leaving: bool, seconds: float
) -> None:
    first = await leave(database, "first", due_at=TUESDAY if leaving else TUESDAY + DAY)
    await leave(database, "second", verb=Verb.EDIT, target_row=first)
    assert [row.message for row in await claim(database)] == ["first"] * leaving
    assert await claim(database) == []
    _, edit = await all_rows(database)
    assert edit.due_at == TUESDAY + timedelta(seconds=seconds)


async def test_what_changes_a_message_that_never_arrived_fails(database: Database) -> None:
    first = await leave(database, "first", valid_until=TUESDAY)
    await leave(database, "second", verb=Verb.EDIT, target_row=first)
    await leave(database, "third", verb=Verb.DELETE)
    assert await claim(database) == []
    assert await claim(database, at=TUESDAY + HOUR) == []
    assert [reason for _, reason in await lines(database)] == ["too_late", "target_missing", "target_missing"]


async def test_at_most_three_counted_messages_a_week_reach_a_person(database: Database) -> None:
    one, other = await people(database, 5, 6)
    sent = []
    for day in range(3):
        await leave(database, employee_id=one, counted=True)
        sent += await claim(database, at=TUESDAY + day * DAY)
        await accept(database, sent[-1:], at=TUESDAY + day * DAY)
    assert len(sent) == 3
    await leave(database, "fourth", employee_id=one, counted=True)
    await leave(database, "other", employee_id=other, counted=True)
    await leave(database, "asked", employee_id=one)
    taken = await claim(database, at=TUESDAY + 4 * DAY)
    assert [row.message for row in taken] == ["other", "asked"]
    fourth = (await all_rows(database))[3]
    assert (fourth.state, fourth.reason, fourth.due_at) == ("queued", "weekly_limit", TUESDAY + 7 * DAY)
    assert [row.message for row in await claim(database, at=TUESDAY + 7 * DAY)] == ["fourth"]


async def test_the_weekly_limit_counts_what_is_on_its_way(database: Database) -> None:
    [one] = await people(database, 5)
    for _ in range(5):
        await leave(database, employee_id=one, counted=True)
    assert len(await claim(database, 2)) == 2
    assert len(await claim(database)) == 1
    assert [reason for _, reason in await lines(database)].count("weekly_limit") == 2


async def test_two_processes_never_claim_the_same_row(database: Database) -> None:
    ids = await people(database, *range(1, 101))
    async with database.transaction() as session:
        await announce(session, people=ids)
    taken = await asyncio.gather(*(claim(database, 7, owner=f"process{n % 2}") for n in range(20)))
    numbers = [row.id for rows in taken for row in rows]
    assert len(numbers) == len(set(numbers)) == 100


async def test_two_processes_together_keep_the_weekly_limit(database: Database) -> None:
    [one] = await people(database, 5)
    for _ in range(8):
        await leave(database, employee_id=one, counted=True)
    taken = await asyncio.gather(*(claim(database, 1, owner=f"process{n}") for n in range(8)))
    assert sum(len(rows) for rows in taken) == 3


@pytest.mark.parametrize("paused", ["pause", "cancel", "waiting"])
async def test_only_a_running_batch_is_claimed(database: Database, paused: str) -> None:
    ids = await people(database, 5)
    async with database.transaction() as session:
        batch = await announce(session, people=ids, at=TUESDAY + HOUR if paused == "waiting" else TUESDAY)
        if paused == "waiting":
            assert await batches.start_due(session, TUESDAY) == []
        elif paused == "pause":
            await batches.pause(session, batch)
        else:
            await batches.cancel(session, batch, TUESDAY)
    if paused == "waiting":
        await change(database, Outbox, due_at=TUESDAY)
        await change(database, Batch, state="waiting")
    assert await claim(database) == []


async def test_a_claim_reads_only_the_rows_it_takes(database: Database) -> None:
    ids = await people(database, *range(1, 301))
    async with database.transaction() as session:
        await announce(session, people=ids)
        condition = "state IN ('queued', 'uncertain') AND batch_id = 1 AND due_at <= '2030-01-01'"
        if database.dialect == "sqlite":
            plan = await session.execute(text(f"EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE {condition} "  # noqa: S608
                                              "ORDER BY due_at, id LIMIT 10"))  # fmt: skip
        else:
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = await session.execute(text(f"EXPLAIN SELECT id FROM outbox WHERE {condition} "  # noqa: S608
                                              "ORDER BY due_at, id LIMIT 10 FOR UPDATE SKIP LOCKED"))  # fmt: skip
        told = " ".join(str(row) for row in plan.all())
    assert "ix_outbox_batch" in told
    assert not {"Sort", "TEMP B-TREE"} & {word for word in ("Sort", "TEMP B-TREE") if word in told}
