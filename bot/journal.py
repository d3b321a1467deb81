"""The journal of what people ended, a file beside the key: a restored copy does not bring back what was withdrawn."""

import asyncio
import fcntl
import json
import logging
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from db import endings
from db.away import is_away
from db.endings import BEGINNING, Ending
from db.engine import Database

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two looks; what was ended within them before the machine is lost is not in the journal."""
OVERLAP = timedelta(hours=1)
"""Looked at again each time: a transaction may end later than the moment it wrote down."""


def place(key_file: Path) -> Path:
    """Give where the journal lies."""
    return key_file.with_name(f"{key_file.name}.journal")


def read(path: Path) -> list[Ending]:
    """Read the journal, empty when there is none; a line cut off by a crash is left out."""
    if not path.exists():
        return []
    return [ending for line in path.read_text().splitlines() if (ending := _ending(line)) is not None]


def _ending(line: str) -> Ending | None:
    try:
        told = json.loads(line)
        return Ending(told["kind"], int(told["id"]), datetime.fromisoformat(told["at"]), told["reason"])
    except (ValueError, KeyError, TypeError):
        return None


def _line(one: Ending) -> str:
    return json.dumps({"kind": one.kind, "id": one.id, "at": one.at.isoformat(), "reason": one.reason}) + "\n"


async def keep(database: Database, path: Path) -> int:
    """Add what ended since the last look; give how many lines that were."""
    known = await asyncio.to_thread(read, path)
    last = max((one.at for one in known), default=BEGINNING + OVERLAP)
    async with database.reading() as session:
        found = await endings.since(session, last - OVERLAP)
    fresh = [one for one in found if one not in set(known)]
    if fresh:
        await asyncio.to_thread(_append, path, fresh)
    return len(fresh)


def _append(path: Path, fresh: Iterable[Ending]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # two processes of one machine share it
        file.write("\n" if _is_cut(path) else "")
        file.writelines(map(_line, fresh))
        file.flush()
        os.fsync(file.fileno())


def _is_cut(path: Path) -> bool:
    whole = path.read_bytes()
    return bool(whole) and not whole.endswith(b"\n")


async def follow(database: Database, path: Path) -> None:
    """Keep the journal until cancelled, with a last look then."""
    try:
        while True:
            await _try(database, path)
            await asyncio.sleep(EVERY)
    finally:
        await _try(database, path)


async def _try(database: Database, path: Path) -> None:
    try:
        await keep(database, path)
    except Exception as fault:
        if not is_away(fault):
            log.exception("the journal could not be kept")
