"""`/manfaat` as the person sees it, and what is kept of the taps: numbers a day, nothing of anybody."""

from datetime import timedelta

from sqlalchemy import inspect, select

from bot.simulator.doings import STALE_SECONDS
from db.models import AuditEntry, Base, BenefitTap, Dialog, Request, Shown
from tests.city import City


async def taps(city: City) -> dict[tuple[str, str, str], int]:
    async with city.database.reading() as session:
        rows = await session.scalars(select(BenefitTap))
        return {(row.topic, row.answer, row.on_date.isoformat()): row.taps for row in rows}


async def test_topics_lead_to_cards_that_are_leafed_through(city: City) -> None:
    person, _ = await city.member("Rina Contoh", level=1)
    await person.says("/manfaat")
    topics = await person.sees("Setiap manfaat kami sampaikan bersama beratnya")
    assert topics.labels[0] == "Belajar hal baru"
    assert topics.labels[-1] == "Menu utama"
    await person.taps("Kekhawatiran")
    first = await person.sees("Kekhawatiran: jarak", new=True)
    assert first.labels == ["Berikutnya", "Sudah jelas", "Masih ada pertanyaan", "Daftar topik"]
    await person.taps("Berikutnya")
    second = await person.sees("Kekhawatiran: penghasilan", new=True)
    assert second.labels[:2] == ["Sebelumnya", "Berikutnya"]
    await person.taps("Sebelumnya")
    await person.sees("Kekhawatiran: jarak", new=True)
    await person.taps("Daftar topik")
    await person.sees("Pilih topik", new=True)
    await person.taps("Jejak karier")
    card = await person.sees("Beratnya.", new=True)
    assert "Yang tidak dapat kami janjikan." in card.text
    assert card.labels == ["Sudah jelas", "Masih ada pertanyaan", "Daftar topik"]


async def test_a_card_of_weeks_ago_still_counts(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/manfaat")
    await person.taps("Jejak karier", await person.sees("Pilih topik"))
    card = await person.sees("Beratnya.", new=True)
    card.date -= STALE_SECONDS * 10  # Telegram then names the message and says no more of it
    await person.taps("Sudah jelas", card)
    await person.sees("kami catat sudah jelas", new=True)
    assert list((await taps(city)).values()) == [1]


async def test_in_english_too(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/bahasa")
    await person.sees("Pilih bahasa")
    await person.taps("English")
    await person.says("/manfaat")
    await person.sees("We tell each benefit together with what it costs")
    await person.taps(person.last.labels[0])
    await person.sees("What it costs.", new=True)
    await person.taps("Clear now")
    await person.sees("only the number is kept, not who pressed", new=True)


async def test_a_tap_is_counted_once_for_each_card_shown_and_by_day(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    other, _ = await city.member("Sari Contoh")
    await person.says("/manfaat")
    await person.sees("Pilih topik")
    await person.taps("Jejak karier")
    card = await person.sees("Beratnya.", new=True)
    for _ in range(3):  # a trembling thumb, before the screen has changed
        await person.presses_data(card, "clear:career")
    await person.sees("kami catat sudah jelas")
    await person.toast()
    await other.says("/manfaat")
    await other.sees("Pilih topik")
    await other.taps("Jejak karier")
    await other.sees("Beratnya.", new=True)
    await other.taps("Sudah jelas")
    await other.sees("bukan siapa yang menekan")
    assert await taps(city) == {("career", "clear", "2026-11-24"): 2}
    city.clock.offset += timedelta(days=1)
    await person.taps("Daftar topik")
    await person.sees("Pilih topik", new=True)
    await person.taps("Jejak karier")
    await person.sees("Beratnya.", new=True)
    await person.taps("Sudah jelas")
    await person.sees("kami catat sudah jelas", new=True)
    assert await taps(city) == {("career", "clear", "2026-11-24"): 2, ("career", "clear", "2026-11-25"): 1}


async def test_nothing_that_is_kept_ties_the_person_to_the_tap(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    await person.says("/manfaat")
    await person.sees("Pilih topik")
    await person.taps("Jejak karier")
    await person.sees("Beratnya.", new=True)
    await person.taps("Sudah jelas")
    await person.sees("kami catat sudah jelas", new=True)
    await person.taps("Menu utama")
    await person.sees("ada yang bisa kami bantu", new=True)
    assert {column.key for column in inspect(BenefitTap).columns} == {"id", "topic", "answer", "on_date", "taps"}
    assert set(await tables_saying(city, "career")) == {"benefit_taps"}
    async with city.database.reading() as session:
        assert list(await session.scalars(select(Shown))) == []
        assert list(await session.scalars(select(Dialog))) == []
        assert list(await session.scalars(select(AuditEntry))) == []


async def tables_saying(city: City, word: str) -> list[str]:
    """Name the tables in which a word can be read; nothing sealed may lie about but phones and read updates."""
    found = []
    async with city.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                if any(word in str(value) for value in row):
                    found.append(table.name)
                assert not any(isinstance(value, bytes) for value in row) or table.name in {"employees", "updates"}
    return found


async def test_a_question_about_a_topic_says_so_to_the_officer(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    await person.says("/manfaat")
    await person.sees("Pilih topik")
    await person.taps("Jejak karier")
    await person.sees("Beratnya.", new=True)
    await person.taps("Masih ada pertanyaan")
    await person.sees("Tulis pertanyaan", new=True)
    await person.says("Apakah rotasi dihitung?")
    await person.sees("sudah kami terima")
    await officer.sees("pertanyaan baru")
    await officer.taps("Buka pertanyaan")
    request = await officer.sees("Apakah rotasi dihitung?")
    assert "Tentang topik: Jejak karier" in request.text
    assert await taps(city) == {("career", "question", "2026-11-24"): 1}
    async with city.database.reading() as session:
        [kept] = await session.scalars(select(Request))
    assert (kept.origin, kept.origin_id) == ("benefit", "career")


async def test_forged_topics_and_cards_count_nothing(city: City) -> None:
    person, _ = await city.member("Rina Contoh")
    stranger = city.stranger()
    await person.says("/manfaat")
    screen = await person.sees("Pilih topik")
    for data in ("clear:nothing", "clear:career", "card:career:9", "card:career:-1", "card:x:0", "unclear:x"):
        await person.presses_data(screen, data)
        await person.toast()
    await stranger.says("/manfaat")
    await stranger.sees("Ketik /start untuk bergabung")
    assert await taps(city) == {}
