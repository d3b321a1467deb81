"""A consistent copy of the database as one SQLite file, taken while it runs, and put back into either kind."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from db import copying, schema
from db.copying import Tables
from db.engine import Database
from db.errors import DomainError

FORMAT = 1
LABEL = "teman_mutasi_copy"
"""The table in a copy that says what it is."""
COLUMNS = ("format", "made_at", "revision", "counts")


class NotACopy(DomainError):
    """The file is none of our copies, or it is damaged."""


class CopyTooNew(DomainError):
    """The copy was made by a newer program than this one."""


class CopyIncomplete(DomainError):
    """A table did not come out of the copy with as many rows as its label says."""


@dataclass(frozen=True)
class Label:
    """What a copy says of itself; `made_at` by the civil clock."""

    made_at: datetime
    revision: str
    counts: dict[str, int]


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[AsyncConnection]:
    """Open one unchanging view of everything; writers go on meanwhile."""
    async with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            await connection.execution_options(sqlite_begin="DEFERRED")
        else:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


async def make(database: Database, path: Path, made_at: datetime) -> Label:
    """Copy every table into a new SQLite file, private to its owner; the key file is not part of it."""
    _begin(path)
    revision = await schema.current(database)
    assert revision is not None
    copy = Database(f"sqlite+aiosqlite:///{path}", database.keys)
    try:
        async with _snapshot(database) as source, writing(copy) as target:
            tables = await Tables.of(source)
            await target.run_sync(schema.upgrade_on, revision)
            counts = await copying.copy_rows(source, target, tables)
    finally:
        await copy.close()
    label = Label(made_at, revision, counts)
    _stick(path, label)
    return label


def _begin(path: Path) -> None:
    path.touch(mode=0o600, exist_ok=False)


@asynccontextmanager
async def writing(database: Database) -> AsyncIterator[AsyncConnection]:
    """Open a transaction in which rows may come in any order; on SQLite foreign keys are off meanwhile."""
    async with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            raw: Any = await connection.get_raw_connection()
            await raw.driver_connection.execute("PRAGMA foreign_keys=OFF")
        async with connection.begin():
            yield connection


def _stick(path: Path, label: Label) -> None:
    """Write the label, and leave one plain file: no log of a writer lies beside a copy."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=DELETE")
        file.execute("PRAGMA synchronous=FULL")
        file.execute(f"CREATE TABLE {LABEL} ({', '.join(COLUMNS)})")
        told = (FORMAT, label.made_at.isoformat(), label.revision, json.dumps(label.counts))
        file.execute(f"INSERT INTO {LABEL} VALUES (?, ?, ?, ?)", told)  # noqa: S608 - our own name
        file.commit()


def read_label(path: Path) -> Label:
    """Read what a copy says of itself and check the file; raises `NotACopy` and `CopyTooNew`."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            row = file.execute(f"SELECT {', '.join(COLUMNS)} FROM {LABEL}").fetchone()  # noqa: S608
            whole = file.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise NotACopy(path=str(path)) from error
    if row is None or whole != ("ok",):
        raise NotACopy(path=str(path))
    if row[0] > FORMAT or row[2] not in schema.revisions():
        raise CopyTooNew(path=str(path), revision=row[2])
    return Label(datetime.fromisoformat(row[1]), row[2], json.loads(row[3]))


def _read_only(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path.resolve().as_uri()}?mode=ro&uri=true"


async def put_back(path: Path, label: Label, target: AsyncConnection) -> None:
    """Fill an empty database from a copy and bring it to head; raises `CopyIncomplete`."""
    engine = create_async_engine(_read_only(path))
    postgresql = target.dialect.name == "postgresql"
    try:
        async with engine.connect() as source:
            tables = await Tables.of(source, without={LABEL})
            await target.run_sync(schema.upgrade_on, label.revision)
            if postgresql:
                await copying.postpone_references(target)
            await copying.copy_rows(source, target, tables)
    finally:
        await engine.dispose()
    if postgresql:
        await copying.check_references(target)
    counts = await copying.count_rows(target, tables)
    short = sorted(name for name, count in counts.items() if count != label.counts.get(name))
    if short or counts.keys() != label.counts.keys():
        raise CopyIncomplete(tables=", ".join(short))
    await target.run_sync(schema.upgrade_on, "head")
