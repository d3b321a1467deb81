"""Many messages with one text: frozen, run, paused, cancelled, finished, counted."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from db import batches, outbox
from db.engine import Database, Session
from db.models import Batch, Chat, Employee, Link, Outbox
from db.outbox import Outcome, Reason, State
from db.progress import progress
from db.windows import Window
from tests.sending import EARLIER, TUESDAY, accept, all_rows, announce, by_state, claim, lines, people

HOUR = timedelta(hours=1)


async def start(database: Database, **more: Any) -> int:
    async with database.transaction() as session:
        return await announce(session, **more)


async def state_of(database: Database, batch: int) -> str | None:
    async with database.reading() as session:
        return await session.scalar(select(Batch.state).where(Batch.id == batch))


async def finish(database: Database) -> list[int]:
    async with database.transaction() as session:
        return await batches.finish(session, TUESDAY)


async def test_freezing_makes_a_row_for_everybody_with_the_reason_why_not(database: Database) -> None:
    await people(database, 1, None, 3, 4)
    async with database.transaction() as session:
        await session.execute(update(Chat).where(Chat.chat_id == 3).values(unreachable="blocked"))
        await session.execute(update(Chat).where(Chat.chat_id == 4).values(unreachable="deactivated"))
        await session.execute(update(Link).where(Link.chat_id == 1).values(generation=4))
    batch = await start(database, window=Window.DAY, counted=True, valid_until=TUESDAY + HOUR)
    rows = sorted(await all_rows(database), key=lambda row: row.employee_id or 0)
    assert [(row.state, row.reason) for row in rows] == [
        ("queued", None), ("unreachable", "not_joined"), ("unreachable", "blocked"), ("unreachable", "deactivated"),
    ]  # fmt: skip
    one = rows[0]
    assert (one.batch_id, one.link_generation, one.window, one.counted) == (batch, 4, "day", True)
    assert (one.due_at, one.valid_until, one.values_sealed) == (EARLIER, TUESDAY + HOUR, None)
    async with database.reading() as session:
        assert await session.scalar(select(Batch.total)) == 4


async def test_only_the_audience_is_frozen(database: Database) -> None:
    ids = await people(database, 1, 2, 3)
    await start(database, people=ids[:2])
    assert [row.employee_id for row in await all_rows(database)] == ids[:2]


async def test_who_joins_after_the_freeze_is_not_added(database: Database) -> None:
    await people(database, 1)
    await start(database)
    await people(database, 2)
    assert len(await all_rows(database)) == 1


async def test_a_closed_link_is_no_link(database: Database) -> None:
    await people(database, 1)
    async with database.transaction() as session:
        await session.execute(update(Link).values(closed_at=TUESDAY))
    await start(database)
    assert await lines(database) == [("unreachable", "not_joined")]


async def test_a_scheduled_batch_runs_when_its_time_has_come(database: Database) -> None:
    await people(database, 1)
    batch = await start(database, at=TUESDAY)
    async with database.transaction() as session:
        await session.execute(update(Batch).values(state="waiting", due_at=TUESDAY + HOUR))
        assert await batches.start_due(session, TUESDAY) == []
        assert await batches.start_due(session, TUESDAY + HOUR) == [batch]
    assert await state_of(database, batch) == "running"


async def test_a_paused_batch_goes_on_where_it_stopped(database: Database) -> None:
    await people(database, 1, 2)
    batch = await start(database)
    await accept(database, await claim(database, 1))
    async with database.transaction() as session:
        await batches.pause(session, batch)
    assert await claim(database) == []
    async with database.transaction() as session:
        await batches.resume(session, batch)
    assert len(await claim(database)) == 1


async def test_cancelling_ends_what_waits_and_leaves_what_is_out(database: Database) -> None:
    await people(database, 1, 2, 3)
    batch = await start(database)
    [row] = await claim(database, 1)
    async with database.transaction() as session:
        await batches.cancel(session, batch, TUESDAY)
    assert [state for state, _ in await lines(database)] == ["sending", "cancelled", "cancelled"]
    await accept(database, [row])
    assert await by_state(database) == {"sent": 1, "cancelled": 2}


async def test_a_cancelled_batch_takes_back_what_returns_to_it(database: Database) -> None:
    await people(database, 1, 2, 3)
    batch = await start(database)
    rows = await claim(database, 2)
    async with database.transaction() as session:
        await batches.cancel(session, batch, TUESDAY)
        await outbox.settle(session, [Outcome(rows[0].id, rows[0].claim, State.QUEUED, Reason.FLOOD)])
        await outbox.recover(session, everything=True)
    await finish(database)
    assert await by_state(database) == {"cancelled": 3}
    assert await state_of(database, batch) == "cancelled"


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ("waiting", "pause resume"),
        ("running", "resume"),
        ("paused", "pause"),
        ("finished", "pause resume cancel"),
        ("cancelled", "pause resume cancel"),
    ],
)
async def test_what_can_be_done_with_a_batch_in_each_state(database: Database, before: str, refused: str) -> None:
    await people(database, 1)
    batch = await start(database)
    acts: dict[str, Callable[[Session], Awaitable[None]]] = {
        "pause": lambda session: batches.pause(session, batch),
        "resume": lambda session: batches.resume(session, batch),
        "cancel": lambda session: batches.cancel(session, batch, TUESDAY),
    }
    for name, act in acts.items():
        async with database.transaction() as session:
            await session.execute(update(Batch).values(state=before))
            if name in refused.split():
                with pytest.raises(batches.BatchPassed):
                    await act(session)
            else:
                await act(session)


async def test_a_batch_is_finished_when_no_row_is_open(database: Database) -> None:
    await people(database, 1, 2, None)
    batch = await start(database)
    rows = await claim(database)
    await accept(database, rows[:1])
    assert await finish(database) == []
    async with database.transaction() as session:
        await outbox.recover(session, everything=True)
    assert await finish(database) == []
    await accept(database, await claim(database))
    assert await finish(database) == [batch]
    assert await finish(database) == []
    assert await state_of(database, batch) == "finished"


async def test_a_person_cannot_stand_twice_in_a_batch(database: Database) -> None:
    await people(database, 1)
    batch = await start(database)
    async with database.transaction() as session:
        with pytest.raises(Exception, match=r"(?i)unique"):
            await batches.freeze(session, batch, select(Employee.id))
        await session.rollback()
    assert len(await all_rows(database)) == 1


async def test_progress_accounts_for_everybody(database: Database) -> None:
    await people(database, 1, 2, 3, 4, None)
    batch = await start(database, at=TUESDAY)
    one, two, three, _four = await claim(database)
    later = TUESDAY + timedelta(seconds=10)
    await accept(database, [one, two], at=later)
    async with database.transaction() as session:
        await outbox.settle(session, [Outcome(three.id, three.claim, State.UNREACHABLE, Reason.BLOCKED)])
        await outbox.recover(session, everything=True)
    async with database.reading() as session:
        told = await progress(session, batch, later)
    assert told.states == {"sent": 2, "unreachable": 2, "uncertain": 1}
    assert told.reasons == {"blocked": 1, "not_joined": 1}
    assert (told.total, told.done, told.waiting, told.repeated, told.state) == (5, 4, 1, 1, "running")
    assert told.rate == pytest.approx(0.2)
    assert told.ready_at == later + timedelta(seconds=5)


async def test_a_paused_batch_has_no_arrival(database: Database) -> None:
    await people(database, 1, 2)
    batch = await start(database)
    await accept(database, await claim(database, 1), at=TUESDAY + timedelta(seconds=1))
    async with database.transaction() as session:
        await batches.pause(session, batch, batches.BY_ERRORS)
        told = await progress(session, batch, TUESDAY + timedelta(seconds=2))
    assert (told.ready_at, told.paused_reason, told.state) == (None, "errors", "paused")


async def test_what_all_share_is_sealed(database: Database) -> None:
    await people(database, 1)
    batch = await start(database, text="canary-5512")
    async with database.reading() as session:
        sealed = await session.scalar(select(Batch.values_sealed))
        assert sealed is not None
        assert b"canary" not in sealed
        assert (await batches.letter(session, batch)).values == {"text": "canary-5512"}
        assert await session.scalar(select(func.count()).where(Outbox.values_sealed.is_not(None))) == 0
