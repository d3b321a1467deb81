"""The engine, the session, and the only two ways to open one: to change, or to read."""

import asyncio
import logging
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Executable, event, make_url
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from db.away import DatabaseAway, is_away
from db.keys import Keyring
from db.lasting import Lasting, bring_home
from db.sqlite import Driver

Session = AsyncSession
log = logging.getLogger(__name__)

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "wal_autocheckpoint=0",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
)
"""For the disk `transaction` waits itself (`db.lasting.Lasting`): as safe as FULL, and all who commit wait once.
What is in the log is brought home beside the work (`Database._bring_home`), not by whoever commits next.

The last writes zeros over what is deleted: three writes for an update took as long with it as without.
"""

LOG_COMMITS = 1000
"""After so many commits what SQLite's log holds is brought home; some twenty megabytes. Who commits meanwhile waits
for the disk ten milliseconds instead of one."""

COMMITS_TOGETHER = 4
"""Commits that wait for the disk together. In a rush those who came first have their answers while the next are worked
out; with all at once everybody would wait for the last."""

POOL = 16
"""Connections a process keeps; workers beyond them wait their turn."""


def is_sqlite(session: Session) -> bool:
    """Tell whether this session speaks with SQLite."""
    return dialect_of(session) == "sqlite"


def dialect_of(session: Session) -> str:
    """Name the database behind a session: `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def inserting(dialect: str) -> Any:
    """Give the dialect's own `insert`, which can be told what to do where the row is there already."""
    return insert_sqlite if dialect == "sqlite" else insert_postgresql


def changed(result: Any) -> int:
    """Give how many rows a statement changed."""
    assert isinstance(result, CursorResult)
    return result.rowcount


async def directly(session: Session, statement: Executable, values: Any = None) -> CursorResult[Any]:
    """Run a statement on tables in a session's transaction, past the objects the session holds.

    For what runs with every update: it costs a third less. What objects hold unsaved the statement does not see.
    """
    connection: AsyncConnection = session.info.get("connection") or await session.connection()
    return await connection.execute(statement, values)


def keys_of(session: Session) -> Keyring:
    """Give the keys that came with the session."""
    keyring = session.info["keys"]
    assert isinstance(keyring, Keyring)
    return keyring


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA busy_timeout=0")  # who may wait says so (`db.sqlite`)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    # Not as a statement of SQLAlchemy's: half of what an empty transaction costs would be that.
    try:
        connection.connection.cursor().execute(f"BEGIN {mode}")
    except sqlite3.Error as refused:
        raise OperationalError("BEGIN", None, refused) from refused


def make_engine(url: str) -> AsyncEngine:
    """Make the engine for a SQLAlchemy address; SQLite gets WAL, foreign keys and BEGIN IMMEDIATE.

    IMMEDIATE, because a transaction that reads first and writes later cannot wait for its turn: SQLite refuses the
    upgrade at once, whatever the busy time-out.
    """
    sqlite = url.startswith("sqlite")
    engine = create_async_engine(
        url,
        module=Driver() if sqlite else None,
        pool_size=POOL,
        max_overflow=POOL,
        pool_pre_ping=not sqlite,
        hide_parameters=True,  # they are people's data, and errors go to the log
    )
    if sqlite:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


@asynccontextmanager
async def connecting() -> AsyncIterator[None]:
    """Name what fails while a connection is made: the drivers raise whatever the network or the server said."""
    try:
        yield
    except Exception as error:
        refused = isinstance(error, OSError) or hasattr(error, "sqlstate")
        if refused and not is_away(error):
            raise DatabaseAway(type(error).__name__) from error
        raise


@dataclass
class Database:
    """A database with its keys; every session of the program is opened here."""

    url: str
    keys: Keyring
    engine: AsyncEngine = field(init=False)
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(COMMITS_TOGETHER))
    _lasting: Lasting = field(init=False)
    _writer: AsyncConnection | None = None
    _commits: int = 0
    _tidying: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.engine = make_engine(self.url)
        self._lasting = Lasting(self.path)

    @property
    def dialect(self) -> str:
        """Name the database: `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def path(self) -> Path | None:
        """Give the file of a SQLite database, None for PostgreSQL."""
        name = make_url(self.url).database
        return Path(name) if self.dialect == "sqlite" and name else None

    @asynccontextmanager
    async def transaction(self, *, lasting: bool = True) -> AsyncIterator[Session]:
        """Open a session that commits at the end, or changes nothing when something is raised.

        It returns when what was committed is on the disk; not `lasting`, before that: for what does no harm when the
        machine loses it, and on the strength of which nobody acts who does not commit something after it.
        On SQLite writers of this process queue here in order: its own waiting sleeps in growing steps and would make a
        tap wait for a hundred milliseconds behind a one-millisecond write. A few at a time go to the disk together.
        """
        if self.dialect != "sqlite":
            async with self._committing() as session:
                yield session
            return
        async with self._few if lasting else nullcontext():
            async with self._writing, self._committing() as session:
                yield session
            if lasting:
                await self._lasting.wait()
        self._tidy()

    @asynccontextmanager
    async def _committing(self) -> AsyncIterator[Session]:
        connection = await self._connected()
        session = self._session(connection)
        try:
            async with connecting():
                await connection.begin()
            yield session
            if session.in_transaction():  # what only spoke with tables has nothing to be written by the session
                await session.commit()
            await connection.commit()
        except BaseException:
            await asyncio.shield(self._taken_back(session, connection))  # also when cancelled
            raise
        await self._left(session, connection)

    def _tidy(self) -> None:
        self._commits += 1
        if self._commits >= LOG_COMMITS and self.path is not None and (self._tidying is None or self._tidying.done()):
            self._commits = 0
            self._tidying = asyncio.create_task(self._bring_home(self.path))

    async def _bring_home(self, path: Path) -> None:
        """Empty the log: most of it while others write, the rest while nobody does, so that it starts anew."""
        try:
            await asyncio.to_thread(bring_home, path)
            async with self._writing:
                await asyncio.to_thread(bring_home, path)
        except (sqlite3.Error, OSError) as fault:  # the log grows a little longer
            log.warning("the write-ahead log was not brought home", extra={"fault": type(fault).__name__})

    async def _connected(self) -> AsyncConnection:
        if self.dialect != "sqlite":
            async with connecting():
                return await self.engine.connect()
        if self._writer is None:
            self._writer = await self.engine.connect()  # kept: only one writes at a time
        return self._writer

    async def _left(self, session: Session, connection: AsyncConnection) -> None:
        if session.sync_session.identity_map or session.in_transaction():
            await session.close()
        if connection is not self._writer:
            await connection.close()

    async def _taken_back(self, session: Session, connection: AsyncConnection) -> None:
        self._writer = None  # whatever went wrong, the next one has another
        await session.close()
        await connection.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """Open a session that only reads; on SQLite it holds nobody up."""
        async with AsyncExitStack() as stack:
            async with connecting():
                connection = await stack.enter_async_context(self.engine.connect())
            await connection.execution_options(sqlite_begin="DEFERRED", postgresql_readonly=True)
            async with self._session(connection) as session:
                yield session

    def _session(self, connection: AsyncConnection) -> Session:
        return AsyncSession(connection, expire_on_commit=False, info={"keys": self.keys, "connection": connection})

    async def close(self) -> None:
        """Close every connection."""
        if self._tidying is not None:
            await self._tidying
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
        await self.engine.dispose()
