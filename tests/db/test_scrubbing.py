"""What was deleted is not in the files any more; while somebody still reads it, that is said, and tried again."""

from datetime import UTC, datetime

from sqlalchemy import delete, select

from db import inbox, scrubbing
from db.engine import Database
from db.inbox import Arrival
from db.models import Update
from tests.snapshots import files_of

TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


async def files_with(database: Database, what: bytes) -> list[str]:
    return [file.name for file in await files_of(database) if what in file.read_bytes()]


async def test_what_was_deleted_leaves_the_files(database: Database) -> None:
    async with database.transaction() as session:
        await inbox.receive(session, [Arrival(7, 5, {"words": "satu"}), Arrival(8, 5, {"words": "dua"})], TUESDAY)
        kept = await session.scalars(select(Update.payload_sealed).order_by(Update.update_id))
        sealed = [one for one in kept if one is not None]
    assert [bool(await files_with(database, one)) for one in sealed] == [True, True]

    async with database.reading() as reader:
        await reader.execute(select(Update.update_id))  # whoever still sees the rows, such as a copy being made
        async with database.transaction() as session:
            await inbox.mark_effect(session, 7, [], TUESDAY)
            await session.execute(delete(Update).where(Update.update_id == 8))
        assert not await scrubbing.scrub(database, ["updates"], ["audit"], patience=0)
    assert await scrubbing.scrub(database, ["updates"], ["audit"])
    assert [await files_with(database, one) for one in sealed] == [[], []]
    async with database.transaction() as session:  # the connection goes on as before
        await inbox.receive(session, [Arrival(9, 5, {})], TUESDAY)
