"""A reply to an announcement: nothing is passed on unasked, and it becomes a question when its writer says so."""

from bot.simulator import Person
from bot.simulator.messages import Message
from db import announcements
from db.announcements import Plan
from db.audiences import Audience
from db.models import Outbox
from tests.announcing import rows_in
from tests.city import City
from tests.handlers.test_questions import number_of, requests_in
from tests.sending import until


async def announced(city: City, author_id: int, text: str) -> None:
    """Have an announcement go to everybody."""
    now = city.clock.now()
    async with city.database.transaction() as session:
        made = await announcements.draft(session, author_id, text, now)
        announcements.aim(made, Audience(everyone=True))
        await announcements.confirm(session, made, (), Plan(), now, by=author_id, due_at=now)


async def arrived(city: City, person: Person) -> Message:
    """See the announcement, once it is written down where it stands; nobody replies within that moment."""
    message = await person.sees("Apel pagi pindah")

    async def written() -> bool:
        return await rows_in(city, Outbox, Outbox.message_id == message.id) > 0

    await until(written)
    return message


async def test_a_reply_to_an_announcement_becomes_a_question(city: City) -> None:
    officer, author = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await announced(city, author.id, "Apel pagi pindah ke hari Kamis.")
    message = await arrived(city, person)
    await person.replies(message, "Apakah berlaku bagi guru?")
    await person.sees("kirimkan sebagai pertanyaan")
    assert await requests_in(city.database) == []
    await person.taps("Ini pertanyaan")
    number = await number_of(person)
    await officer.sees(number)
    await officer.taps("Buka pertanyaan")
    request = await officer.sees("Apakah berlaku bagi guru?")
    assert "Balasan terhadap pengumuman: Apel pagi pindah ke hari Kamis\n" in request.text
    await person.taps("Ini pertanyaan")
    await person.toast("sudah tidak berlaku")
    assert len(await requests_in(city.database)) == 1


async def test_a_reply_may_ask_for_a_call_or_be_left_alone(city: City) -> None:
    officer, author = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await announced(city, author.id, "Apel pagi pindah ke hari Kamis.")
    message = await arrived(city, person)
    await person.replies(message, "Baik, terima kasih.")
    await person.sees("kirimkan sebagai pertanyaan")
    await person.taps("Batal")
    await person.sees("Sudah dibatalkan")
    await person.replies(message, "Saya perlu bicara.")
    await person.sees("kirimkan sebagai pertanyaan", new=True)
    await person.taps("Minta dihubungi")
    await person.sees("Permintaan dihubungi")
    [request] = await requests_in(city.database)
    assert (request.origin, request.origin_id) == ("announcement", "1")
    await officer.sees(request.number)
    await officer.taps("Buka pertanyaan")
    shown = await officer.sees("Saya perlu bicara.")
    assert f"Minta dihubungi di {person.phone}" in shown.text
