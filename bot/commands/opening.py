"""Opening the database for a command: with its own key, and at head."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.refusals import Refused
from bot.settings import Settings
from db import facts, keyproof, schema
from db.clock import Clock, system_now
from db.engine import Database
from db.keys import Keyring, load_or_make_keys


def shown(settings: Settings) -> str:
    """Give the database's address as it may be printed."""
    return make_url(settings.database_url).render_as_string(hide_password=True)


def is_missing(database: Database) -> bool:
    """Tell whether this is SQLite and its file is not there; connecting would make an empty one."""
    return database.path is not None and not database.path.exists()


@asynccontextmanager
async def any_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database however old it is, even one not made yet; makes the key file where there is none.

    Raises `Refused` when the key file is missing although the database was begun with one, `KeyFileWrong` when it
    belongs to another database.
    """
    async with reaching(settings):
        database = Database(settings.database_url, await _keys(settings))
    try:
        if await _has_facts(database):
            async with database.reading() as session:
                await keyproof.prove(session)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def reaching(settings: Settings) -> AsyncIterator[None]:
    """Say in words that the database cannot be reached, whatever the driver raises then."""
    try:
        yield
    except Exception as error:
        if not (isinstance(error, OSError | SQLAlchemyError) or hasattr(error, "sqlstate")):
            raise
        raise Refused(
            f"the database {shown(settings)} cannot be reached ({type(error).__name__}): see that it runs and that "
            "TEMAN_DATABASE_URL names it rightly"
        ) from error


@asynccontextmanager
async def at_head(settings: Settings) -> AsyncIterator[Database]:
    """Open a database that is at head; raises `Refused` naming `migrate` when it is not."""
    keyless = Database(settings.database_url, Keyring.fresh())
    try:
        async with reaching(settings):  # before a key file is made that nobody needs yet
            await require_head(keyless, settings)
    finally:
        await keyless.close()
    async with any_database(settings) as database:
        yield database


async def require_head(database: Database, settings: Settings) -> None:
    """Raise `Refused` unless the database is at the revision this program works with."""
    at = None if is_missing(database) else await schema.current(database)
    if at == schema.head():
        return
    if at is None:
        raise Refused(f"the database {shown(settings)} is not made yet: run `teman-mutasi migrate`")
    if at not in schema.revisions():
        raise Refused(f"the database is at {at}, which is newer than this program: use the newer program again")
    raise Refused(f"the database is at {at}, this program works with {schema.head()}: run `teman-mutasi migrate`")


async def civil_clock(database: Database, settings: Settings) -> Clock:
    """Give the civil clock: the machine's, and a demo's own where the database is one."""
    async with database.reading() as session:
        return Clock(settings.zone, offset=await facts.clock_offset(session), source=system_now)


async def _keys(settings: Settings) -> Keyring:
    begun = await _was_begun(settings)
    if begun and not settings.key_file.exists():
        raise Refused(
            f"the key file {settings.key_file} is missing, and this database was sealed with it: put it back "
            "(TEMAN_KEY_FILE names its place); without it phones, questions and letters cannot be read any more"
        )
    return load_or_make_keys(settings.key_file)


async def _was_begun(settings: Settings) -> bool:
    database = Database(settings.database_url, Keyring.fresh())
    try:
        if not await _has_facts(database):
            return False
        async with database.reading() as session:
            return await facts.get(session, keyproof.PROOF) is not None
    finally:
        await database.close()


async def _has_facts(database: Database) -> bool:
    return not is_missing(database) and await schema.current(database) is not None
