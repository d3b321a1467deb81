"""What comes in: in the database before Telegram is told, dealt with once and in order, whoever dies in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.receiving import Poller, Reception
from bot.working import Workers
from db import inbox, queues
from db.clock import Clock
from db.engine import Database
from db.inbox import Work
from db.models import Update
from tests.city import MORNING, City
from tests.conftest import KEYS
from tests.sending import until

CANARY = "kenari-4711-rahasia"


def written(update_id: int, chat_id: int, words: str = "") -> dict[str, Any]:
    """Give an update as Telegram sends it: somebody wrote in a private chat."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Rina"}
    chat = {"id": chat_id, "type": "private", "first_name": "Rina"}
    message = {"message_id": update_id, "date": 1795500000, "chat": chat, "from": person, "text": words}
    return {"update_id": update_id, "message": message}


async def states(database: Database) -> dict[int, str]:
    """Give the state of every update."""
    async with database.reading() as session:
        return {row.update_id: row.state for row in await session.execute(select(Update.update_id, Update.state))}


async def all_done(database: Database) -> bool:
    return set((await states(database)).values()) <= {"done", "parked"}


@dataclass
class Book:
    """A desk that only writes down who came when, and marks each as dealt with."""

    database: Database
    entries: list[tuple[int, int]] = field(default_factory=list)
    at_once: dict[int, int] = field(default_factory=dict)
    crowded: bool = False

    async def dispatch(self, work: Work) -> bool:
        """Write an update down, slowly enough that two at a time in one chat would be seen."""
        self.at_once[work.chat_id] = self.at_once.get(work.chat_id, 0) + 1
        self.crowded |= self.at_once[work.chat_id] > 1
        self.entries.append((work.chat_id, work.update_id))
        await asyncio.sleep(0)
        async with self.database.transaction() as session:
            await inbox.mark_effect(session, work.update_id, [], MORNING)
        self.at_once[work.chat_id] -= 1
        return False

    async def resume(self, work: Work) -> bool:
        """Nothing is left half said here."""
        raise AssertionError(work)

    async def give_back(self, work: Work) -> bool:
        """Nothing fails here."""
        raise AssertionError(work)


@asynccontextmanager
async def working(book: Book, databases: Sequence[Database], **more: Any) -> AsyncIterator[list[Reception]]:
    """Let workers of several processes work at one book."""
    receptions = [Reception(one, Clock()) for one in databases]
    tasks = [asyncio.create_task(Workers(one, book, poll=0.05, **more).run()) for one in receptions]
    try:
        yield receptions
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def second(database: Database) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    other = Database(database.url, KEYS)
    yield other
    await other.close()


async def test_each_chat_in_order_each_update_once_by_two_processes(database: Database, second: Database) -> None:
    book = Book(database)
    updates = [written(100 + number, 5000 + number % 4) for number in range(60)]
    async with working(book, [database, second], parallel=3) as (first, other):
        for start in range(0, 60, 10):
            await (first if start % 20 else other).keep(updates[start : start + 10])
        await first.keep(updates[:30])  # Telegram repeats what it is not sure of

        async def through() -> bool:
            return len(book.entries) >= 60 and await all_done(database)

        await until(through)
        await other.keep(updates)
        await until(through)
    assert len(book.entries) == 60
    assert not book.crowded, "two at a time in one chat"
    for chat in range(5000, 5004):
        mine = [update_id for chat_id, update_id in book.entries if chat_id == chat]
        assert mine == sorted(mine)


async def test_a_talkative_chat_lets_others_have_their_turn(database: Database) -> None:
    book = Book(database)
    flood = [written(number, 5001) for number in range(40)]
    async with working(book, [database], parallel=1) as (reception,):
        await reception.keep([*flood, written(40, 5002)])
        await until(lambda: all_done(database))
    assert book.entries.index((5002, 40)) < 40, "only after everything of the other chat"


async def test_who_came_first_is_dealt_with_first(database: Database) -> None:
    book, reception = Book(database), Reception(database, Clock())
    chats = [5009, 5001, 5005, 5003, 5007]
    await reception.keep([written(number, chat) for number, chat in enumerate(chats, 1)])
    async with working(book, [database]):
        await until(lambda: all_done(database))
    assert [chat_id for chat_id, _ in book.entries] == chats


async def test_the_next_poll_is_on_its_way_before_the_work_begins(database: Database) -> None:
    reception, order = Reception(database, Clock()), []

    class Line:
        async def _post(self, method: str, data: dict[str, Any], **_times: float) -> list[dict[str, Any]]:
            order.append(f"{method} from {data['offset']}")
            if data["offset"] is not None:
                await asyncio.sleep(3600)
            return [written(7, 5001)]

    poller = asyncio.create_task(Poller(reception, Line()).run())  # type: ignore[arg-type]
    await reception.arrived.wait()
    order.append("woken")
    poller.cancel()
    await asyncio.wait([poller])
    assert order == ["getUpdates from None", "getUpdates from 8", "woken"]
    assert await states(database) == {7: "open"}


