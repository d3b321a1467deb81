"""`migrate`: the database to head, an old SQLite file copied first; and the mark of a demo."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.commands.opening import any_database, is_missing, shown
from bot.commands.refusals import Refused
from bot.settings import Settings
from db import facts, keyproof, schema
from db.clock import system_now
from db.emptiness import refuse_filled
from db.engine import Database


async def migrate(settings: Settings, *, demo: bool) -> None:
    """Bring the database to head; with `demo` mark it as one, if it is empty, before anything is in it."""
    async with any_database(settings) as database:
        at = None if is_missing(database) else await schema.current(database)
        if at is not None and at not in schema.revisions():
            raise Refused(f"the database is at {at}, which is newer than this program: use the newer program again")
        if at not in {None, schema.head()}:
            _copy_first(database, str(at))
        await schema.upgrade(database)
        async with database.transaction() as session:
            await keyproof.begin(session)
            if demo and not await facts.is_demo(session):
                await refuse_filled(session)
                await facts.put(session, facts.DEMO, {"since": system_now().isoformat()})
        moved = "was there already" if at == schema.head() else f"came from {at or 'nothing'}"
        print(f"{shown(settings)} is at {schema.head()} ({moved}){', marked as a demo' if demo else ''}")


def _copy_first(database: Database, revision: str) -> None:
    if database.path is None:
        print("PostgreSQL: the migration is one transaction; for a copy use `teman-mutasi backup` before it")
        return
    copy = copy_beside(database.path, f"before-{revision}", system_now())
    print(f"the old database was copied to {copy}")


def copy_beside(path: Path, word: str, at: datetime) -> Path:
    """Copy a SQLite file consistently to a file beside it, named by a word and the moment."""
    copy = path.with_name(f"{path.name}.{word}-{at:%Y%m%dT%H%M%S}")
    copy_over(path, copy)
    return copy


def copy_over(path: Path, target: Path) -> None:
    """Copy a SQLite file consistently, in place of whatever the target holds."""
    target.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
