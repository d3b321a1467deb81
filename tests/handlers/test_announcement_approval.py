"""Above the threshold: another officer sees all of it, approves exactly that, or returns it with a reason."""

from datetime import timedelta

from bot.simulator import Person
from db.models import Announcement, Batch, Employee, Outbox, RoleGrant
from tests.announcing import acts, comes, crowd, previewed, refused, rows_in
from tests.city import City

MANY = 500
"""With the officers themselves one more than goes without a second officer."""


async def office(city: City) -> tuple[Person, Person]:
    """Ani has written to everybody and pressed the button that sends; Beni is the other officer."""
    author, _ = await city.member("Ani Contoh", roles=("officer",))
    second, _ = await city.member("Beni Contoh", roles=("officer",))
    await crowd(city, MANY)
    await previewed(author)
    await author.taps("Kirim ke 502 orang")
    return author, second


async def test_the_other_officer_approves_and_only_then_it_goes(city: City) -> None:
    author, second = await office(city)
    await author.sees("Menunggu persetujuan petugas lain", new=True)
    asked = await second.sees("meminta persetujuan")
    assert "Yth. {{ sapaan }} {{ nama }} dari {{ unit }}, apel pukul 07.30." in asked.text
    assert "Sasaran: semua pegawai" in asked.text
    assert "Terjangkau: 502 orang" in asked.text
    assert asked.labels == ["Setujui pengiriman", "Kembalikan"]
    assert await rows_in(city, Batch) == 0
    await second.taps("Setujui pengiriman")
    await second.taps("Setujui pengiriman", asked)
    await second.sees("Sedang dikirim", new=True)
    await author.sees("sudah disetujui petugas lain")
    await comes(city, second, "Selesai")
    done = await comes(city, author, "Terkirim: 502 dari 502")
    assert "Selesai" in done.text
    assert await rows_in(city, Outbox, Outbox.batch_id.is_not(None)) == 502
    assert set(city.simulator.ledger.per_chat().values()) >= {1}
    assert [one["people"] for one in await acts(city, "announcement.confirm")] == [502]
    assert len(await acts(city, "approval.approve")) == 1


async def test_the_author_cannot_approve_and_an_employee_sees_no_such_button(city: City) -> None:
    author, second = await office(city)
    await author.sees("Menunggu persetujuan", new=True)
    asked = await second.sees("meminta persetujuan")
    code = asked.buttons[0][0]["callback_data"]
    await author.presses_data(author.last, code)
    await author.toast("sendiri")
    await author.presses_data(author.last, asked.buttons[1][0]["callback_data"])
    await author.toast("sendiri")
    employee = city.simulator.as_person(max(city.simulator.world.accounts))
    await employee.says("/menu")
    await employee.presses_data(await employee.sees("ada yang bisa"), code)
    await employee.toast("tidak dapat Bapak/Ibu gunakan")
    assert await rows_in(city, Batch) == 0


async def test_returned_with_a_reason_mended_and_asked_for_again(city: City) -> None:
    author, second = await office(city)
    asked = await second.sees("meminta persetujuan")
    earlier = asked.buttons[0][0]["callback_data"]
    await second.taps("Kembalikan")
    await second.sees("ketik alasan", new=True)
    await second.says("Jamnya <keliru>, mohon pukul 08.00.")
    await second.sees("sudah dikembalikan", new=True)
    told = await author.sees("Alasan: Jamnya <keliru>, mohon pukul 08.00.")
    assert "Belum ada yang terkirim" in told.text
    await author.taps("Buka draf")
    await author.sees("Terjangkau: 502", new=True)
    await author.taps("Ubah teks")
    await author.sees("ketik teks penggantinya", new=True)
    await author.says("Apel {{ nama }} pukul 08.00.")
    await author.sees("Terjangkau: 502", new=True)
    await author.taps("Pratinjau")
    await author.sees("Bila sudah benar", new=True)
    await author.taps("Kirim ke 502 orang")
    again = await second.sees("Apel {{ nama }} pukul 08.00.", new=True)
    await second.presses_data(asked, earlier)
    await second.toast("tidak berlaku")
    assert await rows_in(city, Batch) == 0
    await second.taps("Setujui pengiriman", again)
    await second.sees("Sedang dikirim", new=True)
    assert [one["digest"] for one in await acts(city, "approval.approve")] == [
        one["digest"] for one in await acts(city, "announcement.confirm")
    ]


async def test_the_author_takes_the_asking_back(city: City) -> None:
    author, second = await office(city)
    await author.sees("Menunggu persetujuan", new=True)
    asked = await second.sees("meminta persetujuan")
    asked_codes = [row[0]["callback_data"] for row in asked.buttons]
    await author.taps("Batalkan permintaan")
    await author.sees("Terjangkau: 502", new=True)
    await second.presses_data(asked, asked_codes[0])
    await second.toast("tidak berlaku")
    settled = await second.sees("ditarik oleh pembuatnya")
    assert (settled.id, settled.labels) == (asked.id, [])
    await second.presses_data(settled, asked_codes[1])
    await second.toast("tidak berlaku")
    assert await rows_in(city, Batch) == 0


async def test_without_a_second_officer_it_is_said_what_to_do(city: City) -> None:
    author, _ = await city.member("Ani Contoh", roles=("officer",))
    await crowd(city, MANY)
    await previewed(author)
    await author.taps("Kirim ke 501 orang")
    await refused(author, "petugas kedua")
    async with city.database.reading() as session:
        one = await session.get(Announcement, 1)
    assert one is not None
    assert one.state == "draft"
    assert await rows_in(city, Batch) == 0


async def test_an_officer_the_author_made_yesterday_cannot_approve(city: City) -> None:
    author, ani = await city.member("Ani Contoh", roles=("officer",))
    _, beni = await city.member("Beni Contoh", roles=("officer",))
    await city.member("Cici Contoh")
    async with city.database.transaction() as session:
        known = await session.get(Employee, beni.id)
        assert known is not None
        grant = RoleGrant(
            employee_id=known.id, role="leader", granted_by=ani.id, granted_at=city.clock.now() - timedelta(days=1)
        )
        session.add(grant)
    await crowd(city, MANY)
    await previewed(author)
    await author.taps("Kirim ke 503 orang")
    await refused(author, "7 hari")
    assert await rows_in(city, Batch) == 0


async def test_the_threshold_itself_needs_no_second_officer(city: City) -> None:
    author, _ = await city.member("Ani Contoh", roles=("officer",))
    await crowd(city, MANY - 1)
    await previewed(author, "Apel pukul 07.30.")
    await author.taps("Kirim ke 500 orang")
    await author.sees("Sedang dikirim", new=True)
