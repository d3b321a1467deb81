"""Leaving a message in the outbox."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db import outbox
from db.engine import Database
from db.models import Link
from db.outbox import Lane, Verb
from tests.sending import TUESDAY, accept, all_rows, claim, leave, lines, people


async def test_a_message_waits_with_its_values_sealed(database: Database) -> None:
    await leave(database, "greeting", {"text": "canary-9731"})
    [row] = await all_rows(database)
    assert (row.state, row.verb, row.message, row.lane) == ("queued", "send", "greeting", 2)
    assert row.values_sealed is not None
    assert b"canary" not in row.values_sealed
    assert database.keys.seal("outbox").open_json(row.values_sealed) == {"text": "canary-9731"}


async def test_a_message_for_an_employee_remembers_which_link_it_was_meant_for(database: Database) -> None:
    [one] = await people(database, 5)
    async with database.transaction() as session:
        await session.execute(update(Link).values(generation=7))
    await leave(database, employee_id=one)
    [row] = await all_rows(database)
    assert (row.state, row.link_generation, row.chat_id) == ("queued", 7, None)


async def test_who_has_not_joined_gets_an_unreachable_row_with_the_reason(database: Database) -> None:
    [one] = await people(database, None)
    await leave(database, employee_id=one)
    assert await lines(database) == [("unreachable", "not_joined")]


@pytest.mark.parametrize(("meant", "line"), [(None, ("queued", None)), (2, ("queued", None)),
                                             (1, ("unreachable", "link_changed"))])  # fmt: skip
async def test_what_is_meant_for_another_link_reaches_nobody(
    database: Database, meant: int | None, line: tuple[str, str | None]
) -> None:
    [one] = await people(database, 5)
    async with database.transaction() as session:
        await session.execute(update(Link).values(generation=2))
    await leave(database, employee_id=one, link_generation=meant)
    assert await lines(database) == [line]
    assert len(await claim(database)) == (line[0] == "queued")


@pytest.mark.parametrize("target", [{}, {"employee_id": 1, "chat_id": 5}])
async def test_a_message_goes_to_an_employee_or_to_a_chat(database: Database, target: dict[str, int]) -> None:
    async with database.transaction() as session:
        with pytest.raises(ValueError, match="exactly one"):
            await outbox.queue(session, "greeting", {}, lane=Lane.REPLIES, due_at=TUESDAY, **target)  # type: ignore[arg-type]


async def test_a_unique_key_is_queued_once(database: Database) -> None:
    first = await leave(database, "one", unique_key="letter:1")
    again = await leave(database, "two", unique_key="letter:1")
    assert first == again
    assert [row.message for row in await all_rows(database)] == ["one"]


async def test_a_unique_key_holds_after_the_message_is_out(database: Database) -> None:
    await leave(database, "one", unique_key="letter:1")
    await accept(database, await claim(database))
    await leave(database, "two", unique_key="letter:1")
    assert await lines(database) == [("sent", "accepted")]


async def test_a_newer_edit_takes_the_place_of_a_waiting_one(database: Database) -> None:
    first = await leave(database, "old", verb=Verb.EDIT, target_message=77)
    later = TUESDAY + timedelta(minutes=1)
    again = await leave(database, "new", {"n": 2}, verb=Verb.EDIT, target_message=77, due_at=later)
    [row] = await all_rows(database)
    assert (first, row.message, row.due_at) == (again, "new", later)


@pytest.mark.parametrize(
    "other", [{"target_message": 78}, {"target_message": 77, "chat_id": 6}, {"target_message": 77, "verb": Verb.PIN}]
)
async def test_an_edit_of_another_message_stays(database: Database, other: dict[str, Any]) -> None:
    await leave(database, "old", verb=Verb.EDIT, target_message=77)
    await leave(database, "new", **({"verb": Verb.EDIT} | other))
    assert [row.message for row in await all_rows(database)] == ["old", "new"]


async def test_an_edit_on_its_way_is_not_touched_and_does_not_come_back_after_the_newer_one(database: Database) -> None:
    await leave(database, "old", verb=Verb.EDIT, target_message=77)
    await claim(database)
    await leave(database, "new", verb=Verb.EDIT, target_message=77)
    async with database.transaction() as session:
        assert await outbox.recover(session, everything=True) == 1
    assert [row.message for row in await claim(database)] == ["new"]
    assert await lines(database) == [("cancelled", "superseded"), ("sending", "claimed")]


async def test_the_reference_of_a_message_is_the_same_each_time() -> None:
    assert outbox.reference(42) == "P-000042"
