"""The schema's version: bring a database to head, or say how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from db.engine import Database
from db.errors import DomainError

HERE = Path(__file__).parent / "migrations"


class ForeignKeysBroken(DomainError):
    """After a migration some row names a row that is not there; nothing was committed."""


def config(connection: Connection | None = None) -> Config:
    """Give Alembic's configuration; the connection is ours, so that one transaction holds the whole upgrade."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """Name the newest revision this program knows."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None
    return newest


def revisions() -> list[str]:
    """Name every revision this program knows, the oldest first."""
    known = ScriptDirectory.from_config(config()).walk_revisions()
    return [script.revision for script in known][::-1]


def upgrade_on(connection: Connection, revision: str = "head") -> None:
    """Bring the database behind a connection to a revision, inside its transaction."""
    command.upgrade(config(connection), revision)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise ForeignKeysBroken(tables=sorted({row[0] for row in broken}))


async def upgrade(database: Database) -> None:
    """Bring the database to head in one transaction.

    SQLite rebuilds tables for a change, so its foreign keys are off meanwhile and checked before the commit.
    """
    async with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            raw = await connection.get_raw_connection()
            await raw.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            async with connection.begin():
                await connection.run_sync(upgrade_on)
        finally:
            if database.dialect == "sqlite":
                await raw.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


async def current(database: Database) -> str | None:
    """Name the revision the database is at; None for an empty one."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
