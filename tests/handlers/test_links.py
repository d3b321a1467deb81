"""Looking after links: new ones confirmed or rejected in the own subtree only, two claimants decided."""

from sqlalchemy import select

from bot.simulator import Person
from db import audit, slips
from db.models import AuditEntry, Employee, Link, LinkClaim, Outbox
from tests.city import City


async def links_of(city: City, who: Employee) -> list[Link]:
    async with city.database.reading() as session:
        return list(await session.scalars(select(Link).where(Link.employee_id == who.id).order_by(Link.generation)))


async def audited(city: City, *acts: str) -> list[str]:
    async with city.database.reading() as session:
        assert await audit.broken_at(session) is None
        return list(
            await session.scalars(select(AuditEntry.act).where(AuditEntry.act.in_(acts)).order_by(AuditEntry.id))
        )


async def claims(city: City, second: Person, who: Employee) -> None:
    """Let a second account claim somebody by a slip."""
    async with city.database.transaction() as session:
        codes = (await slips.make(session, [who.id], None, city.clock.now(), days=14))[who.id]
    await second.says(codes.typed)
    await second.taps("Ya, ini saya", await second.sees("Apakah ini", new=True))
    await second.sees("sudah tersambung dengan akun Telegram lain", new=True)


async def test_an_operator_confirms_in_the_own_agency_only(city: City) -> None:
    operator, _ = await city.member("Olin Contoh", roles=["unit_operator"], agency="Dinas Satu")
    mine, my_rina = await city.member("Rina Contoh", level=1, agency="Dinas Satu", unit_name="Bidang A")
    other, budi = await city.member("Budi Contoh", level=1, agency="Dinas Dua", unit_name="Bidang B")

    await operator.says("/pegawai")
    await operator.taps("Sambungan baru (1)", await operator.sees("Pegawai dan sambungan"))
    listed = await operator.sees("1 orang bergabung", new=True)
    assert "Rina Contoh · Bidang A" in listed.labels
    assert not [label for label in listed.labels if "Budi" in label]
    await operator.taps("Rina Contoh", listed)
    shown = await operator.sees("Pastikan langsung", new=True)
    assert my_rina.nip not in shown.text
    assert f"{my_rina.nip[:4]}••••••••••{my_rina.nip[14:]}" in shown.text
    assert str(mine.id) in shown.text
    await operator.taps("Sahkan", shown)
    await operator.toast("sudah disahkan")
    await operator.sees("Tidak ada sambungan baru", new=True)
    await mine.sees("Sambungan Bapak/Ibu sudah disahkan")
    assert [link.level for link in await links_of(city, my_rina)] == [2]

    (foreign,) = await links_of(city, budi)
    screen = operator.last
    for data in (f"newlink:{foreign.id}", f"confirm:{foreign.id}", f"reject:{foreign.id}"):
        await operator.presses_data(screen, data)
        await operator.toast("tidak dapat Bapak/Ibu gunakan")
    assert [(link.level, link.closed_at) for link in await links_of(city, budi)] == [(1, None)]
    assert other.received == []
    assert await audited(city, "link.view", "link.confirm") == ["link.view", "link.confirm"]


