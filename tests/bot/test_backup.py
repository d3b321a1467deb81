"""Copies: taken while others write, put back into either kind of database, on hold, with later endings kept."""

import asyncio
import sqlite3
import stat
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import journal
from db import audit, facts, inbox, keyproof, leases, outbox, queues, schema
from db.engine import Database
from db.inbox import Arrival
from db.keys import SealBroken, load_or_make_keys
from db.models import Base, Employee, Link, SurveyDraft
from db.outbox import Lane, Terms
from db.surveys import keeping
from db.windows import Window
from tests import anonymous, factories
from tests.city import MORNING
from tests.conftest import KEYS
from tests.postgres import PostgreSQL
from tests.shell import Shell, key_file, shell_for

Elsewhere = tuple[Database, Shell]


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Shell:
    """A shell on the filled database."""
    return shell_for(database.url, key_file(tmp_path, KEYS.root))


@pytest.fixture(params=["sqlite", "postgresql"])
async def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Elsewhere]:
    """An empty place of either kind, and a shell on it with the same key."""
    key = key_file(tmp_path, KEYS.root)
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'elsewhere.db'}"
        place = Database(url, KEYS)
        yield place, shell_for(url, key)
        await place.close()
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    name = f"empty_{uuid.uuid4().hex[:12]}"
    await server.execute(f"CREATE DATABASE {name}")
    place = Database(server.url(name), KEYS)
    yield place, shell_for(place.url, key)
    await place.close()
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def fill(database: Database) -> Employee:
    """Leave something of every kind: people, a link, sealed text, an audit chain, an open update, a message due."""
    async with database.transaction() as session:
        rina = await factories.employee(session, "Rina Contoh", phone="+6281100000001", at=MORNING)
        await factories.employee(session, "Budi Contoh", agency="Badan Lain", at=MORNING)
        await factories.link(session, rina, 5001, at=MORNING)
        await factories.role(session, rina, "officer", at=MORNING)
        await audit.write(session, "link.confirm", at=MORNING, subject="link", subject_id=1, actor_id=rina.id, tries=2)
        await audit.write(session, "roster.save", at=MORNING, subject="roster", via="shell")
        await inbox.receive(session, [Arrival(77, 5001, {"update_id": 77, "message": {"chat": {"id": 5001}}})], MORNING)
        await outbox.queue(
            session, "errors/parked", {"fault": "X"}, employee_id=rina.id, lane=Lane.REPLIES, due_at=MORNING
        )
        await facts.put(session, "note", {"words": "satu, dua", "at": MORNING.isoformat()})
    return rina


