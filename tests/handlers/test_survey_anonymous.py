"""An anonymous survey as its people and its officer see it end, through the tick and the chat."""

from datetime import timedelta

from sqlalchemy import func, select, update

from db.engine import Database
from db.models import Employee, Link, SurveyBallot, SurveyParticipant, SurveyRound
from db.round_keys import RoundKeysInMemory
from db.surveys.definition import Secrecy
from tests import anonymous
from tests.announcing import comes, refused, tick
from tests.answering import after, asked, begins, types
from tests.city import City
from tests.survey_answering import answers
from tests.surveying import question, single, survey

DAYS = timedelta(days=13, hours=1)


async def count(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(SurveyBallot)) or 0


async def also_asked(poll: anonymous.Poll, who: Employee) -> None:
    async with poll.database.transaction() as session:
        session.add(
            SurveyParticipant(
                round_id=poll.round_id, employee_id=who.id, unit_id=who.unit_id, agency_id=who.agency_id,
                state="invited",
            )
        )  # fmt: skip


async def test_it_ends_on_its_day_and_whoever_opened_it_hears_how_many_answers_count(city: City) -> None:
    officer, author = await city.member("Ani Contoh", roles=("officer",))
    person, rina = await city.member("Rina Contoh")
    poll = await anonymous.opened(city.database, 6, author=author)
    await also_asked(poll, rina)
    for who in poll.asked:
        await poll.fill(who, anonymous.answers("A"))
    async with city.database.transaction() as session:
        await session.execute(update(Link).where(Link.employee_id == poll.asked[0].id).values(level=1))
    first = await begins(person, "Coba")
    assert "saat ditutup sambungan itu dimusnahkan" in first.text
    screen = await after(person, "Saya setuju", "Tanya PILIH")

    city.clock.offset += DAYS
    await tick(city, "surveys")
    told = await comes(city, officer, "Survei Coba sudah ditutup")
    assert "5 jawaban dihitung. 1 lainnya tidak dihitung karena sambungan akunnya belum disahkan" in told.text
    assert await count(city.database) == 5
    await person.taps("Pilihan A", screen)
    await person.toast("sudah ditutup")
    await tick(city, "surveys")
    assert sum("Survei Coba" in message.text for message in officer.received) == 1


async def test_of_fewer_than_five_nothing_is_kept_and_a_missing_key_is_said_in_words(city: City) -> None:
    officer, author = await city.member("Ani Contoh", roles=("officer",))
    person, rina = await city.member("Rina Contoh")
    poll = await anonymous.opened(city.database, 4, author=author)
    await also_asked(poll, rina)
    for who in poll.asked:
        await poll.fill(who, anonymous.answers("A"))
    keys = city.database.keys.rounds
    assert isinstance(keys, RoundKeysInMemory)
    key = keys.keys.pop(poll.round_id)
    await tick(city, "surveys")
    screen = await begins(person, "Coba")
    await person.taps("Saya setuju", screen)
    await person.toast("Kunci survei anonim ini tidak ditemukan")
    keys.keys[poll.round_id] = key
    await after(person, "Saya setuju", "Tanya PILIH")

    city.clock.offset += DAYS
    await tick(city, "surveys")
    await comes(city, officer, "Jawaban yang dapat dihitung kurang dari lima, maka semuanya dihapus")
    assert await count(city.database) == 0


async def test_a_key_that_is_not_put_back_is_said_while_it_is_waited_for_and_when_its_answers_are_lost(
    city: City,
) -> None:
    officer, author = await city.member("Ani Contoh", roles=("officer",))
    poll = await anonymous.opened(city.database, 6, author=author)
    for who in poll.asked:
        await poll.fill(who, anonymous.answers("A"))
    city.database.keys.rounds.destroy(poll.round_id)
    city.clock.offset += DAYS
    await tick(city, "surveys")
    city.clock.offset += timedelta(days=1)
    await officer.says("/kelola_survei")
    await officer.taps("Sedang ditutup: Coba", await officer.sees("Kelola survei", new=True))
    waiting = await officer.sees("Menunggu kunci", new=True)
    assert "paling lambat Senin, 14 Desember 2026 pukul 10.00 WITA" in waiting.text
    city.clock.offset += timedelta(days=6)
    await tick(city, "surveys")
    told = await comes(city, officer, "Survei Coba sudah ditutup")
    assert "hilang dari server dan tidak dikembalikan dalam 7 hari" in told.text
    assert "6 jawaban tidak dapat dibuka oleh siapa pun" in told.text
    assert not any(words in told.text for words in ("kurang dari lima", "menunjuk orangnya", "belum disahkan"))


async def test_its_end_does_not_break_into_another_survey(city: City) -> None:
    person, rina = await city.member("Rina Contoh")
    poll = await anonymous.opened(city.database, 5, author=rina)
    await also_asked(poll, rina)
    other = survey(question("Q1", "short_text"), single("Q2"), code="B", title={"id": "Survei B"})
    await asked(city, [rina], other, days=30)
    city.clock.offset += DAYS - timedelta(hours=3)
    await begins(person, "Coba")
    await after(person, "Saya setuju", "Tanya PILIH")
    await begins(person, "Survei B")
    city.clock.offset += timedelta(hours=3)
    await tick(city, "surveys")
    async with city.database.reading() as session:
        assert await session.scalar(select(SurveyRound.state).where(SurveyRound.id == poll.round_id)) == "closed"
    await types(person, "kata", "Tanya Q2")


async def test_a_lost_key_keeps_nobody_from_the_other_surveys(city: City) -> None:
    person, rina = await city.member("Rina Contoh")
    secret = await asked(city, [rina], survey(single("Q1"), code="A", title={"id": "Survei A"}),
                         secrecy=Secrecy.ANONYMOUS)  # fmt: skip
    await asked(city, [rina], survey(single("Q1"), code="B", title={"id": "Survei B"}))
    await answers(city.database, person.id, secret, {"Q1": "1"}, now=city.clock.now(), send=False)
    for spoil in (city.database.keys.rounds.destroy, city.database.keys.rounds.make):
        spoil(secret)
        await person.says("/survei")
        screen = await person.sees("Silakan pilih surveinya", new=True)
        assert screen.labels[:2] == ["Lanjutkan: Survei A", "Survei B"]
    city.database.keys.rounds.destroy(secret)
    await person.taps("Lanjutkan: Survei A", screen)
    await refused(person, "Kunci survei anonim ini tidak ditemukan")
    await person.taps("Survei B", screen)
    await person.sees("Tanya Q1", new=True)
