"""`backup` and `restore`: a consistent copy while the bot runs, and back into an empty database, on hold."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot import journal
from bot.commands.migrating import copy_beside, copy_over
from bot.commands.opening import any_database, at_head, civil_clock, is_missing, shown
from bot.commands.refusals import Refused
from bot.settings import Settings
from db import audit, copies, copying, endings, facts, inbox, keyproof, leases, schema
from db.clock import Clock, system_now
from db.copies import Label
from db.emptiness import refuse_filled
from db.engine import Database
from db.sender_lock import SenderLock
from db.surveys import keeping

SLACK = timedelta(minutes=10)
"""The journal is applied from this long before the copy: a transaction may end later than the moment it wrote."""


async def backup(settings: Settings, file: Path) -> None:
    """Copy the database into a new file."""
    async with at_head(settings) as database:
        clock = await civil_clock(database, settings)
        unfinished = file.with_name(f"{file.name}.unfinished")
        _refuse_existing(file, unfinished)
        try:
            label = await copies.make(database, unfinished, clock.now())
            _finish(unfinished, file)
        finally:
            unfinished.unlink(missing_ok=True)
    rows = sum(label.counts.values())
    print(
        f"{file}: {rows} rows of {len(label.counts)} tables; the key file {settings.key_file} is not in it: keep both"
    )


def _refuse_existing(*files: Path) -> None:
    for file in files:
        if file.exists():
            raise Refused(f"{file} is there already: name another file, or take it away")


def _finish(unfinished: Path, file: Path) -> None:
    with unfinished.open("rb") as made:
        os.fsync(made.fileno())
    unfinished.rename(file)


async def restore(settings: Settings, file: Path, *, replace: bool) -> None:
    """Put a copy back into an empty database (or, with `replace`, in place of what is there), on hold."""
    label = copies.read_label(file)
    if not settings.key_file.exists():  # a new one would only hide that the copy's own is missing
        raise Refused(
            f"the key file {settings.key_file} is missing: put the key file of the copied database there "
            "(TEMAN_KEY_FILE names its place); without it the copy cannot be read"
        )
    async with any_database(settings) as database:
        with SenderLock(database.path):  # nobody may send from what is being taken away
            await _refuse_use(database, replace=replace)
            async with _place(database) as target:
                await copies.put_back(file, label, target)
                report = await _settle(target, database, label, settings)
    print("\n".join([f"{shown(settings)} holds the copy of {label.made_at:%Y-%m-%d %H:%M} UTC", *report]))


async def _refuse_use(database: Database, *, replace: bool) -> None:
    """Raise unless the database may be filled: it is empty or to be replaced, and no process serves it."""
    at = None if is_missing(database) else await schema.current(database)
    if at is None:
        return
    if at != schema.head():
        if not replace:
            raise Refused(f"there is a database at {at} already: name another one, or say --replace")
        return
    async with database.reading() as session:
        if await leases.held(session):
            raise Refused("the bot still runs on this database: stop every process of it first")
        if not replace:
            await refuse_filled(session)


@asynccontextmanager
async def _place(database: Database) -> AsyncIterator[AsyncConnection]:
    """Open the place for the copy: all of it takes the old one's place at the end, or nothing does."""
    if database.path is None:
        async with copies.writing(database) as target:
            await copying.drop_everything(target)
            yield target
        return
    beside = Database(f"{database.url}.restoring", database.keys)
    assert beside.path is not None
    _forget(beside.path)
    try:
        async with copies.writing(beside) as target:
            yield target
        await beside.close()
        await database.close()
        _exchange(beside.path, database.path)
    finally:
        await beside.close()
        _forget(beside.path)


def _exchange(fresh: Path, old: Path) -> None:
    """Write the fresh database over the old one in a transaction: whoever has the file open sees it, too."""
    if old.exists():
        kept = copy_beside(old, "replaced", system_now())
        print(f"what was there is kept in {kept}")
    copy_over(fresh, old)


def _forget(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


async def _settle(target: AsyncConnection, database: Database, label: Label, settings: Settings) -> list[str]:
    """Check the copy, close what came in before it, end again what was ended since, and hold what goes out."""
    async with AsyncSession(bind=target, expire_on_commit=False, info={"keys": database.keys}) as session:
        await keyproof.prove(session)
        if (broken := await audit.broken_at(session)) is not None:
            raise Refused(f"the copy's audit chain is broken at entry {broken}: use another copy")
        now = Clock(settings.zone, offset=await facts.clock_offset(session)).now()
        closed = await inbox.close_all(session, now)
        journalled = [one for one in journal.read(journal.place(settings.key_file)) if one.at >= label.made_at - SLACK]
        anew = await keeping.begin_anew(session)  # first: endings may have to open what people answered
        ended = await endings.apply(session, journalled)
        hold = {"copied_at": label.made_at.isoformat(), "restored_at": now.isoformat()}
        await facts.put(session, facts.HOLD, hold)
        counts = {"closed_updates": closed, "ended_again": ended, "surveys_anew": anew}
        await audit.write(session, "database.restore", at=now, subject="database", via="shell", **counts)
        await session.flush()
    lines = len(journalled)
    return [
        f"{closed} updates that were under way then are closed, not dealt with again",
        f"{ended} links, consents, roles, answers ended since then are ended again (journal: {lines} lines)",
        *_anew(anew),
        "on hold: answers work, nothing unasked is sent until an admin confirms in /kantor; start `teman-mutasi run`",
    ]


def _anew(rounds: int) -> list[str]:
    if not rounds:
        return []
    words = (
        "anonymous surveys are open in the copy, but their key was destroyed when they were closed after it was made"
    )
    anew = "they are asked anew, unless the deadline has passed"
    return [f"{rounds} {words}: what people had answered there is gone; {anew}"]
