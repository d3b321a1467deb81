"""Everything a database tells, in a form in which two can be compared: rows opened and sorted, order, file contents."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, Table, select, text

from db.engine import Database, Session
from db.keys import Keyring, SealBroken
from db.models import Base

OF_THE_MACHINE = {"leases", "budgets", "ticks"}
"""Tables that tell which process did its part when, by the machine's clock, and nothing of anybody."""
RANKED = {"chat_queues": ("lease_until",)}
"""Columns in the machine's time: only what comes before what is told."""
BEGINNING = 12
"""Bytes by which a ciphertext is known."""

Snapshot = dict[str, Any]


async def of(database: Database, purposes: Mapping[bytes, str]) -> Snapshot:
    """Take everything: each table's rows with what is sealed opened, on PostgreSQL also who was written with whom."""
    taken: Snapshot = {}
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in OF_THE_MACHINE:
                taken[table.name] = await _rows(session, table, database.keys, purposes)
        if database.dialect == "postgresql":
            taken |= await _written(session)
    return taken


async def _rows(session: Session, table: Table, keys: Keyring, purposes: Mapping[bytes, str]) -> list[str]:
    found = [dict(row) for row in (await session.execute(select(table))).mappings()]
    for name in RANKED.get(table.name, ()):
        order = sorted({row[name] for row in found})
        for row in found:
            row[name] = order.index(row[name])
    sealed = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
    for row in found:
        row |= {name: _opened(row[name], keys, purposes) for name in sealed if row[name] is not None}
    return sorted(repr({name: _plain(value) for name, value in row.items()}) for row in found)


def _opened(sealed: bytes, keys: Keyring, purposes: Mapping[bytes, str]) -> tuple[str, str]:
    """Open what a key that is still there opens; anything else stays as it is, and differs from run to run."""
    purpose = purposes.get(sealed[:BEGINNING], "?")
    try:
        return purpose, keys.seal(purpose).open(sealed)
    except SealBroken:
        return purpose, sealed.hex()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def _written(session: Session) -> Snapshot:
    """Tell in which order the rows of surveys lie, and which were written by one transaction."""
    tables = [table for table in Base.metadata.sorted_tables if table.name.startswith("survey_")]
    order: Snapshot = {}
    writers: set[int] = set()
    for table in tables:
        keys = ", ".join(column.name for column in table.primary_key)
        rows = (await session.execute(text(f"SELECT xmin::text::bigint, {keys} FROM {table.name} ORDER BY ctid"))).all()  # noqa: S608
        order[f"{table.name} as written"] = [tuple(row) for row in rows]
        writers |= {row[0] for row in rows}
    ranks = {writer: rank for rank, writer in enumerate(sorted(writers))}
    return {name: [(ranks[row[0]], *row[1:]) for row in rows] for name, rows in order.items()}


async def files_of(database: Database) -> list[Path]:
    """List the files of a database; of PostgreSQL not its own log, which it writes over in its time."""
    if database.path is not None:
        return [one for one in database.path.parent.iterdir() if one.name.startswith(database.path.name)]
    async with database.engine.connect() as connection:
        await connection.execute(text("CHECKPOINT"))
        folder = await connection.scalar(text("SELECT current_setting('data_directory')"))
        table = await connection.scalar(text("SELECT pg_relation_filepath('updates')"))
    return [one for one in (Path(str(folder)) / str(table)).parent.iterdir() if one.is_file()]


def left_in(files: Iterable[Path], purposes: Mapping[bytes, str], wanted: tuple[str, ...]) -> list[str]:
    """Name the purposes of ciphertexts that the files still hold, of those that begin as wanted."""
    whole = b"\0".join(file.read_bytes() for file in files)
    return sorted({purpose for start, purpose in purposes.items() if purpose.startswith(wanted) and start in whole})


def differences(one: Snapshot, other: Snapshot) -> list[str]:
    """Name what two snapshots tell differently."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
