"""Looking one person up: officers find everybody, operators their own subtree; each look is kept in the audit."""

from sqlalchemy import select

from db.models import AuditEntry, Employee
from tests.city import City


async def test_an_officer_finds_anybody_and_makes_a_slip(city: City) -> None:
    officer, olin = await city.member("Olin Contoh", roles=["officer"], agency="BKPSDM")
    rina = await city.hired("Rina Contoh", agency="Dinas Satu", unit_name="Bidang A")
    await city.member("Rini Contoh", level=1, agency="Dinas Dua", unit_name="Bidang B")
    async with city.database.transaction() as session:
        row = await session.get(Employee, rina.id)
        assert row is not None
        row.title_prefix, row.title_suffix = "Dr.", "S.Sos."
    await officer.says("/pegawai")
    await officer.taps("Cari pegawai", await officer.sees("Pegawai dan sambungan", new=True))
    await officer.sees("sebagian nama", new=True)
    await officer.says("rin")
    found = await officer.sees("Pilih orangnya", new=True)
    assert found.labels == ["Rina Contoh · Bidang A", "Rini Contoh · Bidang B", "Batal"]
    await officer.taps("Rina Contoh", found)
    shown = await officer.sees("Dr. Rina Contoh, S.Sos.", new=True)
    assert "Bidang A, Dinas Satu" in shown.text
    assert "Nomor HP belum tercatat" in shown.text
    assert "Belum bergabung" in shown.text
    assert rina.nip not in shown.text
    await officer.taps("Buat lembar kode", shown)
    await officer.sees("lembar-kode", new=True)

    await officer.says("Rini")
    await officer.taps("Rini Contoh", await officer.sees("Pilih orangnya", new=True))
    await officer.sees("dengan nomor HP pada 26 Agustus 2026; belum disahkan", new=True)
    await officer.says(olin.nip)
    await officer.taps("Olin Contoh", await officer.sees("Pilih orangnya", new=True))
    assert "Buat lembar kode" not in (await officer.sees("sudah disahkan", new=True)).labels
    async with city.database.reading() as session:
        views = select(AuditEntry.subject_id).where(AuditEntry.act == "employee.view")
        assert rina.id in set(await session.scalars(views))


async def test_an_operator_finds_the_own_people_only(city: City) -> None:
    operator, _ = await city.member("Uli Contoh", roles=["unit_operator"], agency="Dinas Satu")
    await city.hired("Rina Contoh", agency="Dinas Satu")
    foreign = await city.hired("Rini Contoh", agency="Dinas Dua")
    await operator.says("/pegawai")
    await operator.taps("Cari pegawai", await operator.sees("Pegawai: 2 orang", new=True))
    await operator.sees("sebagian nama", new=True)
    await operator.says("rin")
    found = await operator.sees("Pilih orangnya", new=True)
    assert [label for label in found.labels if "Rin" in label] == ["Rina Contoh · Bidang Pelayanan"]
    await operator.says(foreign.nip)
    await operator.sees("Tidak ada pegawai yang cocok", new=True)
    assert foreign.nip not in [message.text for message in operator.messages]
    await operator.presses_data(found, f"person:{foreign.id}")
    await operator.toast("tidak dapat Bapak/Ibu gunakan")
