"""`/peran`: granting, ending and locking roles, and the two admins a new admin takes."""

from datetime import timedelta

from sqlalchemy import exists, select

from bot.simulator import Person
from db.models import Approval, Dialog, Employee, OfficerLock, RoleGrant
from tests import factories
from tests.city import City
from tests.sending import until


async def roles_of(city: City, who: Employee) -> set[tuple[str, int | None]]:
    """Give the roles that work: granted, not ended, their holder not locked."""
    locked = exists().where(OfficerLock.employee_id == RoleGrant.employee_id, OfficerLock.unlocked_at.is_(None))
    held = select(RoleGrant.role, RoleGrant.unit_id).where(
        RoleGrant.employee_id == who.id, RoleGrant.ended_at.is_(None), ~locked
    )
    async with city.database.reading() as session:
        return {(role, unit_id) for role, unit_id in await session.execute(held)}


async def lists(person: Person, command: str, *, listed: bool = True) -> bool:
    """Tell whether a command stands in somebody's menu, or that it does not."""
    return (command in person.commands) is listed


async def opens_person(admin: Person, name: str) -> None:
    """Find somebody by name, as an admin does who adds an officer."""
    await admin.says("/peran")
    await admin.taps("Tambah petugas", await admin.sees("Peran petugas", new=True))
    await admin.sees("Siapa yang diberi peran", new=True)
    await admin.says(name)
    await admin.taps(name, await admin.sees("Pilih orangnya", new=True))
    await admin.sees("NIP", new=True)


async def grants(admin: Person, name: str, role: str) -> None:
    await opens_person(admin, name)
    await admin.taps("Beri peran")
    await admin.taps(role, await admin.sees("Peran apa", new=True))


async def test_an_admin_grants_and_ends_a_role(city: City) -> None:
    admin, _ = await city.member("Adi Contoh", roles=["admin"])
    person, rina = await city.member("Rina Contoh")
    await grants(admin, "Rina Contoh", "Petugas")
    sure = await admin.sees("akan memegang peran Petugas", new=True)
    assert await roles_of(city, rina) == set()
    await admin.taps("Beri peran", sure)
    await admin.toast("Peran sudah diberikan")
    await person.sees("kini memegang peran Petugas")
    assert await roles_of(city, rina) == {("officer", None)}
    await person.says("/kantor")
    await person.sees("Menu kantor", new=True)
    await until(lambda: lists(person, "siaran"))
    await person.says("/siaran")
    await person.sees("engumuman", new=True)

    await admin.taps("Akhiri peran Petugas", await admin.sees("Peran:", new=True))
    await admin.toast("Peran sudah diakhiri")
    await person.sees("sudah diakhiri. Ketik /menu")
    assert await roles_of(city, rina) == set()
    await person.says("/menu")
    await until(lambda: lists(person, "siaran", listed=False))
    await person.says("/siaran")
    await person.sees("belum memahami", new=True)


async def test_an_operator_gets_a_unit(city: City) -> None:
    admin, _ = await city.member("Adi Contoh", roles=["admin"], agency="Badan Contoh")
    _, rina = await city.member("Rina Contoh", agency="Dinas Satu", unit_name="Bidang A")
    await city.hired("Budi Contoh", agency="Dinas Dua", unit_name="Bidang Z")
    await grants(admin, "Rina Contoh", "Operator unit")
    whole = await admin.sees("Dinas Satu seluruhnya", new=True)
    assert whole.labels == ["Seluruhnya", "Bidang A", "Perangkat daerah lain", "Kembali"]
    await admin.taps("Perangkat daerah lain", whole)
    await admin.taps("Dinas Dua", await admin.sees("perangkat daerah yang mana", new=True))
    await admin.taps("Bidang Z", await admin.sees("Dinas Dua seluruhnya", new=True))
    await admin.taps("Seluruhnya", await admin.sees("Bidang Z seluruhnya", new=True))
    await admin.taps("Beri peran", await admin.sees("untuk Bidang Z", new=True))
    await admin.toast("Peran sudah diberikan")
    async with city.database.transaction() as session:
        unit = await factories.unit(session, "Dinas Dua", "Bidang Z")
    assert await roles_of(city, rina) == {("unit_operator", unit.id)}


