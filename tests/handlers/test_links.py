"""Looking after links: new ones confirmed or rejected in the own subtree only, two claimants, slips."""

import re
from datetime import timedelta

from sqlalchemy import select

from bot.simulator import Person
from db import audit, slips
from db.models import AuditEntry, Employee, Link, LinkClaim, Outbox
from tests.city import City
from tests.content.paper import read_pages


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


def read_sheet(sheet: bytes) -> tuple[list[str], list[str], str]:
    """Read a sheet's typed codes, its QR codes and its whole text back."""
    pages = read_pages(sheet)
    words = "\n".join(page.text for page in pages)
    typed = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", words)
    return typed, [code for page in pages for code in page.codes], words


async def test_the_sheet_of_slips(city: City) -> None:
    operator, _ = await city.member("Olin Contoh", roles=["unit_operator"], agency="Dinas Satu")
    await city.member("Siti Contoh", agency="Dinas Satu", unit_name="Bidang A")
    rina = await city.hired("Rina Contoh", agency="Dinas Satu", unit_name="Bidang A")
    await city.hired("Dewi Contoh", agency="Dinas Satu", unit_name="Bidang B")
    elsewhere = await city.hired("Budi Contoh", agency="Dinas Dua", unit_name="Bidang C")

    await operator.says("/pegawai")
    await operator.taps("Cetak lembar kode", await operator.sees("Pegawai dan sambungan"))
    await operator.taps("Dinas Satu", await operator.sees("Untuk unit mana", new=True))
    screen = await operator.sees("2 pegawai belum bergabung", new=True)
    assert screen.labels == ["Cetak 1–2", "Bidang A", "Bidang B", "Bidang Pelayanan", "Kembali"]
    await operator.taps("Cetak 1–2", screen)
    sent = await operator.sees("lembar-kode", new=True)
    assert "terhapus dari obrolan sesudah 60 menit" in sent.text
    assert sent.file is not None
    codes, addresses, words = read_sheet(sent.file.data)
    assert len(codes) == len(addresses) == 2
    assert "R. C." in words
    assert "Rina" not in words
    assert rina.nip not in words

    by_hand, by_camera = city.stranger(), city.stranger()
    await by_hand.says(codes[0])
    start = addresses[1].removeprefix("https://t.me/").partition("?start=")
    assert start[0] == city.simulator.world.bot_user["username"]
    await by_camera.says(f"/start {start[2]}")
    for person in (by_hand, by_camera):
        await person.taps("Ya, ini saya", await person.sees("Apakah ini"))
        await person.sees("Silakan pilih")

    for data in (f"unitslips:{elsewhere.unit_id}:0", f"printslips:{elsewhere.unit_id}:1:99", f"oneslip:{elsewhere.id}"):
        await operator.presses_data(screen, data)
        await operator.toast("tidak dapat Bapak/Ibu gunakan")
    assert await audited(city, "slips.print") == ["slips.print"]

    city.clock.offset += timedelta(minutes=61)
    assert city.service is not None
    city.service.tools.nudge()
    await gone(operator, sent.id)


async def gone(person: Person, message_id: int) -> None:
    """Wait until a message has left the chat."""
    while any(message.id == message_id for message in person.messages):
        await person.world.events.changed(person.chat.id)


async def test_an_officer_finds_every_agency_and_one_persons_slip(city: City) -> None:
    officer, _ = await city.member("Oki Contoh", roles=["officer"], agency="Badan Contoh")
    rina = await city.hired("Rina Contoh", agency="Dinas Satu")
    await officer.says("/pegawai")
    await officer.taps("Cetak lembar kode", await officer.sees("Pegawai dan sambungan"))
    where = await officer.sees("Untuk unit mana", new=True)
    assert where.labels == ["Badan Contoh", "Dinas Satu", "Pegawai dan sambungan"]
    await officer.taps("Badan Contoh", where)
    await officer.sees("sudah bergabung", new=True)

    await officer.presses_data(where, f"oneslip:{rina.id}")
    sent = await officer.sees("lembar-kode", new=True)
    assert sent.file is not None
    assert len(read_sheet(sent.file.data)[0]) == 1
