"""What everybody can do at any time, and what strangers, groups and forged buttons get."""

from datetime import timedelta

from db.models import Chat
from tests.city import City


async def test_a_strangers_menu_says_how_to_join(city: City) -> None:
    person = city.stranger()
    await person.says("/menu")
    await person.sees("Ketik /start untuk bergabung")


async def test_english_stays_chosen(city: City) -> None:
    person = city.stranger()
    await person.says("/bahasa")
    await person.sees("Pilih bahasa")
    await person.taps("English")
    await person.sees("Type /start to join", new=True)
    await person.says("apa saja")
    await person.sees("we did not understand", new=True)


async def test_an_office_command_is_unknown_to_an_employee(city: City) -> None:
    person, _ = await city.member()
    await person.says("/bukan_perintah")
    unknown = (await person.sees("belum memahami")).text
    await person.says("/siaran")
    assert (await person.sees("belum memahami", new=True)).text == unknown


async def test_cancelling_nothing_says_so(city: City) -> None:
    person = city.stranger()
    await person.says("/batal")
    await person.sees("Tidak ada isian yang sedang berjalan")


async def test_a_forged_button_has_no_effect(city: City) -> None:
    person = city.stranger()
    await person.says("/bahasa")
    screen = await person.sees("Pilih bahasa")
    for data in ("tidak-ada", "lang", "lang:id:1:2:3", "menu:hapus_semua", ":", "lang:" + "x" * 50):
        press = await person.presses_data(screen, data)
        await person.toast()
        assert press.answers
    await person.says("halo")
    await person.sees("belum memahami", new=True)


async def test_blocking_and_coming_back_is_noted(city: City) -> None:
    person = city.stranger()
    await person.says("/menu")
    await person.sees("Selamat datang")
    person.blocks()
    person.unblocks()
    await person.says("/menu")
    await person.sees("Selamat datang", new=True)
    async with city.database.reading() as session:
        chat = await session.get(Chat, person.id)
    assert chat is not None
    assert chat.unreachable is None


async def test_a_stranger_is_offered_what_is_open_to_them_and_nothing_else(city: City) -> None:
    person = city.stranger()
    await person.says("/menu")
    assert (await person.sees("Ketik /start untuk bergabung")).labels == ["Mulai atau bergabung"]
    await person.says("/bantuan")
    told = (await person.sees("Bantuan", new=True)).text
    assert "/start" in told
    assert "/tanya" not in told
    assert "/siaran" not in told
    await person.taps("Mulai atau bergabung")
    await person.sees("tidak pernah meminta uang", new=True)


async def test_a_word_typed_after_the_menu_or_a_day_later_is_no_answer(city: City) -> None:
    person, _ = await city.member()
    await person.says("/tanya")
    await person.sees("data kesehatan")
    await person.says("/menu")
    await person.sees("ada yang bisa kami bantu", new=True)
    await person.says("terima kasih")
    await person.sees("belum memahami", new=True)
    await person.says("/tanya")
    await person.sees("data kesehatan", new=True)
    city.clock.offset += timedelta(days=2)
    await person.says("terima kasih")
    await person.sees("belum memahami", new=True)
