"""Killed in the middle of many rows, an audience being frozen or a roster being saved: all of them or none."""

import asyncio
import sys
from pathlib import Path

from sqlalchemy import func, select

from bot.simulator import Person
from db.models import Announcement, Batch, Employee, EmployeeNumber, Outbox, RosterImport, Unit
from tests.announcing import previewed
from tests.crashes.holding import holding
from tests.crashes.town import Town, until
from tests.rosters import person, workbook
from tests.shell import key_file, shell_for

WHOLE = ("updates", "polling", "delivery", "ticks")


async def rows_of(town: Town, *tables: type) -> list[int]:
    async with town.database.reading() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


async def sends(officer: Person) -> None:
    final = await previewed(officer)
    await officer.taps(next(label for label in final.labels if label.startswith("Kirim ke")))


async def test_an_audience_half_frozen_is_not_there_and_then_there_whole(town: Town) -> None:
    officer, _ = await town.city.member("Ani Contoh", roles=("officer",))
    readers = [await town.city.member(f"Pegawai {n} Contoh") for n in range(30)]
    last = readers[-1][1].id
    async with holding(town.database, "outbox", f"NEW.employee_id = {last} AND NEW.batch_id IS NOT NULL") as held:
        bot = town.start(*WHOLE)
        await sends(officer)
        await held.wait()
        bot.kill()
    async with town.database.reading() as session:
        assert not (await session.scalars(select(Outbox.id).where(Outbox.batch_id.is_not(None)))).all()
    assert (await rows_of(town, Batch))[0] == 0
    town.start(*WHOLE)
    await until(lambda: all_have_read(readers))
    await town.settled()
    assert await rows_of(town, Batch, Announcement) == [1, 1]
    async with town.database.reading() as session:
        recipients = await session.scalar(select(func.count()).where(Outbox.batch_id.is_not(None)))
    assert recipients == len(readers) + 1


async def all_have_read(readers: list[tuple[Person, Employee]]) -> bool:
    found = [sum("apel pukul 07.30" in message.text for message in reader.received) for reader, _ in readers]
    assert max(found) <= 1
    return min(found) == 1


async def test_a_roster_half_saved_is_not_there_and_then_there_whole(town: Town, tmp_path: Path) -> None:
    rows = [person(NAMA=f"Orang {n} Contoh") for n in range(200)]
    file = tmp_path / "pegawai.xlsx"
    file.write_bytes(workbook(rows))
    tables = (Employee, EmployeeNumber, Unit, RosterImport)
    shell = shell_for(town.database.url, key_file(tmp_path, town.database.keys.root))
    command = (sys.executable, "-m", "bot", "import-roster", str(file))
    async with holding(town.database, "employees", "NEW.full_name LIKE 'Orang 199%'") as held:
        running = await asyncio.create_subprocess_exec(*command, env=shell.environment())
        await held.wait()
        running.kill()
        await running.wait()
    assert await rows_of(town, *tables) == [0, 0, 0, 0]
    said = await shell.does("import-roster", str(file))
    assert (said.status, said.err) == (0, "")
    assert "accepted 200, refused 0" in said.out
    assert (await rows_of(town, *tables))[:2] == [200, 200]
