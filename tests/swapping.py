"""The swap game: two who are alike exchange their answers, and once the round is closed nothing tells that they did.

What is random on purpose is known here: the second run shuffles with the two exchanged, so that an honest closing
leaves the same rows under the same ids; what is sealed is opened.
"""

import io
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

from python_calamine import CalamineWorkbook

from bot.application import load_tools
from bot.settings import Settings
from content.charts.fillers import FILLERS
from db import copies
from db.engine import Database
from db.surveys import closing, publications, rounds
from handlers.office.survey_results import download
from tests import anonymous, snapshots
from tests.city import MORNING
from tests.postgres import PostgreSQL
from tests.swap_runs import OPEN_FOR, Run, kept_log, told

Leak = Callable[[Run], AbstractContextManager[None]]


def honest(_run: Run) -> AbstractContextManager[None]:
    """Plant nothing."""
    return nullcontext()


@asynccontextmanager
async def closed(run: Run, leak: Leak = honest, server: PostgreSQL | None = None) -> AsyncIterator[Database]:
    """Close a copy of a run; the database is given while it is still open, as a thief would find it."""
    database = await run.copy(server)
    database.owner = "proses"
    moment = MORNING + OPEN_FOR
    try:
        with run.sealed.on(), leak(run):
            async with database.transaction() as session:
                for round_ in await rounds.due(session, moment):
                    await rounds.close(session, round_, moment, None)
            clock = anonymous.clock_at(moment + timedelta(minutes=1))
            assert await closing.close_due(database, clock, run.chance()) == 1
        yield database
    finally:
        await database.close()
        if server is not None:
            await server.execute(f"DROP DATABASE {database.engine.url.database} WITH (FORCE)")


WANTED = ("survey_drafts", "updates", "answers", "dialogs")
"""Purposes of what the close must not leave in any file."""


async def told_by(
    run: Run, leak: Leak = honest, server: PostgreSQL | None = None, *, copied: bool = False
) -> snapshots.Snapshot:
    """Close a copy of a run and give everything that can be found out then.

    `copied`: from a backup and from the published results, too.
    """
    with kept_log(log := io.StringIO()):
        async with closed(run, leak, server) as database:
            purposes = run.sealed.purposes
            left = snapshots.left_in(await snapshots.files_of(database), purposes, WANTED)
            taken = await snapshots.of(database, purposes) | {"files": left}
            if copied:
                taken |= await _backup(database, purposes) | await _export(database, run)
    return taken | {"log": told(log) + told(run.log)}


async def _backup(database: Database, purposes: Mapping[bytes, str]) -> snapshots.Snapshot:
    path = Path(tempfile.mkdtemp(prefix="tm-swap-")) / "copy.db"
    await copies.make(database, path, MORNING)
    copy = Database(f"sqlite+aiosqlite:///{path}", database.keys)
    found = {f"{name} in a backup": rows for name, rows in (await snapshots.of(copy, purposes)).items()}
    await copy.close()
    found["files of a backup"] = snapshots.left_in([path], purposes, WANTED)
    shutil.rmtree(path.parent)
    return found


async def _export(database: Database, run: Run) -> snapshots.Snapshot:
    """Publish the results as an officer does, and take what the workbook says; its texts are shuffled each time."""
    clock = anonymous.clock_at(MORNING + OPEN_FOR + timedelta(hours=1))
    async with database.transaction() as session:
        round_ = await rounds.get(session, run.round_id)
        prepared = await publications.prepare(session, round_, FILLERS)
        await publications.publish(session, round_, prepared, round_.author_id, clock.now())
    parts = {"minutes": 60, "rows": False, "texts": True, "special": False}
    built = await download.build(load_tools(Settings(), database, clock), {"round": run.round_id, **parts}, "id")
    book = CalamineWorkbook.from_filelike(io.BytesIO(built.content))
    return {f"sheet {name}": sorted(map(repr, book.get_sheet_by_name(name).to_python())) for name in book.sheet_names}


async def play(
    runs: Sequence[Run], leak: Leak = honest, server: PostgreSQL | None = None, *, copied: bool = False
) -> list[str]:
    """Name what tells the two runs apart, and files in which something was left."""
    first, second = [await told_by(run, leak, server, copied=copied) for run in runs]
    left = [name for name in first if name.startswith("files") and (first[name] or second[name])]
    return sorted({*snapshots.differences(first, second), *left})
