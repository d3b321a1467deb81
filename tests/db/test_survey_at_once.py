"""Two officers, two processes, somebody who answers and an operator who types, at one moment: one of them is first."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import func, select

from db import audit, people
from db.engine import Database, Session
from db.errors import DomainError
from db.models import (
    AuditEntry,
    Batch,
    Outbox,
    SurveyAnswer,
    SurveyBallot,
    SurveyDraft,
    SurveyParticipant,
    SurveyVersion,
)
from db.surveys import answering, own, paper, rounds, versions
from db.surveys.drafts import Choose
from tests import factories
from tests.city import MORNING
from tests.db.test_survey_rounds import LATEST, SOON, opens, ready
from tests.survey_answering import answers
from tests.survey_rounds import opened
from tests.surveying import defined, question, single, survey

SURVEY = survey(question("Q0", "consent", required=True), single("Q1"))
GIVEN = {"Q0": "setuju", "Q1": "1"}
MANY = 8
CHATS = range(700, 700 + MANY)


async def tried(database: Database, act: Callable[[Session], Awaitable[Any]]) -> str:
    """Act in a transaction of its own; give the name of what refused it."""
    try:
        async with database.transaction() as session:
            await act(session)
    except DomainError as refusal:
        return type(refusal).__name__
    return ""


async def town(database: Database) -> tuple[int, list[int]]:
    """Let some people have joined and be asked; give the round and their ids."""
    async with database.transaction() as session:
        employees = []
        for chat in CHATS:
            employees.append(await factories.employee(session, f"Pegawai {chat}", at=MORNING))
            await factories.link(session, employees[-1], chat, at=MORNING)
        round_ = await opened(session, SURVEY, employees, at=MORNING, author=employees[0])
        await audit.write(session, "begun", at=MORNING, subject="test", subject_id=1)  # the first has nobody beside it
        return round_.id, [one.id for one in employees]


async def counts(database: Database, *tables: type) -> list[int]:
    async with database.reading() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


async def test_opened_and_closed_twice_at_one_moment_it_is_once(database: Database) -> None:
    async with database.transaction() as session:
        author = await factories.employee(session, at=MORNING)
        round_id = (await ready(session, author)).id

    async def open_(session: Session) -> None:
        await opens(session, await rounds.get(session, round_id), author)

    async def close(session: Session) -> None:
        await rounds.close(session, await rounds.get(session, round_id), MORNING, author.id)

    async def put_off(session: Session) -> None:
        here = await rounds.get(session, round_id)
        await rounds.put_off(session, here, SOON, now=MORNING, latest=LATEST, by=author.id)

    assert sorted(await asyncio.gather(*(tried(database, open_) for _ in range(3)))) == [
        "",
        "StaleButton",
        "StaleButton",
    ]
    assert await counts(database, SurveyParticipant, Batch, Outbox) == [1, 1, 1]
    ends = await asyncio.gather(tried(database, close), tried(database, put_off), tried(database, close))
    assert sorted((ends[0], ends[2])) == ["", "StaleButton"]
    async with database.reading() as session:
        acts = await session.scalars(select(AuditEntry.act).where(AuditEntry.act.in_(("survey.open", "survey.close"))))
        assert sorted(acts) == ["survey.close", "survey.open"]


async def test_whoever_sends_while_it_closes_is_counted_or_told(database: Database) -> None:
    round_id, _ = await town(database)
    await asyncio.gather(*(answers(database, chat, round_id, GIVEN, now=MORNING, send=False) for chat in CHATS))

    def sending(chat: int) -> Callable[[Session], Awaitable[Any]]:
        async def send(session: Session) -> None:
            here = await answering.stand(session, round_id, await people.identify(session, chat, MORNING), MORNING)
            await answering.send(session, here, MORNING)

        return send

    async def close(session: Session) -> None:
        await rounds.close(session, await rounds.get(session, round_id), MORNING, None)

    first, rest = CHATS[: MANY // 2], CHATS[MANY // 2 :]
    acts = [*map(sending, first), close, *map(sending, rest)]
    said = await asyncio.gather(*(tried(database, act) for act in acts))
    assert set(said) <= {"", "SurveyOver"}
    sent = said.count("") - 1
    assert await counts(database, SurveyBallot, SurveyAnswer, SurveyDraft) == [sent, 2 * sent, 0]
    async with database.reading() as session:
        states = list(await session.scalars(select(SurveyParticipant.state)))
    assert sorted(states) == ["finished"] * sent + ["started"] * (MANY - sent)


async def test_typed_from_paper_while_somebody_begins_deletes_or_sends(database: Database) -> None:
    round_id, employees = await town(database)
    for chat in CHATS[2:]:
        await answers(database, chat, round_id, GIVEN, now=MORNING, send=chat % 2 == 0)

    async def type_in(session: Session) -> None:
        round_ = await paper.opened(session, round_id, MORNING)
        rows = [
            paper.Ready(one.id, {"Q0": "SETUJU", "Q1": "B"}) for one in await session.scalars(select(SurveyParticipant))
        ]
        await paper.save(session, round_, rows, employees[0], MORNING)

    def acting(chat: int) -> Callable[[Session], Awaitable[Any]]:
        async def act(session: Session) -> None:
            person = await people.identify(session, chat, MORNING)
            if chat >= CHATS[4]:
                await own.end(session, await own.one(session, person, round_id), MORNING)
            else:
                here = await answering.stand(session, round_id, person, MORNING)
                await answering.move(session, here, Choose("Q0", "SETUJU"), MORNING)

        return act

    acts = (type_in, *map(acting, CHATS), type_in)
    said = await asyncio.gather(*(tried(database, act) for act in acts), return_exceptions=True)
    # A draft that an entered form took away under somebody's hand is a fault that is tried again from the door on.
    names = {one if isinstance(one, str) else type(one).__name__ for one in said}
    assert names <= {"", "StaleButton", "StaleDataError"}
    async with database.reading() as session:
        kept = select(SurveyParticipant.id, SurveyParticipant.state, SurveyBallot.via, SurveyDraft.participant_id)
        joined = kept.outerjoin(SurveyBallot, SurveyBallot.participant_id == SurveyParticipant.id).outerjoin(
            SurveyDraft, SurveyDraft.participant_id == SurveyParticipant.id
        )
        for _, state, via, draft in await session.execute(joined):
            assert (state == "finished") == (via is not None), (state, via, draft)


async def test_a_draft_that_is_published_thrown_away_and_uploaded_anew_ends_in_one_way(database: Database) -> None:
    async with database.transaction() as session:
        author = await factories.employee(session, at=MORNING)
        await audit.write(session, "begun", at=MORNING, subject="test", subject_id=1)
    for number in range(4):
        async with database.transaction() as session:
            before = await versions.keep(session, defined(single("Q1"), code=f"S{number}"), author.id, MORNING)

        async def publish(session: Session, draft: int = before.id) -> None:
            await versions.publish(session, await versions.get(session, draft), author.id, MORNING)

        async def throw_away(session: Session, draft: int = before.id) -> None:
            await versions.throw_away(session, await versions.get(session, draft))

        async def upload(session: Session, code: str = before.code) -> None:
            await versions.keep(session, defined(single("Q2"), code=code), author.id, MORNING)

        acts: list[Callable[[Session], Awaitable[Any]]] = [publish, throw_away, upload]
        said = dict(zip(acts, await asyncio.gather(*(tried(database, act) for act in acts)), strict=True))
        async with database.reading() as session:
            after = await session.get(SurveyVersion, before.id)
        assert (said[publish] == "") != (said[throw_away] == "")
        assert (after is not None and after.state == "published") == (said[publish] == "")
        async with database.reading() as session:
            told = await session.scalars(select(AuditEntry.details).where(AuditEntry.subject_id == before.id))
            published = [entry["digest"] for entry in told if "digest" in entry]
        assert published == ([after.fingerprint] if after and not said[publish] else [])  # and it never changed
