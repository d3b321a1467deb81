"""Reminders over a fortnight: who hears of a survey when, with a holiday, a standstill, and people who are done."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from content.loading import office_rules
from db import batches, due, outbox
from db.engine import Database
from db.errors import StaleButton
from db.models import Batch, Chat, Employee, Outbox, SurveyParticipant, SurveyRound
from db.rules import read_rules
from db.surveys import reminders
from db.surveys.reminders import Terms, plan
from tests import factories
from tests.sending import CALENDAR, RULES, accept, all_rows, claim
from tests.survey_rounds import opened
from tests.surveying import single, survey

ZONE = ZoneInfo("Asia/Makassar")
TERMS = Terms(RULES, CALENDAR, ZONE)
OPENED = datetime(2026, 8, 11, 10, tzinfo=ZONE)
CLOSES = datetime(2026, 8, 25, 17, tzinfo=ZONE)
"""A Tuesday to a Tuesday that is a holiday, with another holiday on Monday the 17th between them."""


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=ZONE)


def planned(opened_at: datetime, closes_at: datetime | None) -> list[str]:
    return [f"{mark.astimezone(ZONE):%d %H.%M}" for mark in plan(TERMS, opened_at, closes_at)]


@pytest.mark.parametrize(
    ("opened_at", "closes_at", "expected"),
    [
        (local(3, 10), local(14, 17), ["05 08.00", "10 08.00", "14 08.00"]),  # Saturday the 8th waits for Monday
        (OPENED, CLOSES, ["13 08.00", "18 08.00", "24 08.00"]),  # the last day is a holiday: the working day before
        (local(13, 10), local(26, 17), ["18 08.00", "26 08.00"]),  # Saturday's would come a day before Tuesday's
        (local(3, 10), local(5, 17), ["05 08.00"]),  # the second day is the last
        (local(3, 10), local(6, 17), ["05 08.00", "06 08.00"]),
        (local(3, 10), local(6, 8, 30), ["05 08.00"]),  # half an hour would be no time to answer in
        (local(3, 10), local(3, 17), []),
        (local(3, 10), local(4, 0), []),
        (local(7, 10), local(9, 12), []),  # a weekend: the office would write too late
        (local(3, 10), None, ["05 08.00", "10 08.00"]),
    ],
)
def test_the_days_of_a_round(opened_at: datetime, closes_at: datetime | None, expected: list[str]) -> None:
    assert planned(opened_at, closes_at) == expected


def test_an_office_may_want_other_days() -> None:
    entries = office_rules()
    entries["survey_reminder_days"]["value"] = [9, 1, 1]
    terms = Terms(read_rules(entries).rules, CALENDAR, ZONE)
    marks = plan(terms, local(3, 10).astimezone(UTC), local(18, 17))
    assert [f"{mark.astimezone(ZONE):%d}" for mark in marks] == ["04", "12", "18"]


class Fortnight:
    """A round and eight people, and a clock that goes four times a day where something runs."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people: dict[str, int] = {}
        self.round = 0
        self.table: list[tuple[str, str, str]] = []

    async def begin(self, *names: str) -> None:
        async with self.database.transaction() as session:
            employees = []
            for chat, name in enumerate(names, start=700):
                who = await factories.employee(session, name, at=OPENED)
                employees.append(who)
                if name != "Hana":  # has not joined
                    await factories.link(session, who, chat, at=OPENED - timedelta(days=60))
                self.people[name] = who.id
            definition = survey(single("Q1"), title={"id": "Coba"})
            days = (CLOSES - OPENED) / timedelta(days=1)
            made = await opened(session, definition, employees, at=OPENED, author=employees[0], days=days)
            self.round = made.id
            await session.execute(update(Chat).where(Chat.chat_id == 705).values(unreachable="blocked"))

    async def told_thrice(self, name: str) -> None:
        """Let somebody have had as much as a week allows, on the first afternoon."""
        async with self.database.transaction() as session:
            for _ in range(RULES.weekly_limit):
                await outbox.queue(
                    session, "x", {}, due_at=OPENED, lane=outbox.Lane.ANNOUNCEMENTS, counted=True,
                    employee_id=self.people[name],
                )  # fmt: skip
        await accept(self.database, await claim(self.database, at=local(11, 16)), at=local(11, 16))

    async def state(self, name: str, state: str) -> None:
        """Let somebody finish or decline, as answering does."""
        async with self.database.transaction() as session:
            await session.execute(
                update(SurveyParticipant)
                .where(SurveyParticipant.employee_id == self.people[name])
                .values(state=state)
                .execution_options(synchronize_session=False)
            )
            await reminders.forget(session, self.round, self.people[name])

    async def silent(self, name: str) -> None:
        async with self.database.transaction() as session:
            await reminders.silence(session, self.round, self.people[name])

    async def tick(self, at: datetime) -> int:
        async with self.database.transaction() as session:
            return await reminders.remind_due(session, TERMS, at)

    async def hour(self, at: datetime) -> None:
        """Let two processes tick at once, and whatever may go, go."""
        await asyncio.gather(self.tick(at), self.tick(at))
        async with self.database.transaction() as session:
            await outbox.expire(session, at)
            await batches.start_due(session, at)
        ready = await claim(self.database, at=at)
        await accept(self.database, ready, at=at)
        names = {number: name for name, number in self.people.items()}
        for row in ready:
            async with self.database.reading() as session:
                message = await session.scalar(select(Batch.message).where(Batch.id == row.batch_id))
            self.table.append((f"{at:%d %H}", names[row.employee_id or 0], str(message).rpartition("/")[2]))

    async def days(self, first: int, last: int) -> None:
        for day in range(first, last + 1):
            for hour in (7, 8, 12, 18):
                await self.hour(local(day, hour))


