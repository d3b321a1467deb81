"""A reminder as its reader sees it, and `Berhenti ingatkan`."""

from datetime import timedelta

from sqlalchemy import select

from db.models import SurveyParticipant
from db.surveys import reminders
from db.surveys.reminders import Terms
from tests.announcing import tick
from tests.city import MORNING, City
from tests.survey_rounds import opened
from tests.surveying import single, survey

TWO_DAYS = timedelta(days=2)


async def remind(city: City) -> int:
    assert city.service is not None
    tools = city.service.tools
    async with city.database.transaction() as session:
        terms = Terms(tools.rules, tools.calendar, tools.clock.zone)
        count = await reminders.remind_due(session, terms, tools.clock.now())
    await tick(city, "start-batches")
    tools.nudge()
    return count


async def test_a_reminder_is_read_and_the_next_one_is_not_wanted(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    other, another = await city.member("Budi Contoh", sex="M")
    await other.says("/bahasa")
    await other.sees("Pilih bahasa")
    await other.taps("English")
    definition = survey(single("Q1"), title={"id": "Minat <baru>", "en": "Interests"})
    async with city.database.transaction() as session:
        round_ = await opened(session, definition, [who, another], at=MORNING, author=who, days=5.3)
    assert await remind(city) == 0
    city.clock.offset += TWO_DAYS
    assert await remind(city) == 2

    seen = await person.sees("Pengingat: survei Minat <baru> menunggu jawaban")
    assert "Minggu, 29 November 2026 pukul 16.12 WITA" in seen.text
    assert seen.labels == ["Isi survei", "Berhenti ingatkan"]
    english = await other.sees("Reminder: the survey Interests")
    assert english.buttons[0][0]["callback_data"] == f"sv_open:{round_.id}"

    await person.taps("Berhenti ingatkan")
    await person.toast("Pengingat survei ini dihentikan")
    changed = await person.sees("tidak kami ingatkan lagi", new=True)
    assert (changed.id, changed.labels) == (seen.id, [])
    assert "ketik /survei" in changed.text
    async with city.database.reading() as session:
        quiet = await session.scalars(select(SurveyParticipant.employee_id).where(SurveyParticipant.quiet))
        assert list(quiet) == [who.id]

    stranger, _ = await city.member("Orang Lain")
    await stranger.says("/menu")
    await stranger.presses_data(await stranger.sees("ada yang bisa kami bantu"), f"rem_quiet:{round_.id}")
    await stranger.toast("tidak berlaku")
    city.clock.offset += timedelta(days=1)  # Friday: the last day on which the office writes
    assert await remind(city) == 1
    await other.sees("Reminder: the survey Interests", new=True)