@pytest.mark.parametrize("given_back", [False, True])
async def test_a_chat_taken_while_it_is_still_here_goes_on_at_once(database: Database, given_back: bool) -> None:
    book, reception = Book(database), Reception(database, Clock())
    workers = Workers(reception, book, lease=600)
    await reception.keep([written(1, 5001)])
    winding_up = asyncio.Event()

    async def wind_up() -> None:
        await winding_up.wait()

    task = workers._busy[5001] = asyncio.create_task(wind_up())
    task.add_done_callback(lambda done: workers._done(5001, done))
    await workers._take()
    assert workers._again == {5001}
    if given_back:  # by the one that is winding up, after it was taken anew
        async with database.transaction() as session:
            await queues.rest(session, 5001, database.owner, -1)
    assert book.entries == []
    winding_up.set()
    tasks = asyncio.create_task(workers.run())
    await until(lambda: all_done(database))
    tasks.cancel()
    await asyncio.gather(tasks, return_exceptions=True)
    assert book.entries == [(5001, 1)]


async def test_a_chat_that_passed_to_another_process_is_not_changed_any_more(
    database: Database, second: Database
) -> None:
    await Reception(database, Clock()).keep([written(1, 5001)])
    async with database.transaction() as session:
        assert await queues.claim(session, database.owner, 5, 0.05) == [5001]

    async def taken() -> bool:
        async with second.transaction() as session:
            return await queues.claim(session, second.owner, 5, 30) == [5001]

    await until(taken)
    async with database.transaction() as session:
        assert not await queues.hold(session, 5001, database.owner, 30)
        assert not await queues.rest(session, 5001, database.owner, -1)
        assert await queues.claim(session, database.owner, 5, 30) == []
    async with second.transaction() as session:
        assert await queues.hold(session, 5001, second.owner, 30)


def polls(city: City) -> int:
    return len(list(city.simulator.ledger.find("getUpdates")))


async def test_what_cannot_be_kept_is_fetched_again(city: City) -> None:
    person = city.stranger()
    await person.says("/menu")
    await person.sees("Selamat datang")
    assert city.service is not None
    await city.service.stop()
    async with city.database.transaction() as session:
        await session.execute(text("ALTER TABLE updates RENAME TO away"))
    await city.service.start(("polling",))
    before = polls(city)
    for word in ("satu", "dua"):
        await person.says(word)

    async def asked_again() -> bool:
        return polls(city) > before + 1

    await until(asked_again)
    async with city.database.transaction() as session:
        await session.execute(text("ALTER TABLE away RENAME TO updates"))
    await city.restart()

    async def both() -> bool:
        return len(await states(city.database)) == 3 and await all_done(city.database)

    await until(both)
    assert [one.text for one in person.received[-2:]] == [person.last.text] * 2


async def test_an_answer_that_a_dead_process_left_is_said(city: City) -> None:
    person = city.stranger()
    person.chat.started = True
    said = {"do": "say", "text": "Jawaban yang tertinggal", "markup": None, "purpose": None}
    async with city.database.transaction() as session:
        await inbox.receive(session, inbox_of(7_000_001, person.id), city.clock.now())
        assert await queues.claim(session, "dead", 5, 0.5) == [person.id]
        assert await inbox.mark_effect(session, 7_000_001, [said], city.clock.now())
    await person.sees("Jawaban yang tertinggal", timeout=10)
    await until(lambda: all_done(city.database))
    assert [one for one in person.received if "tertinggal" in (one.text or "")] == [person.last]


def inbox_of(update_id: int, chat_id: int) -> list[inbox.Arrival]:
    return [inbox.Arrival(update_id, chat_id, written(update_id, chat_id, "halo"))]


async def test_an_update_nobody_can_read_is_set_aside_and_the_chat_goes_on(city: City) -> None:
    person = city.stranger()
    admin, _ = await city.member("Ani Contoh", roles=("admin",))
    person.chat.started = True
    assert city.service is not None
    unreadable = written(7_000_001, person.id) | {"message": {"chat": {"id": person.id, "type": "private"}}}
    await city.service.reception.keep([unreadable, written(7_000_002, person.id, "halo")])
    await person.sees("terjadi gangguan", timeout=20)
    await person.sees("belum memahami", timeout=20)
    await until(lambda: all_done(city.database))
    assert await states(city.database) == {7_000_001: "parked", 7_000_002: "done"}
    told = await admin.sees("disisihkan", timeout=10)
    assert "Nomor rujukan" in (told.text or "")


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_people_write_is_nowhere_in_the_file(city: City, tmp_path: Path) -> None:
    person, who = await city.member()
    assert city.service is not None
    await city.service.reception.keep([written(7_000_001, 1, CANARY)])  # nobody deals with it: chat 1 is a stranger's
    await person.says(CANARY)
    await person.sees("belum memahami")
    await city.service.stop()
    await city.service.reception.keep([written(7_000_003, person.id, CANARY)])  # stays open
    found = everything_in(tmp_path)
    assert who.nip.encode() in found, "what is not sealed can be found"
    assert CANARY.encode() not in found


async def test_workers_told_to_end_as_something_arrives_do_end(tmp_path: Path) -> None:
    reception = Reception(Database(f"sqlite+aiosqlite:///{tmp_path / 'never.db'}", KEYS), Clock())
    workers = Workers(reception, Book(reception.database), poll=60)
    workers._take = nothing  # type: ignore[method-assign]
    task = asyncio.create_task(workers.run())
    while not reception.arrived._waiters:  # noqa: ASYNC110
        await asyncio.sleep(0)
    reception.arrived.set()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done == {task}


async def nothing() -> bool:
    return False