async def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table."""
    async with database.reading() as session:
        tables = Base.metadata.sorted_tables
        return {
            table.name: [
                tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables
        }


def beside(file: Path) -> list[Path]:
    """List files that a command left beside one of its own."""
    kinds = (".replaced-*", ".before-*", ".unfinished*", ".restoring*", "-wal", "-shm")
    return [found for kind in kinds for found in file.parent.glob(file.name + kind)]


async def claimable(database: Database) -> int:
    async with database.transaction() as session:
        terms = Terms("test", 15, frozenset(Window), MORNING + timedelta(days=1), 3)
        return len((await outbox.claim(session, 10, terms)).ready)


async def test_a_copy_put_back_holds_the_same_rows_and_waits(
    database: Database, shell: Shell, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    place, other_shell = elsewhere
    rina = await fill(database)
    before = await contents(database)
    file = tmp_path / "copy.db"

    said = await shell.does("backup", str(file))
    assert (said.status, said.err) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = await other_shell.does("restore", str(file))
    assert said.status == 0, said.err
    assert "on hold" in said.out

    after = await contents(place)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"facts", "audit", "audit_head", "updates"}
    assert after["audit"][:-1] == before["audit"]
    assert await schema.current(place) == schema.head()
    assert await claimable(place) == 0, "on hold"
    async with place.transaction() as session:
        assert await queues.claim(session, "test", 10, 15) == [], "what was under way is not dealt with again"
        assert await audit.broken_at(session) is None
        await facts.drop(session, facts.HOLD)
        known = await session.get(Employee, rina.id)
        assert known is not None
        assert known.phone_sealed is not None
        assert KEYS.seal("phone").open(known.phone_sealed) == "+6281100000001"
        fresh = await factories.employee(session, "Siti Contoh", at=MORNING)
        assert fresh.id > max(row[0] for row in before["employees"]), "new ids follow the copied ones"
    assert await claimable(place) == 1


async def test_a_copy_is_consistent_while_others_write(database: Database, shell: Shell, tmp_path: Path) -> None:
    await fill(database)
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            async with database.transaction() as session:
                await audit.write(session, "test", at=MORNING, subject="test")

    writing = asyncio.create_task(write())
    said = await shell.does("backup", str(tmp_path / "copy.db"))
    stop.set()
    await writing
    assert said.status == 0, said.err
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        chain = copy.execute("SELECT previous_hash, entry_hash FROM audit ORDER BY id").fetchall()
        head = copy.execute("SELECT entry_hash, entries FROM audit_head").fetchone()
    assert len(chain) >= 2
    assert [row[0] for row in chain[1:]] == [row[1] for row in chain[:-1]]
    assert head == (chain[-1][1], len(chain))


async def test_neither_key_nor_phone_nor_payload_is_in_a_copy(database: Database, shell: Shell, tmp_path: Path) -> None:
    rina = await fill(database)
    file = tmp_path / "copy.db"
    await shell.does("backup", str(file))
    copied = file.read_bytes()
    assert rina.nip.encode() in copied, "what is not sealed can be found"
    key = (tmp_path / "test.key").read_bytes().strip()
    for secret in (KEYS.root, key, b"81100000001", b'"message"'):
        assert secret not in copied
    assert beside(file) == [], "a copy is one file"


async def test_what_was_ended_since_the_copy_stays_ended(database: Database, shell: Shell, tmp_path: Path) -> None:
    await fill(database)
    file = tmp_path / "copy.db"
    await shell.does("backup", str(file))
    async with database.transaction() as session:
        link = (await session.scalars(select(Link))).one()
        link.closed_at, link.closed_reason = MORNING + timedelta(days=400), "left_service"
    kept_in = journal.place(tmp_path / "test.key")
    assert await journal.keep(database, kept_in) == 1
    assert await journal.keep(database, kept_in) == 0, "nothing is written twice"
    with kept_in.open("a") as cut:
        cut.write('{"kind": "link", "id"')  # the machine died here

    said = await shell.does("restore", str(file), "--replace")
    assert said.status == 0, said.err
    assert "1 links, consents, roles, answers ended since then" in said.out
    async with database.reading() as session:
        link = (await session.scalars(select(Link))).one()
    assert (link.closed_at, link.closed_reason) == (MORNING + timedelta(days=400), "left_service")


async def test_a_filled_database_is_only_replaced_when_asked(database: Database, shell: Shell, tmp_path: Path) -> None:
    await fill(database)
    file = tmp_path / "copy.db"
    await shell.does("backup", str(file))
    async with database.transaction() as session:
        late = await factories.employee(session, "Datang Kemudian", at=MORNING)
    said = await shell.does("restore", str(file))
    assert said.status == 1
    assert "not empty" in said.err
    async with database.reading() as session:
        assert await session.get(Employee, late.id) is not None

    said = await shell.does("restore", str(file), "--replace")
    assert said.status == 0, said.err
    async with database.reading() as session:
        assert await session.get(Employee, late.id) is None
    if database.path is not None:
        kept = beside(database.path)[0]
        with closing(sqlite3.connect(kept)) as old:
            assert old.execute("SELECT count(*) FROM employees").fetchone() == (3,)


async def test_a_copy_with_another_key_or_a_damaged_one_changes_nothing(
    database: Database, shell: Shell, tmp_path: Path
) -> None:
    await fill(database)
    await shell.does("migrate")  # says which key this is
    file, stranger = tmp_path / "copy.db", tmp_path / "another"
    await shell.does("backup", str(file))
    async with database.transaction() as session:
        await facts.drop(session, keyproof.PROOF)  # a database begun with another key
    before = await contents(database)
    stranger.mkdir()
    with_another_key = shell.also(KEY_FILE=str(key_file(stranger, b"x" * 32)))
    said = await with_another_key.does("restore", str(file), "--replace")
    assert (said.status, "another key" in said.err) == (1, True)
    nowhere = tmp_path / "no.key"
    for more in ({}, {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'fresh.db'}"}):
        said = await shell.also(KEY_FILE=str(nowhere), **more).does("restore", str(file), "--replace")
        assert (said.status, f"the key file {nowhere} is missing" in said.err) == (1, True)
        assert not nowhere.exists(), "a new one would only hide the loss"

    with closing(sqlite3.connect(file)) as copy:
        copy.execute("DELETE FROM role_grants")
        copy.commit()
    said = await shell.does("restore", str(file), "--replace")
    assert (said.status, "role_grants" in said.err) == (1, True)
    file.write_bytes(b"not a copy")
    said = await shell.does("restore", str(file), "--replace")
    assert (said.status, "no copy" in said.err) == (1, True)
    assert await contents(database) == before


async def test_a_copy_never_takes_the_place_of_a_file(database: Database, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("precious")
    said = await shell.does("backup", str(file))
    assert (said.status, file.read_text()) == (1, "precious")
    assert "there already" in said.err


async def test_a_served_database_is_not_replaced(database: Database, shell: Shell, tmp_path: Path) -> None:
    await fill(database)
    file = tmp_path / "copy.db"
    await shell.does("backup", str(file))
    async with database.transaction() as session:
        await leases.take(session, "poller", "a process", 60)
    said = await shell.does("restore", str(file), "--replace")
    assert said.status == 1
    assert "still runs" in said.err


async def test_answers_of_an_anonymous_survey_are_in_a_copy_only_under_its_own_key_and_end_with_it(
    database: Database, tmp_path: Path
) -> None:
    key = key_file(tmp_path, KEYS.root)
    database.keys = load_or_make_keys(key)
    shell, copy = shell_for(database.url, key), tmp_path / "copy.db"
    poll = await anonymous.opened(database, 5)
    for who in poll.asked:
        await poll.fill(who, anonymous.answers("A", words="Rahasia"))
    async with database.transaction() as session:
        await inbox.receive(session, [Arrival(77, 5001, {"data": "sv_choose"})], anonymous.TUESDAY)
    assert (await shell.does("backup", str(copy))).status == 0
    with closing(sqlite3.connect(copy)) as file:
        assert file.execute("SELECT payload_sealed, answer_sealed FROM updates").fetchall() == [(None, None)]
        sealed = file.execute("SELECT sent_sealed FROM survey_drafts").fetchall()
    purposes = ("survey_drafts", f"survey_drafts/{poll.round_id}", "survey_answers", "dialogs")
    for purpose in purposes:  # nothing that follows from the key file opens them
        with pytest.raises(SealBroken):
            database.keys.seal(purpose).open(sealed[0][0])

    async with database.transaction() as session:
        assert await keeping.begin_anew(session) == 0, "the key is there still: everybody goes on"
    database.keys.rounds.destroy(poll.round_id)
    said = await shell.does("check")
    assert f"round {poll.round_id} is missing" in said.out
    said = await shell.does("restore", str(copy), "--replace")
    assert "1 anonymous surveys are open in the copy" in said.out, said.err
    assert await drafts(database) == []
    assert await keeping.mend(database) == 1
    await poll.fill(poll.asked[0], anonymous.answers("B"))
    assert len(await drafts(database)) == 1


async def drafts(database: Database) -> list[SurveyDraft]:
    async with database.reading() as session:
        return list(await session.scalars(select(SurveyDraft)))
