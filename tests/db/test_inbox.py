"""An update's effect is marked once, and a chat is only its holder's to give back, to rest or to prolong."""

from db import inbox
from db.engine import Database
from tests.city import MORNING

CHAT = 7_000_001


async def arrived(database: Database) -> None:
    async with database.transaction() as session:
        assert await inbox.receive(session, [inbox.Arrival(1, CHAT, {"text": "halo"})], MORNING) == 1
        assert await inbox.claim_chats(session, "a", 5, 15) == [CHAT]


async def test_an_effect_is_marked_once(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert await inbox.mark_effect(session, 1, [{"do": "say"}], MORNING)
        assert not await inbox.mark_effect(session, 1, [{"do": "say", "text": "lain"}], MORNING)
    async with database.reading() as session:
        work = await inbox.next_open(session, CHAT)
    assert work == inbox.Work(1, CHAT, {}, [{"do": "say"}], 0)


async def test_an_update_that_comes_again_is_not_new(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert await inbox.receive(session, [inbox.Arrival(1, CHAT, {"text": "lain"})], MORNING) == 0
        assert await inbox.mark_effect(session, 1, [], MORNING)
        assert await inbox.receive(session, [inbox.Arrival(1, CHAT, {"text": "lain"})], MORNING) == 0
        assert await inbox.next_open(session, CHAT) is None


async def test_only_the_holder_prolongs_rests_or_releases_a_chat(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert not await inbox.hold_chat(session, CHAT, "b", 15)
        assert not await inbox.rest_chat(session, CHAT, "b", -1)
        await inbox.release_chat(session, CHAT, "b")
        assert await inbox.claim_chats(session, "b", 5, 15) == []
        assert await inbox.hold_chat(session, CHAT, "a", 15)


async def test_a_chat_that_rests_is_nobodys_until_its_time(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        assert await inbox.rest_chat(session, CHAT, "a", 60)
        assert not await inbox.hold_chat(session, CHAT, "a", 15)
        assert await inbox.claim_chats(session, "b", 5, 15) == []


async def test_the_dead_are_freed_and_the_living_keep_what_they_hold(database: Database) -> None:
    await arrived(database)
    async with database.transaction() as session:
        await inbox.free_others(session, "a")
        assert await inbox.claim_chats(session, "b", 5, 15) == []
        await inbox.free_others(session, "b")
        assert await inbox.claim_chats(session, "b", 5, 15) == [CHAT]
