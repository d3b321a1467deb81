"""An update's effect is marked once, and a chat is only its holder's to give back, to rest or to go on with."""

import pytest
from sqlalchemy import event, text

from db import inbox, queues
from db.engine import Database, Session
from tests.city import MORNING

CHAT = 7_000_001


async def arrived(database: Database) -> None:
    async with database.transaction() as session:
        assert await inbox.receive(session, [inbox.Arrival(1, CHAT, {"text": "halo"})], MORNING) == 1
        assert await queues.claim(session, "a", 5, 15) == [CHAT]


async def follow(session: Session, owner: str, chats: dict[int, bool], *answered: int) -> queues.Following:
    return await queues.follow(session, owner, chats, answered=answered, seconds=15, now=MORNING)


async def test_an_effect_is_marked_once(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert await inbox.mark_effect(session, 1, [{"do": "say"}], MORNING)
        assert not await inbox.mark_effect(session, 1, [{"do": "say", "text": "lain"}], MORNING)
    async with database.reading() as session:
        kept = await inbox.first_open(session, [CHAT])
    assert inbox.opened(database.keys, kept[CHAT]) == inbox.Work(1, CHAT, {}, [{"do": "say"}], 0)


async def test_an_update_that_comes_again_is_not_new(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert await inbox.receive(session, [inbox.Arrival(1, CHAT, {"text": "lain"})], MORNING) == 0
        assert await inbox.mark_effect(session, 1, [], MORNING)
        assert await inbox.receive(session, [inbox.Arrival(1, CHAT, {"text": "lain"})], MORNING) == 0
        assert await inbox.first_open(session, [CHAT]) == {}


async def test_only_the_holder_prolongs_rests_or_releases_a_chat(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert not await queues.hold(session, CHAT, "b", 15)
        assert not await queues.rest(session, CHAT, "b", -1)
        assert await follow(session, "b", {CHAT: False}) == queues.Following({}, more=True)
        assert await queues.claim(session, "b", 5, 15) == []
        assert await queues.hold(session, CHAT, "a", 15)


async def test_a_chat_that_rests_is_nobodys_until_its_time(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert await queues.rest(session, CHAT, "a", 60)
        assert not await queues.hold(session, CHAT, "a", 15)
        assert await queues.claim(session, "b", 5, 15) == []


async def test_the_dead_are_freed_and_the_living_keep_what_they_hold(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        await queues.free_others(session, "a")
        assert await queues.claim(session, "b", 5, 15) == []
        await queues.free_others(session, "b")
        assert await queues.claim(session, "b", 5, 15) == [CHAT]


async def test_what_follows_is_given_to_who_holds_the_chat_and_the_others_are_given_back(database: Database) -> None:
    others = [CHAT + 1, CHAT + 2]
    await arrived(database)
    async with database.transaction() as session:
        more = [
            inbox.Arrival(2, CHAT, {"text": "lagi"}),
            *(inbox.Arrival(3 + n, chat, {}) for n, chat in enumerate(others)),
        ]
        await inbox.receive(session, more, MORNING)
        assert set(await queues.claim(session, "a", 5, 15)) == set(others)
        for update_id in (1, 3):
            assert await inbox.mark_effect(session, update_id, [{"do": "say"}], MORNING)
        found = await follow(session, "a", {CHAT: True, others[0]: True, others[1]: False}, 1, 3)
        assert {chat: row.update_id for chat, row in found.rows.items()} == {CHAT: 2}
        assert found.more, "the last chat was given back with something open in it"
        assert await queues.claim(session, "b", 5, 15) == [others[1]], "the first is held, the second has nothing"
        assert not (await follow(session, "a", {others[1]: True})).rows, "it is another's now"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite's plans: tests/handlers/test_plans.py
async def test_what_is_dealt_with_is_not_read_to_find_what_is_not(database: Database) -> None:
    made: list[str] = []
    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _d, statement, *_: made.append(statement))
    await arrived(database)
    async with database.transaction() as session:
        await inbox.first_open(session, [CHAT])
    found = [one for one in made if one.startswith("SELECT") and "FROM updates" in one]
    assert len(found) == 2, "the free chats, and what is open in them"
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        await session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        for number, statement in enumerate(found):
            asked = await session.connection()
            await asked.exec_driver_sql(f"PREPARE p{number} AS {statement}")
            values = ", ".join(["1"] * statement.count("$"))
            plan = await asked.exec_driver_sql(f"EXPLAIN EXECUTE p{number}({values})")
            told = " ".join(str(row) for row in plan.all())
            assert "ix_updates_open" in told
            assert "Seq Scan on updates" not in told