async def test_a_fortnight_with_a_holiday_and_two_days_of_standstill(database: Database) -> None:
    it = Fortnight(database)
    await it.begin("Budi", "Cici", "Dewi", "Eko", "Gani", "Fitri", "Hana", "Joko")
    await it.state("Dewi", "declined")
    await it.told_thrice("Gani")
    await it.told_thrice("Joko")
    await it.days(11, 13)
    await it.state("Cici", "finished")
    await it.silent("Eko")
    await it.state("Joko", "finished")  # whose reminder still waits for the week's limit
    await it.days(14, 17)
    # nothing runs on the 18th and the 19th
    await it.days(20, 23)
    await it.state("Budi", "started")
    await it.days(24, 26)
    assert sorted(it.table) == [
        ("13 08", "Budi", "unfinished"),
        ("13 08", "Cici", "unfinished"),
        ("13 08", "Eko", "unfinished"),
        ("20 08", "Budi", "unfinished"),
        ("20 08", "Gani", "unfinished"),  # the one of the 13th made way for this one
        ("24 08", "Budi", "unfinished"),
        ("24 08", "Gani", "unfinished"),
    ]
    rows = await all_rows(database)
    ends = {(name, row.state, row.reason) for row in rows for name, who in it.people.items()
            if row.batch_id and row.employee_id == who and row.state != "sent"}  # fmt: skip
    assert ends == {
        ("Fitri", "unreachable", "blocked"), ("Hana", "unreachable", "not_joined"),
        ("Gani", "cancelled", "superseded"), ("Joko", "cancelled", "superseded"),
    }  # fmt: skip
    async with database.reading() as session:
        round_ = await session.get(SurveyRound, it.round)
        assert round_ is not None
        assert (round_.reminders, round_.next_reminder_at) == (3, None)


async def test_the_last_day_is_said_and_what_comes_too_late_is_let_go(database: Database) -> None:
    it = Fortnight(database)
    await it.begin("Budi")
    async with database.transaction() as session:
        await session.execute(update(SurveyRound).values(closes_at=local(24, 17)))
    assert await it.tick(OPENED) == 0
    async with database.reading() as session:
        assert await due.next_due(session, OPENED, CLOSES) == local(13, 8)
    assert await it.tick(local(20, 19)) == 1  # two marks at once, in the evening: goes on Friday morning
    await it.hour(local(21, 8))
    await it.hour(local(24, 8))
    assert it.table == [("21 08", "Budi", "unfinished"), ("24 08", "Budi", "last_day")]

    async with database.transaction() as session:
        await session.execute(update(SurveyRound).values(next_reminder_at=local(18, 8), reminders=1))
    assert await it.tick(local(23, 12)) == 0  # Sunday; Monday's own is near
    async with database.reading() as session:
        assert await due.next_due(session, local(23, 12), CLOSES) == local(24, 8)
    assert await it.tick(local(24, 16, 30)) == 0  # half an hour before the end
    async with database.transaction() as session:
        await session.execute(update(SurveyRound).values(closes_at=local(27, 17)))
    assert await it.tick(local(24, 16, 40)) == 0  # the end was put off: one more last day
    async with database.reading() as session:
        assert await due.next_due(session, local(24, 17), CLOSES + timedelta(days=9)) == local(27, 8)
    async with database.transaction() as session:
        await session.execute(update(SurveyRound).values(next_reminder_at=local(18, 8), state="closed"))
        assert await reminders.remind_due(session, TERMS, local(20, 9)) == 0
        stranger = await factories.employee(session, "Lain", at=OPENED)
        with pytest.raises(StaleButton):
            await reminders.silence(session, it.round, stranger.id)


async def test_the_end_of_a_round_takes_its_waiting_reminders_along(database: Database) -> None:
    it = Fortnight(database)
    await it.begin("Budi", "Cici")
    async with database.transaction() as session:
        leaver = await session.get(Employee, it.people["Cici"])
        assert leaver is not None
        leaver.left_at = OPENED
    assert await it.tick(local(13, 7)) == 0
    assert await it.tick(local(13, 19)) == 1
    async with database.transaction() as session:
        await reminders.stop(session, it.round, OPENED)
    async with database.reading() as session:
        assert list(await session.scalars(select(Outbox.state))) == ["cancelled"]
