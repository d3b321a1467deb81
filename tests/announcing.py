"""What tests of announcements share: an officer who gets as far as the preview, ticks, formatted texts, reports."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select

from bot.jobs import JOBS, run_job
from bot.simulator import Person, doings
from bot.simulator.messages import Message
from bot.simulator.people import NotSeenError
from content.sheets import read_table
from db.models import AuditEntry, Employee
from tests.city import City
from tests.sending import add_people

TEXT = "Yth. {{ sapaan }} {{ nama }} dari {{ unit }}, apel pukul 07.30."
SENDING = ("start-batches", "recover", "finish-batches", "announcements")


async def tick(city: City, *names: str) -> None:
    """Let ticks run that a process would run by itself."""
    assert city.service is not None
    for job in JOBS:
        if job.name in (names or SENDING):
            await run_job(city.service.tools, job)


async def comes(city: City, person: Person, part: str, seconds: float = 60.0) -> Message:
    """Let the ticks run until a person sees something after the last act."""
    async with asyncio.timeout(seconds):
        while True:
            await tick(city)
            try:
                return await person.sees(part, new=True, timeout=0.1)
            except NotSeenError:
                city.clock.offset += timedelta(seconds=1)


async def counted(officer: Person, text: str = TEXT, units: Sequence[str] = ()) -> Message:
    """Write an announcement to everyone, or to units given as `Agency` or `Agency/Unit`, up to the counts."""
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks", new=True)
    await officer.says(text)
    await officer.sees("Kepada siapa", new=True)
    if not units:
        await officer.taps("Semua pegawai")
        return await officer.sees("Sasaran:", new=True)
    await picks(officer, units)
    return await officer.sees("Sasaran:", new=True)


async def picks(officer: Person, units: Sequence[str]) -> None:
    """Pick units given as `Agency` or `Agency/Unit`, until all are chosen."""
    await officer.taps("Pilih unit")
    for place in units:
        await officer.sees("Pilih unit", new=True)
        agency, _, unit = place.partition("/")
        await officer.taps(f"{agency} (")
        await officer.sees("Seluruh", new=True)
        await officer.taps(f"{unit} (" if unit else "Seluruh")
        await officer.sees("✓", new=True)
        await officer.taps("Kembali")
    await officer.sees("Sudah dipilih", new=True)
    await officer.taps("Selesai memilih")


async def previewed(officer: Person, text: str = TEXT, units: Sequence[str] = ()) -> Message:
    """Get as far as the button that sends."""
    await counted(officer, text, units)
    await officer.taps("Pratinjau")
    return await officer.sees("Bila sudah benar, silakan kirim", new=True)


async def types(officer: Person, text: str, *entities: tuple[str, str, dict[str, Any]]) -> None:
    """Type a text in which parts are formatted: (kind, part, details of the entity)."""
    officer._acts()
    made = []
    for kind, part, details in entities:
        place = len(text[: text.index(part)].encode("utf-16-le")) // 2
        made.append({"type": kind, "offset": place, "length": len(part.encode("utf-16-le")) // 2, **details})
    doings._post(officer.world, officer.account, officer.chat, text=text, entities=made)


async def report(officer: Person) -> list[dict[str, Any]]:
    """Take the report and read it as Excel would."""
    await officer.taps("Unduh laporan")
    message = await officer.sees("laporan-pengumuman", new=True)
    assert message.document is not None
    titles, *rows = read_table(message.document.data, message.document.name).rows
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


async def renamed(city: City, who: Employee, name: str) -> None:
    """Give somebody another name in the roster, however strange."""
    async with city.database.transaction() as session:
        known = await session.get(Employee, who.id)
        assert known is not None
        known.full_name = name


async def acts(city: City, act: str) -> list[dict[str, Any]]:
    """Give the details of what the audit keeps of an act."""
    async with city.database.reading() as session:
        found = await session.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id))
        return [dict(entry.details) for entry in found]


async def rows_in(city: City, table: type, *which: Any) -> int:
    """Count the rows of a table."""
    async with city.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table).where(*which)) or 0


async def crowd(city: City, count: int) -> list[int]:
    """Let many people have joined at once, after everybody who has a name; give their chats."""
    chats = city.simulator.crowd(count)
    async with city.database.transaction() as session:
        await add_people(session, chats, at=city.clock.now())
    return chats


async def refused(person: Person, part: str, seconds: float = 15.0) -> None:
    """Wait for a refusal of the last act: a line over the chat, or a message where it is long."""
    async with asyncio.timeout(seconds):
        while True:
            for wait in (person.toast, partial(person.sees, new=True)):
                try:
                    await wait(part, timeout=0.1)
                except NotSeenError:
                    continue
                return
