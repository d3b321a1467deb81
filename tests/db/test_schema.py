"""The history of the schema ends where the models stand, and what an older release kept comes with it."""

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from db import schema
from db.engine import Database
from db.models import Base
from tests import factories
from tests.city import MORNING
from tests.survey_answers import answered, staff


async def test_the_migrated_schema_is_the_models_schema(database: Database) -> None:
    def difference(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(difference) == []


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert await schema.current(database) == schema.head()
    await schema.upgrade(database)
    assert await schema.current(database) == schema.head()


def everything(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table but the one in which the revision stands."""
    tables = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
    rows = {name: connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables}  # noqa: S608
    return {name: sorted((tuple(row) for row in found), key=repr) for name, found in rows.items()}


@pytest.mark.parametrize("release", schema.revisions()[:-1])
async def test_what_a_release_kept_is_there_after_the_upgrade(database: Database, release: str) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(schema.config(sync), release))
    async with database.transaction() as session:
        if release == "0001":
            for number in range(20):
                who = await factories.employee(session, f"Pegawai {number}", at=MORNING)
                await factories.link(session, who, 7_000_000 + number, at=MORNING)
        else:
            await answered(session, await staff(session))
    async with database.engine.connect() as connection:
        before = await connection.run_sync(everything)
    assert sum(map(len, before.values())) > 40
    await schema.upgrade(database)
    async with database.engine.connect() as connection:
        after = await connection.run_sync(everything)
    assert await schema.current(database) == schema.head()
    assert {name: after[name] for name in before} == before
