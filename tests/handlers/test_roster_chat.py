"""The roster in the chat: a file comes, is tried out, given back with remarks, and saved or dropped."""

from datetime import timedelta
from io import BytesIO

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from bot.jobs import JOBS, run_job
from bot.simulator import Person
from bot.simulator.messages import Message
from db import audit
from db.models import AuditEntry, Employee, RosterImport
from tests.city import City
from tests.rostering import everything
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


async def test_a_file_of_another_kind_is_refused_and_goes_from_the_chat(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    await uploads(officer, b"%PDF-1.7 bukan tabel", "pegawai.pdf")
    await officer.sees("bukan Excel (.xlsx) atau CSV", new=True)
    await officer.sends_file("kosong.csv", b"NIP;NAMA\n")
    await officer.sees("tidak ditemukan", new=True)
    await officer.sends_file("besar.xlsx", b"x" * (20 * 2**20 + 1))
    await officer.sees("terlalu besar", new=True)
    assert not [message for message in officer.messages if message.file and not message.from_bot]
    assert await imported(city) == []

    await officer.sends_file("pegawai.xlsx", workbook([RINA]))  # the step still waits for a good one
    await officer.taps("Batal", await officer.sees("Belum ada yang disimpan", new=True))
    await officer.sees("Tidak ada yang disimpan", new=True)
    assert await imported(city) == [("dropped", None)]
    assert await names(city) == {"Olin Contoh"}


async def test_a_file_is_sealed_while_it_waits_and_erased_after_a_day(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"], agency="BKPSDM")
    data = workbook([RINA])
    screen = await tried(officer, data)
    (kept,) = await imported(city)
    assert kept[0] == "staged"
    assert kept[1]
    written = repr(await everything(city.database))
    for canary in ("Rina Contoh", str(RINA["NIP"]), str(RINA["NOMOR HP"]), repr(data[:40])[2:-1]):
        assert canary not in written
    assert "Olin Contoh" in written  # so a name in the clear would have been found

    assert city.service is not None
    tick = next(job for job in JOBS if job.name == "rosters")
    city.clock.offset += timedelta(hours=23)
    await run_job(city.service.tools, tick)
    assert [state for state, _ in await imported(city)] == ["staged"]
    city.clock.offset += timedelta(hours=2)
    await run_job(city.service.tools, tick)
    assert await imported(city) == [("dropped", None)]
    await officer.sees("belum disimpan dalam sehari")
    await officer.taps("Simpan perubahan", screen)
    await officer.toast("sudah tidak berlaku")
    assert await names(city) == {"Olin Contoh"}


async def test_only_who_brought_a_file_decides_about_it(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    other, _ = await city.member("Oki Contoh", roles=["officer"])
    operator, _ = await city.member("Uli Contoh", roles=["unit_operator"])
    await tried(officer, workbook([RINA]))
    for person_ in (other, operator):
        await person_.says("/pegawai")
        shown = await person_.sees("Pegawai dan sambungan", new=True)
        assert ("Unggah daftar pegawai" in shown.labels) == (person_ is other)
        for data in ("rosave:1", "rodrop:1", "rocheck:1", "rocomplete:1:0", "rochoose:1:1:0"):
            await person_.presses_data(shown, data)
            await person_.toast("tidak dapat Bapak/Ibu gunakan")
    await operator.presses_data(operator.last, "roupload")
    await operator.toast("tidak dapat Bapak/Ibu gunakan")
    assert [state for state, _ in await imported(city)] == ["staged"]


async def test_a_file_again_shows_what_is_new_and_what_changed(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"], agency="BKPSDM")
    first = await tried(officer, workbook([RINA, BUDI]))
    await officer.taps("Simpan perubahan", first)
    await officer.sees("sudah disimpan", new=True)

    promoted = RINA | {"GOL RUANG": "IV/a"}
    early = await tried(officer, workbook([promoted, BUDI, SITI]))
    assert "Pegawai baru 1, data berubah 1" in early.text
    assert "tidak berubah 1" in early.text
    later = await tried(officer, workbook([promoted]))
    await officer.taps("Simpan perubahan", early)  # the newer file has taken its place
    await officer.toast("sudah tidak berlaku")
    async with city.database.transaction() as session:
        rina = await session.scalar(select(Employee).where(Employee.full_name == "Rina Contoh"))
        assert rina is not None
        rina.grade = "IV/a"
    await officer.taps("Simpan perubahan", later)
    await officer.toast("berubah sejak pemeriksaan")
    again = await officer.sees("data berubah 0", new=True)
    await officer.taps("Simpan perubahan", again)
    await officer.sees("sudah disimpan", new=True)
    assert [state for state, _ in await imported(city)] == ["saved", "dropped", "saved"]


async def test_the_template_comes_back_as_a_file_that_is_understood(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    await officer.says("/pegawai")
    await officer.taps("Unggah daftar pegawai", await officer.sees("Pegawai dan sambungan", new=True))
    await officer.taps("Unduh templat", await officer.sees("20 MB", new=True))
    template = (await officer.sees("templat-pegawai.xlsx", new=True)).file
    assert template is not None
    await officer.sends_file(template.name, template.data)
    await officer.sees("tidak ada seorang pegawai pun", new=True)


async def test_agencies_are_listed_with_those_who_joined(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"], agency="BKPSDM")
    await city.hired("Rina Contoh", agency="Dinas Satu")
    await city.hired("Budi Contoh", agency="Dinas Satu")
    await officer.says("/pegawai")
    await officer.taps("Per perangkat daerah", await officer.sees("Tanpa nomor HP: 2", new=True))
    listed = await officer.sees("Pegawai per perangkat daerah", new=True)
    assert listed.labels[:2] == ["BKPSDM (1 dari 1)", "Dinas Satu (0 dari 2)"]
    await officer.taps("Dinas Satu", listed)
    await officer.sees("Dinas Satu", new=True)
