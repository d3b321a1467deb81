"""A roster by which many leave takes two officers: one asks, the other sees who leaves and agrees, or gives it back."""

from io import BytesIO

from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from bot.simulator import Person
from bot.simulator.messages import Message
from db.models import Employee
from tests.city import City
from tests.handlers.test_roster_chat import BUDI, RINA, SITI, imported, names, tried
from tests.rosters import workbook

OFFICERS = {"Olin Contoh", "Oki Contoh"}


async def two_officers(city: City) -> tuple[Person, Person]:
    """Have two officers and three people saved from a file."""
    olin, _ = await city.member("Olin Contoh", roles=["officer"], agency="BKPSDM")
    oki, _ = await city.member("Oki Contoh", roles=["officer"], agency="BKPSDM")
    await olin.taps("Simpan perubahan", await tried(olin, workbook([RINA, BUDI, SITI])))
    await olin.sees("sudah disimpan", new=True)
    return olin, oki


async def declared(olin: Person) -> Message:
    """Bring a file without Budi, say that it is complete for his agency, and give the screen that tells."""
    await olin.taps("Berkas ini lengkap untuk", await tried(olin, workbook([RINA, SITI])))
    listed = await olin.sees("akan tercatat keluar", new=True)
    assert [label for label in listed.labels if "Dinas" in label] == ["Dinas Dua (1)", "Dinas Satu (2)"]
    await olin.taps("Dinas Satu", listed)
    await olin.taps("Selesai memilih", await olin.sees("✅ Dinas Satu (2)", new=True))
    return await olin.sees("Tercatat keluar 1 orang", new=True)


async def test_the_other_officer_sees_who_leaves_and_agrees(city: City) -> None:
    olin, oki = await two_officers(city)
    await olin.taps("Simpan perubahan", await declared(olin))
    await olin.sees("petugas lain sudah diminta", new=True)
    assert await names(city) == {*OFFICERS, "Rina Contoh", "Budi Contoh", "Siti Contoh"}

    asked = await oki.sees("meminta persetujuan untuk menyimpan daftar pegawai")
    assert "1 dari 2 orang" in asked.text
    approving = next(data for data in data_under(asked) if data.startswith("roapprove"))
    await oki.taps("Lihat siapa yang keluar", asked)
    listed = await oki.sees("tercatat-keluar.xlsx", new=True)
    assert listed.file is not None
    rows = CalamineWorkbook.from_filelike(BytesIO(listed.file.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["NAMA", "Budi Contoh"]
    assert str(BUDI["NIP"]) not in str(rows)

    await olin.presses_data(olin.last, approving)
    await olin.toast("tidak dapat menyetujui permintaannya sendiri")
    await oki.taps("Setujui pengiriman", asked)
    await oki.sees("sudah disimpan", new=True)
    await olin.sees("tercatat keluar 1 orang", new=True)
    assert await names(city) == {*OFFICERS, "Rina Contoh", "Siti Contoh"}
    assert [state for state, _ in await imported(city)] == ["saved", "saved"]
    await oki.presses_data(asked, approving)
    await oki.toast("sudah tidak berlaku")


async def test_it_is_given_back_with_a_reason_and_can_be_asked_again(city: City) -> None:
    olin, oki = await two_officers(city)
    await olin.taps("Simpan perubahan", await declared(olin))
    asked = await oki.sees("meminta persetujuan untuk menyimpan")
    old = data_under(asked)
    await oki.taps("Kembalikan", asked)
    await oki.sees("Mengapa dikembalikan", new=True)
    await oki.says("Budi masih bekerja.")
    await oki.sees("dikembalikan dengan alasan itu", new=True)
    told = await olin.sees("Budi masih bekerja.")
    for data in old:
        await oki.presses_data(oki.last, data)
        await oki.toast("sudah tidak berlaku")

    await olin.taps("Periksa lagi", told)
    await olin.taps("Simpan perubahan", await olin.sees("Tercatat keluar 1 orang", new=True))
    waiting = await olin.sees("petugas lain sudah diminta", new=True)
    await oki.sees("1 dari 2 orang", new=True)
    await olin.taps("Batal", waiting)
    await olin.sees("Tidak ada yang disimpan", new=True)
    await oki.sees("sudah dibatalkan", new=True)
    assert "Budi Contoh" in await names(city)
    assert [state for state, _ in await imported(city)] == ["saved", "dropped"]


async def test_who_else_leaves_since_must_be_asked_for_again(city: City) -> None:
    olin, oki = await two_officers(city)
    await olin.taps("Simpan perubahan", await declared(olin))
    asked = await oki.sees("meminta persetujuan untuk menyimpan")
    await city.hired("Baru Contoh", agency="Dinas Satu")
    await oki.taps("Setujui pengiriman", asked)
    await oki.toast("berubah")
    assert {"Budi Contoh", "Baru Contoh"} <= await names(city)
    async with city.database.reading() as session:
        assert await session.scalar(select(func.count()).where(Employee.left_at.is_not(None))) == 0


async def test_without_another_officer_nobody_leaves(city: City) -> None:
    olin, _ = await city.member("Olin Contoh", roles=["officer"], agency="BKPSDM")
    await olin.taps("Simpan perubahan", await tried(olin, workbook([RINA, BUDI, SITI])))
    await olin.sees("sudah disimpan", new=True)
    await olin.taps("Simpan perubahan", await declared(olin))
    await olin.toast("memerlukan petugas kedua")
    assert "Budi Contoh" in await names(city)
    assert [state for state, _ in await imported(city)] == ["saved", "staged"]


def data_under(message: Message) -> list[str]:
    """Give what the buttons of a message carry."""
    return [str(button["callback_data"]) for row in message.buttons for button in row]
