"""Joining by a slip: its link, its typed code, codes that don't serve, and a second account that claims somebody."""

from datetime import timedelta

from sqlalchemy import func, select

from db.models import CodeGuess, LinkClaim, Request, Slip
from db.slips import written
from tests.city import City
from tests.handlers.joining import a_slip, links_of


async def test_joining_by_the_slips_link(city: City) -> None:
    person = city.stranger("Orang Lain")
    rina = await city.hired("Rina Contoh")
    codes = await a_slip(city, rina)

    await person.says(f"/start {codes.link}")
    await person.sees("tidak pernah meminta uang")
    identity = await person.sees("Apakah ini Bapak/Ibu?")
    assert identity.labels == ["Ya, ini saya", "Bukan saya", "Ada data keliru"]
    await person.taps("Ya, ini saya")
    menu = await person.sees("Silakan pilih", new=True)
    assert "Rina Contoh" in menu.text
    assert not [message for message in person.messages if codes.link in message.text]
    (link,) = await links_of(city, rina)
    assert (link.level, link.way) == (2, "slip")

    late = city.stranger()
    for code in (codes.link, codes.typed):  # using either spends both
        await late.says(f"/start {code}")
        await late.sees("Kode ini tidak dapat dipakai", new=True)


async def test_a_code_typed_where_a_question_is_asked_for_reaches_nobody(city: City) -> None:
    person, rina = await city.member("Rina Contoh", level=1)
    codes = await a_slip(city, rina)
    await person.says("/tanya")
    await person.sees("Tulis pertanyaan")
    await person.says(written(codes.typed))
    await person.taps("Ya, ini saya", await person.sees("Apakah ini Bapak/Ibu?", new=True))
    await person.sees("Silakan pilih", new=True)
    assert not [message for message in person.messages if codes.typed[:4] in message.text]
    async with city.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Request)) == 0
    assert (await links_of(city, rina))[0].level == 2


async def test_a_typed_code_is_read_however_it_is_typed(city: City) -> None:
    for retyped in (
        lambda code: f"{code[:4]} {code[4:8]} {code[8:]}".lower(),
        lambda code: f"/start {code[:4]}-{code[4:8]}-{code[8:]}",
        lambda code: code.replace("0", "o").replace("1", "l"),
    ):
        person = city.stranger()
        who = await city.hired("Rina Contoh")
        await person.says(retyped((await a_slip(city, who)).typed))
        await person.taps("Ya, ini saya", await person.sees("Apakah ini", new=True))
        await person.sees("Silakan pilih", new=True)
        assert [link.level for link in await links_of(city, who)] == [2]


async def test_a_slip_raises_a_link_by_phone(city: City) -> None:
    person, rina = await city.member("Rina Contoh", level=1)
    await person.says((await a_slip(city, rina)).typed)
    await person.taps("Ya, ini saya", await person.sees("Apakah ini", new=True))
    await person.sees("Silakan pilih", new=True)
    (link,) = await links_of(city, rina)
    assert (link.level, link.generation) == (2, 1)


async def test_every_useless_code_gets_one_answer(city: City) -> None:
    used, old, replaced, fresh = [await city.hired(f"Pegawai {n} Contoh") for n in range(4)]
    used_code, replaced_code = (await a_slip(city, used)).typed, (await a_slip(city, replaced)).typed
    first = city.stranger()
    await first.says(used_code)
    await first.taps("Ya, ini saya", await first.sees("Apakah ini", new=True))
    await first.sees("Silakan pilih", new=True)
    old_code = (await a_slip(city, old)).typed
    city.clock.offset += timedelta(days=15)
    await a_slip(city, replaced)
    fresh_code = (await a_slip(city, fresh)).typed

    person, answers = city.stranger(), set()
    for code in ("7K4M-2QXB-9DTE", used_code, old_code, replaced_code, "/start apa-saja"):
        await person.says(code)
        answers.add((await person.sees("tidak dapat dipakai", new=True)).text)
    await person.says(fresh_code)  # right, but one guess too many
    answers.add((await person.sees("tidak dapat dipakai", new=True)).text)
    assert len(answers) == 1
    assert await links_of(city, fresh) == []

    city.clock.offset += timedelta(hours=1)
    await person.says(fresh_code)
    await person.sees("Apakah ini", new=True)


async def test_when_all_guess_together_typed_codes_rest_and_links_work(city: City) -> None:
    rina = await city.hired("Rina Contoh")
    codes = await a_slip(city, rina)
    assert city.service is not None
    async with city.database.transaction() as session:
        for number in range(city.service.tools.rules.guess_limit_all):
            session.add(CodeGuess(chat_id=number, at=city.clock.now()))
    person = city.stranger()
    await person.says(codes.typed)
    await person.sees("tidak dapat dipakai", new=True)
    await person.says(f"/start {codes.link}")
    await person.sees("Apakah ini", new=True)


