"""What follows in chats whose update is dealt with comes in groups; a group's failure is told to everybody in it."""

import asyncio

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.following import Follower
from db import inbox, queues
from db.clock import Clock
from db.engine import Database
from db.models import Update
from tests.city import MORNING

CHATS = (5001, 5002, 5003)


async def held(database: Database) -> Follower:
    """Hold three chats whose first update is answered; in all but the last something else is open."""
    first = [inbox.Arrival(number, chat, {}) for number, chat in enumerate(CHATS, 1)]
    second = [inbox.Arrival(number, chat, {"text": "lagi"}) for number, chat in enumerate(CHATS[:2], 11)]
    async with database.transaction() as session:
        await inbox.receive(session, [*first, *second], MORNING)
        assert set(await queues.claim(session, database.owner, 5, 600)) == set(CHATS)
        for one in first:
            assert await inbox.mark_effect(session, one.update_id, [{"do": "say"}], MORNING)
    return Follower(database, Clock(), asyncio.Event(), 600)


async def states(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Update.state).order_by(Update.update_id)))


async def test_each_gets_what_is_next_in_its_chat_and_all_are_settled_together(database: Database) -> None:
    follower = await held(database)
    before = database._commits
    going, given_back, nothing = await asyncio.gather(
        follower.next(CHATS[0], 1), follower.next(CHATS[1], 2, goes_on=False), follower.next(CHATS[2], 3)
    )
    assert going is not None
    assert (going.update_id, going.payload) == (11, {"text": "lagi"})
    assert given_back is None
    assert nothing is None
    assert follower.arrived.is_set(), "in the second chat something is open for whoever takes it"
    assert await states(database) == ["done", "done", "done", "open", "open"]
    if database.path is not None:
        assert database._commits == before + 1
    async with database.transaction() as session:
        assert await queues.claim(session, "another", 5, 15) == [CHATS[1]]


async def test_who_waits_is_told_when_it_cannot_be_found_out(database: Database) -> None:
    follower = await held(database)
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE updates RENAME TO away"))
    found = await asyncio.gather(*(follower.next(chat) for chat in CHATS), return_exceptions=True)
    assert all(isinstance(one, DBAPIError) for one in found)
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE away RENAME TO updates"))
    work = await follower.next(CHATS[0])
    assert work is not None
    assert work.answer == [{"do": "say"}]


async def test_of_a_chat_that_has_passed_to_another_nothing_is_given(database: Database) -> None:
    follower = await held(database)
    async with database.transaction() as session:
        assert await queues.rest(session, CHATS[0], database.owner, -1)
        assert await queues.claim(session, "another", 5, 600) == [CHATS[0]]
    assert await follower.next(CHATS[0]) is None
    async with database.transaction() as session:
        assert await queues.hold(session, CHATS[0], "another", 600), "it is still the other's"
