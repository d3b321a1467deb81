"""What waits to be sent about a round says the end it has by now, and reaches nobody who is done with it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from db import batches, outbox
from db.engine import Database
from db.models import Batch, Outbox, SurveyParticipant, SurveyRound
from db.outbox import Claimed
from db.surveys import reminders, rounds
from db.surveys.reminders import Terms
from tests import factories
from tests.city import MORNING
from tests.db.test_survey_rounds import LATEST, SOON, ZONE, opens, ready
from tests.sending import CALENDAR, RULES, all_rows, claim

TERMS = Terms(RULES, CALENDAR, ZONE)
LATER = SOON + timedelta(days=7)


async def town(database: Database, *names: str) -> tuple[int, dict[str, int]]:
    """Open a round for people who have joined; give it and their ids."""
    people = {}
    async with database.transaction() as session:
        for chat, name in enumerate(names, start=700):
            who = await factories.employee(session, name, at=MORNING)
            await factories.link(session, who, chat, at=MORNING - timedelta(days=60))
            people[name] = who.id
        one = await ready(session, who)
        await opens(session, one, who)
        return one.id, people


async def put_off(database: Database, round_id: int, until: datetime, by: int, now: datetime) -> None:
    async with database.transaction() as session:
        await rounds.put_off(session, await rounds.get(session, round_id), until, now=now, latest=LATEST, by=by)


async def said(database: Database, rows: list[Claimed]) -> list[tuple[str, Any]]:
    """Give which message each row is, and the end it names: as a deliverer puts it together."""
    told = []
    async with database.reading() as session:
        for row in rows:
            letter = await batches.letter(session, row.batch_id or 0)
            values = {**letter.values, **outbox.open_values(database.keys, row)}
            told.append((letter.message.rpartition("/")[2], values.get("closes_at")))
    return told


async def test_a_waiting_invitation_and_reminder_name_the_new_end_and_wait_as_long(database: Database) -> None:
    round_id, people = await town(database, "Ani", "Budi")
    [first] = await claim(database, 1, at=MORNING)  # is on its way already
    async with database.transaction() as session:
        assert await reminders.remind_due(session, TERMS, MORNING) == 0
        assert await reminders.remind_due(session, TERMS, MORNING + timedelta(days=2, hours=10)) == 2
    await put_off(database, round_id, LATER, people["Ani"], MORNING + timedelta(days=2, hours=11))
    morning = MORNING + timedelta(days=3)
    async with database.transaction() as session:
        await outbox.expire(session, SOON + timedelta(minutes=1))
        await outbox.release(session, [(first.id, first.claim)])  # came back unsent
        await batches.start_due(session, morning)
    end = LATER.isoformat()
    assert sorted(await said(database, await claim(database, at=morning))) == [
        ("invitation", end), ("invitation", end), ("unfinished", end), ("unfinished", end),
    ]  # fmt: skip
    assert {row.valid_until for row in await all_rows(database)} == {LATER}


async def test_the_last_day_is_announced_to_nobody_once_it_has_moved(database: Database) -> None:
    round_id, people = await town(database, "Ani", "Budi")
    last_day, evening = SOON, SOON + timedelta(hours=8)
    async with database.transaction() as session:
        await session.execute(update(Outbox).values(state="sent"))
        due = {"closes_at": evening, "next_reminder_at": last_day - timedelta(hours=1), "reminders": 2}
        await session.execute(update(SurveyRound).values(**due))
        assert await reminders.remind_due(session, TERMS, last_day) == 2
        await batches.start_due(session, last_day)
    [first] = await claim(database, 1, at=last_day)
    assert await said(database, [first]) == [("last_day", evening.isoformat())]
    await put_off(database, round_id, LATER, people["Ani"], last_day)
    async with database.transaction() as session:
        await outbox.recover(session, everything=True)  # what was being sent came back unsent
        await batches.finish(session, last_day)
    assert await claim(database, at=last_day) == []
    async with database.transaction() as session:
        assert await reminders.remind_due(session, TERMS, last_day) == 0
        round_ = await session.get_one(SurveyRound, round_id)
        assert round_.next_reminder_at is not None
        assert round_.next_reminder_at.date() == LATER.date()


async def test_who_is_done_before_the_invitation_has_gone_is_not_invited_any_more(database: Database) -> None:
    round_id, people = await town(database, "Ani", "Budi")
    async with database.transaction() as session:
        await reminders.forget(session, round_id, people["Budi"])
        await session.execute(
            update(SurveyParticipant).where(SurveyParticipant.employee_id == people["Budi"]).values(state="finished")
        )
    assert [row.employee_id for row in await claim(database, at=MORNING)] == [people["Ani"]]
    async with database.transaction() as session:
        await rounds.close(session, await rounds.get(session, round_id), MORNING, people["Ani"])
    async with database.reading() as session:
        going = select(func.count()).where(Batch.state.in_(("waiting", "running")))
        assert await session.scalar(going) == 0