async def test_rules_of_granting(city: City) -> None:
    admin, adi = await city.member("Adi Contoh", roles=["admin"])
    _, level_one = await city.member("Budi Contoh", level=1)
    _, rina = await city.member("Rina Contoh", roles=["officer"])
    nobody = await city.hired("Siti Contoh")
    await admin.says("/peran")
    screen = await admin.sees("Peran petugas")
    for data, said in (
        (f"grantrole:{adi.id}:officer:0:1", "Untuk diri sendiri"),
        (f"grantrole:{level_one.id}:officer:0:1", "sambungannya sudah disahkan"),
        (f"grantrole:{nobody.id}:leader:0:1", "sambungannya sudah disahkan"),
        (f"grantrole:{rina.id}:officer:0:1", "sudah memegang peran itu"),
        (f"grantrole:{rina.id}:unit_operator:0:1", "Hanya peran operator unit"),
        (f"grantrole:{rina.id}:leader:{rina.agency_id}:1", "Hanya peran operator unit"),
        (f"grantrole:{rina.id}:mayor:0:1", "Tidak ada peran"),
        (f"grantrole:{rina.id}:admin:0:1", "admin kedua, dan saat ini belum ada"),
        (f"lock:{adi.id}", "admin terakhir"),
        ("grantrole:99999:officer:0:1", "sudah tidak ada"),
        ("endrole:99999", "sudah tidak ada"),
        ("adminyes:99999", "sudah tidak berlaku"),
    ):
        await admin.presses_data(screen, data)
        await admin.toast(said)
    async with city.database.reading() as session:
        grants_ = list(await session.scalars(select(RoleGrant.role).order_by(RoleGrant.id)))
    assert grants_ == ["admin", "officer"]


async def test_a_lock_stops_every_role_at_once(city: City) -> None:
    admin, _ = await city.member("Adi Contoh", roles=["admin"])
    other, adinda = await city.member("Adinda Contoh", roles=["admin"])
    officer, olin = await city.member("Olin Contoh", roles=["officer", "leader"])
    await admin.says("/peran")
    await admin.taps("Olin Contoh · Petugas, Pimpinan", await admin.sees("3 orang memegang peran"))
    await admin.taps("Kunci", await admin.sees("Peran:", new=True))
    await admin.sees("Sedang dikunci", new=True)
    await officer.sees("dikunci oleh admin")
    await officer.says("/siaran")
    await officer.sees("belum memahami", new=True)
    assert await roles_of(city, olin) == set()

    await other.says("/peran")
    listed = await other.sees("Peran petugas")
    await other.taps("🔒 Olin Contoh", listed)
    await other.taps("Buka kunci", await other.sees("Sedang dikunci", new=True))
    await officer.sees("berlaku lagi")
    assert await roles_of(city, olin) == {("officer", None), ("leader", None)}

    await admin.presses_data(admin.last, f"lock:{adinda.id}")
    await admin.sees("Adinda Contoh", new=True)
    await other.says("/peran")
    await other.sees("belum memahami", new=True)


async def test_a_new_admin_takes_two(city: City) -> None:
    first, adi = await city.member("Adi Contoh", roles=["admin"])
    second, adinda = await city.member("Adinda Contoh", roles=["admin"])
    person, rina = await city.member("Rina Contoh")
    officer, _ = await city.member("Olin Contoh", roles=["officer"])

    await grants(first, "Rina Contoh", "Admin")
    await first.taps("Beri peran", await first.sees("persetujuan admin kedua", new=True))
    await first.sees("sudah dikirim kepada admin lain", new=True)
    asked = await second.sees("menjadi admin")
    assert asked.labels == ["Setujui pengiriman", "Kembalikan"]
    assert await roles_of(city, rina) == set()

    # Who asked can't approve, and an officer is no admin.
    await first.says("/peran")
    await first.taps("Menunggu admin kedua", await first.sees("menunggu admin kedua", new=True))
    await first.taps("Setujui pengiriman", await first.sees("Seorang admin meminta", new=True))
    await first.toast("tidak dapat menyetujui permintaannya sendiri")
    await officer.says("/menu")
    yes = asked.buttons[0][0]["callback_data"]
    await officer.presses_data(await officer.sees("ada yang bisa kami bantu"), yes)
    await officer.toast("tidak dapat Bapak/Ibu gunakan")
    assert await roles_of(city, rina) == set()

    await second.taps("Setujui pengiriman", asked)
    await second.sees("Rina Contoh kini admin", new=True)
    await first.sees("Rina Contoh kini admin")
    await person.sees("kini memegang peran Admin")
    assert await roles_of(city, rina) == {("admin", None)}
    await second.presses_data(asked, yes)
    await second.toast("sudah tidak berlaku")

    # For a week whoever made this admin shares no approval with them.
    _, siti = await city.member("Siti Contoh")
    async with city.database.transaction() as session:
        held = await session.scalar(select(RoleGrant).where(RoleGrant.employee_id == adinda.id))
        assert held is not None
        held.ended_at = city.clock.now()
    await grants(first, "Siti Contoh", "Admin")
    await first.taps("Beri peran", await first.sees("persetujuan admin kedua", new=True))
    await first.sees("Dalam 7 hari terakhir", new=True)
    city.clock.offset += timedelta(days=8)
    await grants(first, "Siti Contoh", "Admin")
    await first.taps("Beri peran", await first.sees("persetujuan admin kedua", new=True))
    await person.taps("Setujui pengiriman", await person.sees("agar Siti Contoh menjadi admin"))
    await person.sees("Siti Contoh kini admin", new=True)
    assert await roles_of(city, siti) == {("admin", None)}
    assert await roles_of(city, adi) == {("admin", None)}


