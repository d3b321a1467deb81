"""Joining by the own phone number: the unit question, the initials, and everything that can go wrong."""

from db.models import Employee
from tests.city import City
from tests.handlers.joining import OTHER_UNITS, OWN_UNIT, a_staffed_city, links_of, shares_number


async def test_joining_by_phone_number(city: City) -> None:
    await a_staffed_city(city)
    person = city.stranger("Rina Contoh")
    rina = await city.hired("Rina Contoh", phone=person.phone, unit_name=OWN_UNIT)

    await person.says("/start")
    notice = await person.sees("tidak membuat Bapak/Ibu dimutasi")
    assert "tidak pernah meminta uang, kata sandi, atau kode OTP" in notice.text
    assert str(person.id) in notice.text
    assert [[key["text"] for key in row] for row in person.reply_keyboard] == [["Bagikan nomor HP"]]

    await person.taps("Bagikan nomor HP")
    question = await person.sees("Di unit mana")
    assert person.reply_keyboard == []
    *units, cancel = question.labels
    assert len(units) == 5
    assert OWN_UNIT in units
    assert set(units) - {OWN_UNIT} < set(OTHER_UNITS)
    assert cancel == "Batal"

    await person.taps(OWN_UNIT)
    identity = await person.sees("Apakah ini Bapak/Ibu?", new=True)
    assert "R. C." in identity.text
    assert "Rina" not in identity.text
    assert identity.labels == ["Ya, ini saya", "Bukan saya", "Ada data keliru"]

    await person.taps("Ya, ini saya")
    await person.sees("sudah tersambung", new=True)
    menu = await person.sees("Sambungan ini belum disahkan", new=True)
    assert "Rina Contoh" in menu.text
    (link,) = await links_of(city, rina)
    assert (link.chat_id, link.level, link.way, link.generation) == (person.id, 1, "contact", 1)

    await person.presses_data(identity, "join_yes")  # an old screen has no second effect
    await person.toast("sudah tidak berlaku")
    await person.says("/start")
    await person.sees("Sambungan ini belum disahkan", new=True)
    assert len(await links_of(city, rina)) == 1


async def test_the_five_units_are_the_same_at_every_try(city: City) -> None:
    await a_staffed_city(city)
    for name in ("Bidang Arsip", "Bidang Mutasi", "Bidang Aset"):
        await city.hired("Orang Contoh", unit_name=name)
    person = city.stranger()
    await city.hired(phone=person.phone)
    await shares_number(person)
    first = (await person.sees("Di unit mana", new=True)).labels
    assert len(first) == 6
    await shares_number(person)
    assert (await person.sees("Di unit mana", new=True)).labels == first


async def test_wrong_units_end_the_way_by_phone(city: City) -> None:
    await a_staffed_city(city)
    finder, operator_person = (
        city.stranger("Pemilik Nomor Bekas"),
        (await city.member("Olin Contoh", roles=["officer"]))[0],
    )
    rina = await city.hired("Rina Contoh", phone=finder.phone, unit_name=OWN_UNIT)
    for _ in range(2):
        await shares_number(finder)
        question = await finder.sees("Di unit mana", new=True)
        wrong = next(label for label in question.labels if label not in {OWN_UNIT, "Batal"})
        await finder.taps(wrong)
        told = await finder.sees("Unit itu tidak cocok", new=True)
        assert str(finder.id) in told.text
        assert "R. C." not in told.text

    await shares_number(finder)
    closed = await finder.sees("belum dapat kami cocokkan", new=True)
    assert OWN_UNIT not in closed.text
    assert await links_of(city, rina) == []
    assert operator_person.received == []


async def test_whoever_is_not_that_person_says_so(city: City) -> None:
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    for choice, told, note in (
        ("Bukan saya", "Tidak ada yang tersambung", "menyatakan bukan pegawai itu"),
        ("Ada data keliru", "Belum ada yang tersambung", "ada data yang keliru"),
    ):
        person = city.stranger("Budi Contoh")
        budi = await city.hired("Budi Contoh", phone=person.phone, unit_name="Seksi Jalan")
        await shares_number(person)
        await person.sees("Di unit mana", new=True)
        await person.taps("Seksi Jalan")
        await person.taps(choice, await person.sees("Apakah ini", new=True))
        await person.sees(told, new=True)
        heard = await officer.sees(note)
        assert "B. C." in heard.text
        assert "Budi" not in heard.text
        assert await links_of(city, budi) == []


async def test_numbers_that_fit_nobody_or_two_get_one_answer(city: City) -> None:
    unknown, shared, gone = city.stranger(), city.stranger(), city.stranger()
    for name in ("Siti Contoh", "Sari Contoh"):
        await city.hired(name, phone=shared.phone)
    left = await city.hired("Lela Contoh", phone=gone.phone)
    async with city.database.transaction() as session:
        (await session.get_one(Employee, left.id)).left_at = city.clock.now()

    answers = set()
    for person in (unknown, shared, gone):
        await shares_number(person)
        said = await person.sees("belum dapat kami cocokkan", new=True)
        assert str(person.id) in said.text
        assert person.reply_keyboard == []
        answers.add(said.text.replace(str(person.id), "N"))
    assert len(answers) == 1


async def test_somebody_elses_card_is_refused(city: City) -> None:
    person, other = city.stranger("Rina Contoh"), city.stranger("Budi Contoh")
    budi = await city.hired("Budi Contoh", phone=other.phone)
    await person.says("/start")
    await person.sees("Bagikan nomor HP")
    await person.forwards_contact(other)
    await person.sees("diteruskan atau milik orang lain", new=True)
    assert await links_of(city, budi) == []
    assert [[key["text"] for key in row] for row in person.reply_keyboard] == [["Bagikan nomor HP"]]


async def test_coming_back_after_blocking_is_welcomed(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    person.blocks()
    person.unblocks()
    await person.sees("Selamat datang kembali, Ibu Rina Contoh")
