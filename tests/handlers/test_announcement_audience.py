"""Whom an announcement is for: units picked from the tree, people who lack what the text names, nobody at all."""

from sqlalchemy import update

from bot.simulator import Person
from db.models import Outbox, Unit
from tests.announcing import TEXT, comes, counted, previewed, renamed, rows_in
from tests.city import City


async def a_city(city: City) -> tuple[Person, dict[str, Person]]:
    """Ani is an officer of one agency; six people work in two others."""
    officer, _ = await city.member("Ani Contoh", roles=("officer",), agency="Sekretariat")
    people = {}
    for agency, unit, names in (
        ("Dinas Sosial", "Bidang Bantuan", ("Budi", "Cici")),
        ("Dinas Sosial", "Sekretariat Dinas", ("Dewi",)),
        ("Dinas Kesehatan", "Puskesmas Satu", ("Eko", "Fitri")),
        ("Dinas Kesehatan", "Puskesmas Dua", ("Gani",)),
    ):
        for name in names:
            people[name], _ = await city.member(name, agency=agency, unit_name=unit)
    return officer, people


def reached(people: dict[str, Person]) -> set[str]:
    return {name for name, person in people.items() if any("apel pukul" in one.text for one in person.received)}


async def test_an_agency_and_a_unit_of_another_are_chosen_and_nobody_else_hears(city: City) -> None:
    officer, people = await a_city(city)
    screen = await counted(officer, units=("Dinas Sosial", "Dinas Kesehatan/Puskesmas Dua"))
    assert "Sasaran: Dinas Sosial; Puskesmas Dua" in screen.text
    assert "Pegawai: 4" in screen.text
    await officer.taps("Pratinjau")
    await officer.sees("Bila sudah benar", new=True)
    await officer.taps("Kirim ke 4 orang")
    await comes(city, officer, "Selesai")
    assert reached(people) == {"Budi", "Cici", "Dewi", "Gani"}
    assert not [one for one in city.simulator.ledger.texts(officer.id) if "P-00000" in one and "P-000000" not in one]


async def test_what_is_chosen_can_be_taken_back_and_the_whole_takes_the_place_of_its_parts(city: City) -> None:
    officer, _ = await a_city(city)
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks")
    await officer.says(TEXT)
    await officer.sees("Kepada siapa", new=True)
    await officer.taps("Pilih unit")
    screen = await officer.sees("Belum ada yang dipilih", new=True)
    agencies = ["Dinas Kesehatan (3)", "Dinas Sosial (3)", "Sekretariat (1)", "Kembali"]
    assert screen.labels == agencies
    await officer.taps("Dinas Kesehatan (3)")
    screen = await officer.sees("Seluruh Dinas Kesehatan (3)", new=True)
    assert screen.labels == ["Seluruh Dinas Kesehatan (3)", "Puskesmas Dua (1)", "Puskesmas Satu (2)", "Kembali"]
    await officer.taps("Puskesmas Satu (2)")
    assert "Sudah dipilih: Puskesmas Satu." in (await officer.sees("✓ Puskesmas Satu (2)", new=True)).text
    await officer.taps("Seluruh Dinas Kesehatan (3)")
    screen = await officer.sees("✓ Seluruh Dinas Kesehatan (3)", new=True)
    assert "Sudah dipilih: Dinas Kesehatan." in screen.text
    assert "Puskesmas Satu (2)" in screen.labels
    await officer.taps("Puskesmas Dua (1)")
    assert "Sudah dipilih: Puskesmas Dua." in (await officer.sees("✓ Puskesmas Dua (1)", new=True)).text
    await officer.taps("✓ Puskesmas Dua (1)")
    assert "Selesai memilih" not in (await officer.sees("Belum ada yang dipilih", new=True)).labels
    await officer.taps("Kembali")
    assert (await officer.sees("Belum ada yang dipilih", new=True)).labels == agencies
    await officer.taps("Kembali")
    await officer.sees("Kepada siapa", new=True)