async def test_a_new_admin_given_back_with_a_reason(city: City) -> None:
    first, _ = await city.member("Adi Contoh", roles=["admin"])
    second, _ = await city.member("Adinda Contoh", roles=["admin"])
    _, rina = await city.member("Rina Contoh")
    await grants(first, "Rina Contoh", "Admin")
    await first.taps("Beri peran", await first.sees("persetujuan admin kedua", new=True))
    await second.taps("Kembalikan", await second.sees("menjadi admin"))
    await second.sees("Mengapa dikembalikan", new=True)
    await second.says("x" * 501)
    await second.sees("501 huruf, paling banyak 500", new=True)
    await second.says("Belum <b>dibicarakan</b> & disepakati.")
    await second.sees("sudah dikembalikan", new=True)
    await first.sees("Belum <b>dibicarakan</b> & disepakati.")
    assert await roles_of(city, rina) == set()
    async with city.database.reading() as session:
        (row,) = (await session.execute(select(Approval.decision, Approval.reason_sealed))).all()
    assert row.decision == "returned"
    assert b"dibicarakan" not in row.reason_sealed


async def test_a_link_changed_since_voids_the_asking(city: City) -> None:
    first, _ = await city.member("Adi Contoh", roles=["admin"])
    second, _ = await city.member("Adinda Contoh", roles=["admin"])
    _, rina = await city.member("Rina Contoh")
    await grants(first, "Rina Contoh", "Admin")
    await first.taps("Beri peran", await first.sees("persetujuan admin kedua", new=True))
    asked = await second.sees("menjadi admin")
    async with city.database.transaction() as session:
        await factories.relink(session, rina, city.stranger("Penyusup").id, at=city.clock.now())
    await second.taps("Setujui pengiriman", asked)
    await second.toast("sudah berubah sejak diajukan")
    assert await roles_of(city, rina) == set()


async def test_a_role_lost_in_the_middle_of_a_dialog_frees_the_chat(city: City) -> None:
    admin, adi = await city.member("Adi Contoh", roles=["admin"])
    await city.member("Adinda Contoh", roles=["admin"])
    await admin.says("/peran")
    await admin.taps("Tambah petugas", await admin.sees("Peran petugas"))
    await admin.sees("Siapa yang diberi peran", new=True)
    async with city.database.transaction() as session:
        held = (await session.scalars(select(RoleGrant).where(RoleGrant.employee_id == adi.id))).one()
        held.ended_at = city.clock.now()
    await admin.says("Adinda")
    await admin.sees("belum memahami", new=True)
    async with city.database.reading() as session:
        assert await session.get(Dialog, admin.id) is None


async def test_a_number_typed_in_full_does_not_stay_in_the_chat(city: City) -> None:
    admin, _ = await city.member("Adi Contoh", roles=["admin"])
    rina = await city.hired("Rina Contoh")
    await admin.says("/peran")
    await admin.taps("Tambah petugas", await admin.sees("Peran petugas", new=True))
    await admin.sees("Siapa yang diberi peran", new=True)
    await admin.says(rina.nip)
    await admin.taps("Rina Contoh", await admin.sees("Pilih orangnya", new=True))
    await admin.sees("NIP", new=True)
    assert not [message for message in admin.messages if rina.nip in message.text]
