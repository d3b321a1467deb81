"""The closing of an anonymous round killed at each of its points: the next process finishes it, and it is done once."""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select

from db.engine import Database
from db.keys import Keyring
from db.models import AuditEntry, SurveyBallot, SurveyDraft, SurveyRound
from db.round_keys import RoundKeyFiles
from db.surveys import closing, rewriting, traces
from tests import anonymous
from tests.crashes.process import SERVER
from tests.crashes.town import SOON
from tests.snapshots import files_of

POINTS = {
    "before the commit": (rewriting, "rewrite"),
    "before the key is destroyed": (RoundKeyFiles, "destroy"),
    "before the files are scrubbed": (traces, "scrub"),
}


@dataclass(frozen=True)
class Told:
    """What a process is told: where everything is, and at which point it dies."""

    url: str
    root: bytes
    keys: Path
    days: float
    point: str | None


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def close(told: Told) -> None:
    """Be the process that closes, until the point at which it is killed."""
    database = Database(told.url, Keyring(told.root, RoundKeyFiles(told.keys)))
    if told.point is None:
        asyncio.run(closed(database, told.days))
        return
    where, name = POINTS[told.point]
    whole = getattr(where, name)

    async def rewritten(*arguments: Any) -> None:
        await whole(*arguments)
        die()

    with patch.object(where, name, rewritten if name == "rewrite" else die):
        asyncio.run(closed(database, told.days))


async def closed(database: Database, days: float) -> None:
    await closing.close_due(database, anonymous.clock_at(anonymous.TUESDAY + timedelta(days=days)))
    await database.close()


def ended(told: Told) -> int | None:
    process: ForkServerProcess = SERVER.Process(target=close, args=(told,), daemon=True)
    process.start()
    process.join(SOON)
    code = process.exitcode
    process.close()
    return code


@dataclass(frozen=True)
class Found:
    """What is there between two processes."""

    state: str
    drafts: int
    ballots: tuple[int, ...]
    key: bool


async def found(database: Database, poll: anonymous.Poll, keys: Path) -> Found:
    async with database.reading() as session:
        state = await session.scalar(select(SurveyRound.state).where(SurveyRound.id == poll.round_id))
        drafts = await session.scalar(select(func.count()).select_from(SurveyDraft))
        ballots = await session.scalars(select(SurveyBallot.id).order_by(SurveyBallot.id))
        return Found(str(state), drafts or 0, tuple(ballots), (keys / str(poll.round_id)).exists())


async def test_killed_at_each_point_it_goes_on_from_there_and_nothing_is_done_twice(
    database: Database, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    database.keys = Keyring(database.keys.root, RoundKeyFiles(keys))
    poll = await anonymous.opened(database, 6)
    for who in poll.asked:
        await poll.fill(who, anonymous.answers("A", words="Rahasia"))
    async with database.reading() as session:
        sealed = [one for one in await session.scalars(select(SurveyDraft.sent_sealed)) if one is not None]
    await poll.end()
    states = []
    for point in (*POINTS, None):
        code = await asyncio.to_thread(ended, Told(database.url, database.keys.root, keys, 4, point))
        assert code == (0 if point is None else -signal.SIGKILL), point
        states.append(await found(database, poll, keys))
    ballots = states[1].ballots
    assert len(ballots) == len(set(ballots)) == 6
    assert states == [
        Found("closing", 6, (), key=True),
        Found("closing", 0, ballots, key=True),
        Found("closing", 0, ballots, key=False),
        Found("closed", 0, ballots, key=False),
    ]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).where(AuditEntry.act == "survey.rewritten")) == 1
    whole = b"".join(file.read_bytes() for file in await files_of(database))
    assert [one for one in sealed if one[:12] in whole] == []
