"""Slips on paper: for the own subtree, read back as a phone and a person would, gone from the chat, kept nowhere."""

import re
from datetime import timedelta

from sqlalchemy import select

from bot.simulator import Person
from db.models import AuditEntry, Base
from handlers.speaking import BUILDERS
from tests import factories
from tests.city import City
from tests.content.paper import read_pages


async def audited(city: City, *acts: str) -> list[str]:
    """List the acts of these kinds that the chain holds."""
    async with city.database.reading() as session:
        return list(
            await session.scalars(select(AuditEntry.act).where(AuditEntry.act.in_(acts)).order_by(AuditEntry.id))
        )


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


async def test_a_large_unit_is_printed_in_parts(city: City) -> None:
    officer, _ = await city.member("Oki Contoh", roles=["officer"], agency="Badan Contoh")
    async with city.database.transaction() as session:
        for number in range(123):
            await factories.employee(session, f"Pegawai {number} Contoh", agency="Dinas Besar", at=city.clock.now())
    await officer.says("/pegawai")
    await officer.taps("Cetak lembar kode", await officer.sees("Pegawai dan sambungan"))
    await officer.taps("Dinas Besar", await officer.sees("Untuk unit mana", new=True))
    screen = await officer.sees("123 pegawai belum bergabung", new=True)
    assert screen.labels[:2] == ["Cetak 1–120", "Cetak 121–123"]
    await officer.taps("Cetak 121–123", screen)
    sent = await officer.sees("3 lembar kode", new=True)
    assert sent.file is not None
    codes = read_sheet(sent.file.data)[0]
    assert len(codes) == 3

    # Whoever joins between two presses shifts nobody out of both parts.
    person = city.stranger()
    await person.says(codes[0])
    await person.taps("Ya, ini saya", await person.sees("Apakah ini"))
    await person.sees("Silakan pilih")
    await officer.taps("Cetak 1–120", screen)
    whole = await officer.sees("120 lembar kode", new=True, timeout=60)
    assert whole.file is not None
    assert len(read_sheet(whole.file.data)[0]) == 120


async def test_a_sheet_nobody_needs_any_more_says_so(city: City) -> None:
    officer, _ = await city.member("Oki Contoh", roles=["officer"])
    rina = await city.hired("Rina Contoh", agency="Dinas Kecil")
    await officer.says("/pegawai")
    await officer.taps("Cetak lembar kode", await officer.sees("Pegawai dan sambungan"))
    await officer.taps("Dinas Kecil", await officer.sees("Untuk unit mana", new=True))
    screen = await officer.sees("1 pegawai belum bergabung", new=True)
    async with city.database.transaction() as session:
        await factories.link(session, rina, city.stranger().id, at=city.clock.now())
    await officer.taps("Cetak 1–1", screen)
    await officer.sees("tidak ada yang perlu dicetak", new=True)


async def test_no_slip_for_somebody_above(city: City) -> None:
    operator, _ = await city.member("Olin Contoh", roles=["unit_operator"])
    boss = await city.hired("Bayu Contoh")
    async with city.database.transaction() as session:
        await factories.role(session, boss, "admin", at=city.clock.now())
    await operator.says("/pegawai")
    await operator.taps("Cetak lembar kode", await operator.sees("Pegawai dan sambungan"))
    await operator.taps("Dinas Contoh", await operator.sees("Untuk unit mana", new=True))
    await operator.sees("sudah bergabung", new=True)
    await operator.presses_data(operator.last, f"oneslip:{boss.id}")
    await operator.toast("memegang peran di atas")


async def test_codes_are_kept_nowhere(city: City) -> None:
    officer, _ = await city.member("Oki Contoh", roles=["officer"])
    rina = await city.hired("Rina Contoh")
    await officer.says("/pegawai")
    await officer.presses_data(await officer.sees("Pegawai dan sambungan"), f"oneslip:{rina.id}")
    sent = await officer.sees("lembar-kode", new=True)
    assert sent.file is not None
    (code,), (address,), _ = read_sheet(sent.file.data)
    link = address.partition("start=")[2]
    person = city.stranger()
    await person.says(code)
    await person.sees("Apakah ini")

    found = await everything(city)
    for secret in (code, code.replace("-", ""), link):
        assert secret not in found
    assert rina.full_name in found  # the search does find what is there


async def everything(city: City) -> str:
    """Give all that the database holds, as one text."""
    held = []
    async with city.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            held += [str(tuple(row)) for row in await session.execute(select(table))]
    return "\n".join(held)


async def test_a_sheet_sent_twice_leaves_only_the_last_codes_good(city: City) -> None:
    _, oki = await city.member("Oki Contoh", roles=["officer"])
    rina = await city.hired("Rina Contoh")
    assert city.service is not None
    wanted = {"by": oki.id, "employee_id": rina.id}
    first, second = [await BUILDERS["slips"](city.service.tools, wanted, "en") for _ in range(2)]
    for built, said in ((first, "This code cannot be used"), (second, "Is this you?")):
        person = city.stranger()
        await person.says("/bahasa")
        await person.taps("English", await person.sees("Choose a language"))
        await person.sees("Welcome", new=True)
        ((code,), _, words) = read_sheet(built.content)
        assert "Teman Mutasi code slip" in words
        await person.says(code)
        await person.sees(said, new=True)