async def test_a_slip_passed_around_is_used_up(city: City) -> None:
    rina = await city.hired("Rina Contoh")
    codes = await a_slip(city, rina)
    for _ in range(5):
        person = city.stranger()
        await person.says(codes.typed)
        await person.taps("Bukan saya", await person.sees("Apakah ini", new=True))
        await person.sees("Tidak ada yang tersambung", new=True)
    last = city.stranger()
    await last.says(codes.typed)
    await last.sees("tidak dapat dipakai", new=True)
    async with city.database.reading() as session:
        assert (await session.scalars(select(Slip.closed_reason))).all() == ["tries"]


async def test_a_slip_that_runs_out_before_the_yes(city: City) -> None:
    person = city.stranger()
    rina = await city.hired("Rina Contoh", phone=person.phone)
    await person.says((await a_slip(city, rina)).typed)
    identity = await person.sees("Apakah ini", new=True)
    await a_slip(city, rina)
    await person.taps("Ya, ini saya", identity)
    gone = await person.sees("sudah dipakai, diganti", new=True)
    assert (gone.id, gone.labels) == (identity.id, [])
    await person.sees("Sambil menunggu lembar baru", new=True)
    assert await links_of(city, rina) == []
    await person.taps("Bagikan nomor HP")
    assert "Bidang Pelayanan" in (await person.sees("unit", new=True)).labels


async def test_a_slip_that_runs_out_takes_nothing_from_who_has_joined(city: City) -> None:
    person, rina = await city.member("Rina Contoh", level=1)
    await person.says((await a_slip(city, rina)).typed)
    identity = await person.sees("Apakah ini", new=True)
    await a_slip(city, rina)
    await person.taps("Ya, ini saya", identity)
    gone = await person.sees("sudah dipakai, diganti", new=True)
    assert (gone.id, gone.labels) == (identity.id, ["Menu utama"])
    assert [link.level for link in await links_of(city, rina)] == [1]


async def test_a_second_claimant_freezes_the_link(city: City) -> None:
    first, rina = await city.member("Rina Contoh")
    officer, _ = await city.member("Olin Contoh", roles=["officer"])
    second = city.stranger("Orang Kedua")
    await second.says((await a_slip(city, rina)).typed)
    await second.taps("Ya, ini saya", await second.sees("Apakah ini", new=True))
    waiting = await second.sees("sudah tersambung dengan akun Telegram lain", new=True)
    assert str(second.id) in waiting.text
    warned = await first.sees("mengaku sebagai Bapak/Ibu")
    assert "Rina" not in warned.text
    assert (await officer.sees("Akun Telegram kedua")).labels == ["Sambungan ganda"]

    for text in ("/start", "/manfaat", "/tanya"):
        await first.says(text)
        await first.sees("sedang dibekukan", new=True)
    async with city.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(LinkClaim)) == 1
    assert [link.chat_id for link in await links_of(city, rina)] == [first.id]


async def test_a_confirmed_account_cannot_become_somebody_else(city: City) -> None:
    person, rina = await city.member("Rina Contoh")
    budi = await city.hired("Budi Contoh")
    await person.says((await a_slip(city, budi)).typed)
    await person.taps("Ya, ini saya", await person.sees("Apakah ini", new=True))
    await person.toast("sudah disahkan sebagai pegawai lain")
    assert await links_of(city, budi) == []
    assert [link.closed_at for link in await links_of(city, rina)] == [None]


async def test_a_slip_puts_a_recycled_number_right(city: City) -> None:
    person, before = await city.member("Rina Contoh", level=1)
    budi = await city.hired("Budi Contoh")
    await person.says((await a_slip(city, budi)).typed)
    await person.taps("Ya, ini saya", await person.sees("Apakah ini", new=True))
    await person.sees("Budi Contoh", new=True)
    assert [link.closed_reason for link in await links_of(city, before)] == ["other_person"]
    assert [link.level for link in await links_of(city, budi)] == [2]


async def test_another_users_button_opens_nothing(city: City) -> None:
    person, thief = city.stranger(), city.stranger()
    rina = await city.hired("Rina Contoh")
    await person.says((await a_slip(city, rina)).typed)
    await person.sees("Apakah ini", new=True)
    await thief.says("/menu")
    screen = await thief.sees("Selamat datang")
    for data in ("join_yes", "join_unit:0", "join_no", "join_wrong"):
        await thief.presses_data(screen, data)
        await thief.toast("sudah tidak berlaku")
    assert await links_of(city, rina) == []


async def test_joining_in_english(city: City) -> None:
    person = city.stranger()
    rina = await city.hired("Rina Contoh")
    await person.says("/bahasa")
    await person.taps("English", await person.sees("Pilih bahasa"))
    await person.sees("Type /start to join", new=True)
    await person.says((await a_slip(city, rina)).typed)
    identity = await person.sees("Is this you?", new=True)
    assert identity.labels == ["Yes, this is me", "This is not me", "Some data is wrong"]
    await person.taps("Yes, this is me", identity)
    await person.sees("Thank you, you are linked now", new=True)
