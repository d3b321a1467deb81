"""The roster in the chat: a file comes, is tried out, given back with remarks, and saved or dropped."""

from io import BytesIO

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from bot.simulator import Person
from bot.simulator.messages import Message
from db import audit
from db.models import AuditEntry, Employee, RosterImport
from tests.city import City
from tests.rosters import person, workbook

RINA = person(NAMA="Rina Contoh", UNOR_INDUK="Dinas Satu", UNOR_NAMA="Bidang A")
BUDI = person(NAMA="Budi Contoh", UNOR_INDUK="Dinas Satu", UNOR_NAMA="Bidang A")
SITI = person(NAMA="Siti Contoh", UNOR_INDUK="Dinas Dua", UNOR_NAMA="Bidang B")
SPOILED = person(NAMA="Joko Contoh") | {"NIP": "1987"}


async def uploads(officer: Person, data: bytes, name: str = "pegawai.xlsx") -> Message:
    """Go to the step that waits for a file, and send one."""
    await officer.says("/pegawai")
    await officer.taps("Unggah daftar pegawai", await officer.sees("Pegawai dan sambungan", new=True))
    await officer.sees("paling besar 20 MB", new=True)
    return await officer.sends_file(name, data)


async def tried(officer: Person, data: bytes) -> Message:
    """Upload a good file and give the screen of its dry run."""
    await uploads(officer, data)
    return await officer.sees("Belum ada yang disimpan", new=True)


async def names(city: City) -> set[str]:
    async with city.database.reading() as session:
        return set(await session.scalars(select(Employee.full_name).where(Employee.left_at.is_(None))))


async def imported(city: City) -> list[tuple[str, bytes | None]]:
    """Give every import's state and what is kept of its file."""
    async with city.database.reading() as session:
        rows = await session.execute(select(RosterImport.state, RosterImport.staged_sealed).order_by(RosterImport.id))
        return [(state, sealed) for state, sealed in rows]


async def test_a_roster_is_tried_out_and_saved(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"], agency="BKPSDM")
    sent = await uploads(officer, workbook([RINA, BUDI, SITI, SPOILED]))
    screen = await officer.sees("Belum ada yang disimpan", new=True)
    assert "Diterima 3 baris" in screen.text
    assert "Ditolak 1 baris" in screen.text
    assert sent.id not in {message.id for message in officer.messages}

    back = await officer.sees("kolom KETERANGAN", new=True)
    assert back.file is not None
    said = CalamineWorkbook.from_filelike(BytesIO(back.file.data)).get_sheet_by_index(0).to_python()
    assert said[0][-1] == "KETERANGAN"
    assert said[1][-1] == "Diterima (pegawai baru)."
    assert str(said[4][-1]).startswith("DITOLAK")
    assert await names(city) == {"Olin Contoh"}

    await city.restart()
    await officer.taps("Simpan perubahan", screen)
    saved = await officer.sees("sudah disimpan", new=True)
    assert "Pegawai baru 3" in saved.text
    assert await names(city) == {"Olin Contoh", "Rina Contoh", "Budi Contoh", "Siti Contoh"}
    assert await imported(city) == [("saved", None)]

    await officer.presses_data(saved, "rosave:1")
    await officer.toast("sudah tidak berlaku")
    await officer.taps("Pegawai dan sambungan", saved)
    assert "Pegawai: 4 orang" in (await officer.sees("Sudah bergabung: 1", new=True)).text
    async with city.database.reading() as session:
        assert await audit.broken_at(session) is None
        acts = list(await session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts == ["roster.try", "roster.save"]
