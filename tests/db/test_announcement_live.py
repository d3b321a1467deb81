"""Where progress is watched: which messages may still change, and who of two writers may change one."""

from datetime import timedelta

from db import announcement_live, announcements, batches, outbox, shown
from db.announcement_live import PURPOSE
from db.announcements import Plan
from db.audiences import Audience
from db.engine import Database, Session
from db.models import Chat
from tests import factories
from tests.sending import TUESDAY, accept, claim


async def confirmed(session: Session) -> int:
    """Confirm an announcement by Ani to herself and to Budi, and give its batch."""
    ani, budi = [await factories.employee(session, name, at=TUESDAY) for name in ("Ani", "Budi")]
    await factories.link(session, ani, 100, at=TUESDAY)
    await factories.link(session, budi, 101, at=TUESDAY)
    one = await announcements.draft(session, ani.id, "Apel.", TUESDAY)
    announcements.aim(one, Audience(everyone=True))
    return await announcements.confirm(session, one, (), Plan(), TUESDAY, by=ani.id, due_at=TUESDAY)


async def test_live_messages_are_those_of_announcements_that_may_still_change(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Chat(chat_id=7, language="en", first_seen=TUESDAY, last_seen=TUESDAY))
        await shown.remember(session, 7, 70, PURPOSE.format(1), TUESDAY)
        await shown.remember(session, 8, 80, PURPOSE.format(2), TUESDAY)
        await shown.remember(session, 8, 81, "answer:1", TUESDAY)
        await session.flush()
        first, second = await announcement_live.places(session)
        assert (first.announcement_id, first.chat_id, first.message_id, first.language) == (1, 7, 70, "en")
        assert (second.announcement_id, second.language, second.digest) == (2, "id", None)
        assert await announcement_live.note(session, first, "running:a", TUESDAY)
        assert await announcement_live.note(session, second, "end:b", TUESDAY)
        (left,) = await announcement_live.places(session)
    assert (left.id, left.digest) == (first.id, "running:a")


async def test_of_two_who_looked_at_the_same_time_one_may_change_it(database: Database) -> None:
    later = TUESDAY + timedelta(seconds=5)
    async with database.transaction() as session:
        await shown.remember(session, 7, 70, PURPOSE.format(1), TUESDAY)
    async with database.reading() as session:
        (place,) = await announcement_live.places(session)
    async with database.transaction() as session:
        assert await announcement_live.note(session, place, "running:a", later)
    async with database.transaction() as session:
        assert not await announcement_live.note(session, place, "running:a", later)
        (now,) = await announcement_live.places(session)
        assert now.at == later
        assert await announcement_live.note(session, now, "running:b", later)


async def test_a_screen_that_moved_is_not_written_over(database: Database) -> None:
    async with database.transaction() as session:
        await shown.remember(session, 7, 70, PURPOSE.format(1), TUESDAY)
        await session.flush()
        (place,) = await announcement_live.places(session)
        await shown.remember(session, 7, 71, PURPOSE.format(1), TUESDAY)
        await session.flush()
        assert not await announcement_live.note(session, place, "running:a", TUESDAY)
        (moved,) = await announcement_live.places(session)
    assert (moved.message_id, moved.digest) == (71, None)


async def test_an_announcement_is_over_when_nothing_of_it_is_on_its_way(database: Database) -> None:
    async with database.transaction() as session:
        assert await announcement_live.live(session, 1, TUESDAY) is None
        batch_id = await confirmed(session)
        assert await announcement_live.on_their_way(session) == [1]
    (one, _) = await claim(database, 2)
    async with database.transaction() as session:
        await batches.cancel(session, batch_id, TUESDAY)
        found = await announcement_live.live(session, 1, TUESDAY)
        assert found is not None
        assert (found.progress.state, found.over) == ("cancelled", False)
    await accept(database, [one])
    async with database.reading() as session:
        found = await announcement_live.live(session, 1, TUESDAY)
        assert found is not None
        assert (found.progress.waiting, found.over) == (1, False)
        assert await announcement_live.on_their_way(session) == []


async def test_what_was_left_once_is_known_by_its_key(database: Database) -> None:
    async with database.transaction() as session:
        await confirmed(session)
        assert not await announcement_live.told(session, "announcement:over:1")
        from_ask = announcements.ASK_KEY.format(3, 1)
        for key in (from_ask, announcements.ASK_KEY.format(31, 1)):
            await outbox.queue(
                session, "x", {}, employee_id=1, lane=outbox.Lane.REPLIES, due_at=TUESDAY, unique_key=key
            )
        assert await announcement_live.told(session, from_ask)
        assert [officer for _, officer in await announcements.askings(session, 3)] == [1]