async def test_an_officer_rejects_a_link(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    person, rina = await city.member("Rina Contoh", level=1)
    await officer.says("/pegawai")
    await officer.taps("Sambungan baru (1)", await officer.sees("Pegawai dan sambungan"))
    await officer.taps("Rina Contoh", await officer.sees("1 orang", new=True))
    shown = await officer.sees("Pastikan langsung", new=True)
    await officer.taps("Tolak", shown)
    await officer.sees("Tidak ada sambungan baru", new=True)
    await person.sees("belum dapat mengesahkan")
    assert [link.closed_reason for link in await links_of(city, rina)] == ["rejected"]
    await person.says("/menu")
    await person.sees("Ketik /start untuk bergabung", new=True)

    await officer.presses_data(shown, shown.buttons[0][0]["callback_data"] if shown.buttons else "confirm:1")
    await officer.toast()
    assert [link.level for link in await links_of(city, rina)] == [1]


async def test_an_operator_hears_of_a_new_link_in_office_hours(city: City) -> None:
    operator, _ = await city.member("Olin Contoh", roles=["unit_operator"])
    for name in ("Rina Contoh", "Siti Contoh"):
        person = city.stranger(name)
        await city.hired(name, phone=person.phone)
        await person.says("/start")
        await person.sees("Bagikan nomor HP")
        await person.taps("Bagikan nomor HP")
        await person.taps("Bidang Pelayanan", await person.sees("Di unit mana"))
        await person.taps("Ya, ini saya", await person.sees("Apakah ini"))
        await person.sees("belum disahkan")
    told = await operator.sees("Ada sambungan baru")
    await operator.taps("Sambungan baru", told)
    await operator.sees("2 orang bergabung", new=True)
    async with city.database.reading() as session:
        assert len((await session.scalars(select(Outbox.id).where(Outbox.message == "links/new"))).all()) == 1


async def test_a_number_changed_since_is_pointed_out(city: City) -> None:
    officer, olin = await city.member("Olin Contoh", roles=["officer"])
    _, rina = await city.member("Rina Contoh", level=1)
    async with city.database.transaction() as session:
        await audit.write(
            session, "roster.rephone", at=city.clock.now(), subject="employee", subject_id=rina.id, actor_id=olin.id
        )
    await officer.says("/pegawai")
    await officer.taps("Sambungan baru (1)", await officer.sees("Pegawai dan sambungan"))
    await officer.taps("Rina Contoh", await officer.sees("1 orang", new=True))
    await officer.sees("Nomor HP pegawai ini berubah sejak bergabung", new=True)


async def test_two_claimants_and_the_old_account_is_kept(city: City) -> None:
    operator, _ = await city.member("Olin Contoh", roles=["unit_operator"])
    first, rina = await city.member("Rina Contoh")
    second = city.stranger("Orang Kedua")
    await claims(city, second, rina)
    await operator.taps("Sambungan ganda", await operator.sees("Akun Telegram kedua"))
    await operator.taps("Rina Contoh", await operator.sees("ada dua akun", new=True))
    shown = await operator.sees("cocokkan angka Telegram", new=True)
    assert str(first.id) in shown.text
    assert str(second.id) in shown.text
    await operator.taps("Tetap akun lama", shown)
    await operator.sees("Tidak ada sambungan ganda", new=True)
    await first.sees("sambungan tetap pada akun")
    await second.sees("tidak dialihkan ke akun ini")
    await first.says("/menu")
    await first.sees("Silakan pilih", new=True)
    assert [link.chat_id for link in await links_of(city, rina)] == [first.id]


async def test_two_claimants_and_the_new_account_gets_it(city: City) -> None:
    operator, olin = await city.member("Olin Contoh", roles=["unit_operator"])
    first, rina = await city.member("Rina Contoh")
    second, third = city.stranger("Orang Kedua"), city.stranger("Orang Ketiga")
    await claims(city, second, rina)
    await claims(city, third, rina)
    await operator.says("/pegawai")
    await operator.taps("Sambungan ganda (2)", await operator.sees("Pegawai dan sambungan", new=True))
    listed = await operator.sees("ada dua akun", new=True)
    await operator.taps("Rina Contoh", listed)
    await operator.taps("Alihkan ke akun baru", await operator.sees("cocokkan angka", new=True))
    await operator.sees("Tidak ada sambungan ganda", new=True)
    await second.sees("kini tersambung dengan akun ini")
    await first.sees("sudah berpindah ke akun Telegram lain")
    await third.sees("tidak dialihkan ke akun ini")
    old, new = await links_of(city, rina)
    assert (old.chat_id, old.closed_reason, old.generation) == (first.id, "passed", 1)
    assert (new.chat_id, new.level, new.generation, new.confirmed_by) == (second.id, 2, 2, olin.id)
    await first.says("/menu")
    await first.sees("belum bergabung", new=True)
    await second.says("/menu")
    await second.sees("Rina Contoh", new=True)
    async with city.database.reading() as session:
        decisions = (await session.scalars(select(LinkClaim.decision).order_by(LinkClaim.id))).all()
    assert decisions == ["passed", "superseded"]


async def test_nobody_decides_about_somebody_above_or_themselves(city: City) -> None:
    operator, olin = await city.member("Olin Contoh", roles=["unit_operator"])
    _, boss = await city.member("Bayu Contoh", roles=["officer"], level=1)
    admin_account, admin = await city.member("Adi Contoh", roles=["admin"])
    officer, _ = await city.member("Oki Contoh", roles=["officer"])
    (waiting,) = await links_of(city, boss)
    await operator.says("/pegawai")
    screen = await operator.sees("Pegawai dan sambungan")
    for data in (f"confirm:{waiting.id}", f"oneslip:{boss.id}"):
        await operator.presses_data(screen, data)
        await operator.toast("memegang peran di atas")
    await operator.presses_data(screen, f"oneslip:{olin.id}")
    await operator.toast("Untuk diri sendiri")

    await claims(city, city.stranger(), admin)
    async with city.database.reading() as session:
        claim = (await session.scalars(select(LinkClaim.id))).one()
    await officer.says("/pegawai")
    await officer.presses_data(await officer.sees("Sambungan ganda"), f"passon:{claim}")
    await officer.toast("memegang peran di atas")
    assert [link.chat_id for link in await links_of(city, admin)] == [admin_account.id]
    assert [link.level for link in await links_of(city, boss)] == [1]
