"""The ticks of sending: start what is due, end what is too late, take back what was lost, finish what is through."""

from db import batches, outbox
from db.clock import Clock
from db.engine import Database


async def recover(database: Database) -> int:
    """Make messages sendable again whose sender's lease has run out; give how many."""
    async with database.transaction() as session:
        return await outbox.recover(session)


async def expire(database: Database, clock: Clock) -> int:
    """End messages whose time has passed; give how many."""
    async with database.transaction() as session:
        return await outbox.expire(session, clock.now())


async def start_batches(database: Database, clock: Clock) -> list[int]:
    """Let batches run whose time has come; give their ids."""
    async with database.transaction() as session:
        return await batches.start_due(session, clock.now())


async def finish_batches(database: Database, clock: Clock) -> list[int]:
    """Finish batches that have nothing on its way any more; give their ids, for whoever has to be told."""
    async with database.transaction() as session:
        return await batches.finish(session, clock.now())
