"""The history of the schema ends where the models stand."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from db import schema
from db.engine import Database
from db.models import Base


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
