"""What tests of running surveys share: an officer who gets as far as the button that opens, workbooks, ticks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.simulator import Person
from bot.simulator.messages import Message
from content import survey_sheets
from db.models import SurveyRound
from tests import surveying
from tests.announcing import picks, tick
from tests.city import City

TITLE = "Survei minat dan preferensi 2026"


async def chosen(officer: Person, label: str = f"{TITLE} (versi") -> Message:
    """Go to a published survey's screen."""
    await officer.says("/kelola_survei")
    await officer.sees("Kelola survei", new=True)
    await officer.taps(label)
    return await officer.sees("Kepada siapa survei ini", new=True)


async def prepared(officer: Person, label: str = f"{TITLE} (versi", units: Sequence[str] = ()) -> Message:
    """Get as far as the button that opens, for everyone or for units given as `Agency` or `Agency/Unit`."""
    await chosen(officer, label)
    if not units:
        await officer.taps("Semua pegawai")
        return await officer.sees("Sejak tombol", new=True)
    await picks(officer, units)
    return await officer.sees("Sejak tombol", new=True)


async def opened(officer: Person, label: str = f"{TITLE} (versi", units: Sequence[str] = ()) -> Message:
    """Open a survey."""
    await prepared(officer, label, units)
    await officer.taps("Buka survei")
    return await officer.sees("Berjalan sampai", new=True)


async def uploads(officer: Person, data: bytes, name: str = "survei.xlsx") -> None:
    """Go to the step that waits for a workbook, and send one."""
    await officer.says("/kelola_survei")
    await officer.taps("Unggah survei dari Excel", await officer.sees("Kelola survei", new=True))
    await officer.sees("paling besar 1 MB", new=True)
    await officer.sends_file(name, data)


def small(**fields: Any) -> bytes:
    """Write a small survey as a workbook."""
    asked = surveying.survey(
        surveying.single("Q1", "A", "B"), surveying.question("Q2", "long_text"),
        **{"title": {"id": "Survei kecil"}, "code": "KECIL", **fields},
    )  # fmt: skip
    return survey_sheets.write(asked)


async def rounds_of(city: City) -> list[SurveyRound]:
    """Give every round, oldest first."""
    async with city.database.reading() as session:
        return list(await session.scalars(select(SurveyRound).order_by(SurveyRound.id)))


async def passes(city: City, *, days: float) -> None:
    """Let time pass, and the tick of surveys run."""
    city.clock.offset += timedelta(days=days)
    await tick(city, "surveys")
