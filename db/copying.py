"""Rows from one database to another of either kind, table by table, whatever the revision of their schema."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

CHUNK = 1000
"""Rows moved at once: enough to be quick, few enough for any memory."""
NOT_COPIED = frozenset({"alembic_version"})
BLANKED = {"updates": ("payload_sealed", "answer_sealed")}
"""Columns no copy holds: whatever was under way is closed when a copy is put back, and what was pressed a moment before
it was made, perhaps in an anonymous survey, would outlive that survey's key in it."""


class Tables(list[Table]):
    """The tables of a database as they are, a table before those that name its rows."""

    @classmethod
    async def of(cls, connection: AsyncConnection, *, without: Iterable[str] = ()) -> "Tables":
        """Read them from the database itself: its schema may be older than this program's."""
        return cls(await connection.run_sync(_reflect, NOT_COPIED | frozenset(without)))


def _reflect(connection: Connection, without: frozenset[str]) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    tables = [table for table in metadata.sorted_tables if table.name not in without]
    for column in (column for table in tables for column in table.columns):
        if isinstance(column.type, JSON):
            column.type.none_as_null = True
    return tables


async def copy_rows(source: AsyncConnection, target: AsyncConnection, tables: Tables) -> dict[str, int]:
    """Copy every row of these tables, which both have, and give how many each has."""
    kind = target.dialect.name
    there = {table.name: table for table in await Tables.of(target)}
    counts = dict.fromkeys((table.name for table in tables), 0)
    for table in tables:
        blank = dict.fromkeys(BLANKED.get(table.name, ()))
        ordered = select(table).order_by(*table.primary_key.columns)
        async with source.stream(ordered) as rows:
            async for chunk in rows.mappings().partitions(CHUNK):
                await target.execute(insert(there[table.name]), [_told(kind, row) | blank for row in chunk])
                counts[table.name] += len(chunk)
    return counts


def _told(kind: str, row: Any) -> dict[str, Any]:
    """Say instants as the other database keeps them: SQLite in UTC without a zone, PostgreSQL with it."""
    return {name: _instant(kind, value) if isinstance(value, datetime) else value for name, value in row.items()}


def _instant(kind: str, value: datetime) -> datetime:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None) if kind == "sqlite" else aware


async def count_rows(connection: AsyncConnection, tables: Sequence[Table]) -> dict[str, int]:
    """Count the rows of tables."""
    return {table.name: await connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


async def drop_everything(connection: AsyncConnection) -> None:
    """Drop every table, for a copy to take their place in the same transaction."""

    def drop(sync: Connection) -> None:
        metadata = MetaData()
        metadata.reflect(sync)
        metadata.drop_all(sync)

    await connection.run_sync(drop)


async def postpone_references(connection: AsyncConnection) -> None:
    """Let PostgreSQL check foreign keys once all rows are there: rows of one table may name each other."""
    for table, constraint in await _references(connection):
        await connection.execute(
            text(f'ALTER TABLE {table} ALTER CONSTRAINT "{constraint}" DEFERRABLE INITIALLY DEFERRED')
        )


async def check_references(connection: AsyncConnection) -> None:
    """Check the postponed foreign keys, make them immediate again, and let new ids follow the copied ones."""
    await connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, constraint in await _references(connection):
        await connection.execute(text(f'ALTER TABLE {table} ALTER CONSTRAINT "{constraint}" NOT DEFERRABLE'))
    counted = await connection.execute(
        text(
            "SELECT quote_ident(table_name), quote_ident(column_name) FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND is_identity = 'YES'"
        )
    )
    for table, column in counted.all():
        await connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 0) + 1, false) "  # noqa: S608 - names out of the catalogue
                f"FROM {table}"
            )
        )


async def _references(connection: AsyncConnection) -> Sequence[Any]:
    found = await connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    )
    return found.all()