async def test_many_agencies_are_leafed_through_and_forged_units_change_nothing(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",), agency="Dinas Nol")
    for n in range(1, 11):
        await city.hired(f"Pegawai {n}", agency=f"Dinas {n:02d}")
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks")
    await officer.says(TEXT)
    await officer.sees("Kepada siapa", new=True)
    await officer.taps("Pilih unit")
    screen = await officer.sees("Belum ada yang dipilih", new=True)
    assert screen.labels[-2:] == ["Berikutnya", "Kembali"]
    await officer.taps("Berikutnya")
    screen = await officer.sees("Sebelumnya", new=True)
    assert screen.labels == ["Dinas 09 (1)", "Dinas 10 (1)", "Dinas Nol (1)", "Sebelumnya", "Kembali"]
    await officer.presses_data(screen, "ann_agency:1:9999:0")
    await officer.toast("sudah tidak ada")
    await officer.presses_data(screen, "ann_count:1")
    await officer.toast("Sasaran belum dipilih")
    await officer.taps("Dinas 09 (1)")
    screen = await officer.sees("Seluruh Dinas 09", new=True)
    await officer.presses_data(screen, screen.buttons[0][0]["callback_data"].replace(":1:", ":9999:", 1))
    await officer.toast("sudah tidak ada")


async def test_who_lacks_what_the_text_names_is_left_out_or_given_a_default(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    named, _ = await city.member("Budi Contoh")
    nameless, one = await city.member("Cici Contoh")
    await renamed(city, one, " ")
    screen = await counted(officer)
    assert "– {{ nama }}: 1 orang" in screen.text
    assert "Pratinjau" not in screen.labels
    await officer.presses_data(screen, "ann_preview:1")
    await officer.toast("Sebagian penerima")
    await officer.taps("Lewati orang-orang itu")
    assert "Terjangkau: 2" in (await officer.sees("Pegawai: 2", new=True)).text
    await officer.taps("Ubah teks")
    await officer.sees("ketik teks penggantinya", new=True)
    await officer.says("{{ sapaan }} {{ nama }}, apel pukul 08.00.")
    await officer.sees("– {{ nama }}: 1 orang", new=True)
    await officer.taps("Isi pengganti nama")
    await officer.sees("ketik kata yang dipakai", new=True)
    await officer.says("Rekan <b>ASN</b>")
    await officer.sees("Terjangkau: 3", new=True)
    await officer.taps("Pratinjau")
    await officer.sees("Bila sudah benar", new=True)
    await officer.taps("Kirim ke 3 orang")
    await nameless.sees("Ibu Rekan <b>ASN</b>, apel pukul 08.00.")
    await named.sees("Ibu Budi Contoh, apel pukul 08.00.")


async def test_people_left_out_get_no_row_and_a_unit_without_a_name_is_noticed(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",), unit_name="Bidang Satu")
    await city.member("Budi Contoh", unit_name="Bidang Kosong")
    async with city.database.transaction() as session:
        await session.execute(update(Unit).where(Unit.name == "Bidang Kosong").values(name=""))
    await counted(officer, "Rapat di {{ unit }}.")
    await officer.taps("Lewati orang-orang itu")
    await officer.sees("Terjangkau: 1", new=True)
    await officer.taps("Pratinjau")
    await officer.sees("Bila sudah benar", new=True)
    await officer.taps("Kirim ke 1 orang")
    await comes(city, officer, "Selesai")
    assert await rows_in(city, Outbox, Outbox.batch_id.is_not(None)) == 1


async def test_an_audience_nobody_of_can_be_reached_goes_nowhere(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await city.hired("Budi Contoh", agency="Dinas Jauh")
    screen = await counted(officer, units=("Dinas Jauh",))
    assert "Terjangkau: 0" in screen.text
    assert "– belum bergabung: 1" in screen.text
    assert "Pratinjau" not in screen.labels
    await officer.presses_data(screen, "ann_preview:1")
    await officer.toast("Tidak seorang pun")


async def test_samples_are_three_different_people_in_their_own_menus_language(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    english, _ = await city.member("Budi Contoh dengan Nama yang Panjang", sex="M")
    await city.member("Cici Contoh", sex="")
    await city.member("Dewi Contoh")
    await english.says("/bahasa")
    await english.sees("Pilih bahasa")
    await english.taps("English")
    await english.sees("Budi Contoh dengan", new=True)
    screen = await previewed(officer)
    names = {"Ani Contoh", "Dewi Contoh", "Budi Contoh dengan Nama yang Panjang"}
    assert {name for name in names | {"Cici Contoh"} if name in screen.text} == names
    sample = next(one.text for one in officer.received if "Yth. Bapak Budi" in one.text)
    assert "please reply to this message" in sample
    await officer.taps("Kirim ke 4 orang")
    told = await english.sees("apel pukul 07.30")
    assert told.text.replace(told.text.split("announcement ")[1][:8], "P-000000") == sample
