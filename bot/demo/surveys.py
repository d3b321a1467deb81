"""The demo's surveys: one of last year that is over and has results, and one that is open for everybody."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from bot.demo.answers import invented
from db.audiences import Audience
from db.engine import Session
from db.models import (
    Batch,
    Consent,
    Employee,
    Link,
    Outbox,
    SurveyAnswer,
    SurveyBallot,
    SurveyParticipant,
    SurveyRound,
    SurveyVersion,
    Unit,
)
from db.outbox import State
from db.surveys import answering, ballots, consents, deadlines, definitions, reminders, rounds, versions
from db.surveys.definition import AGREED, Definition, Kind, Text
from handlers.context import Tools
from handlers.office.surveys.invitation import values_of
from handlers.office.surveys.measuring import measure
from handlers.office.surveys.packaged import packaged

LAST_YEAR, DAYS_AGO = timedelta(days=364), timedelta(days=5)
THEN, NOW = 0.5, 0.15
"""Shares of those joined who have answered the two."""
EARLIER = ("MINAT2025", Text("Survei minat dan preferensi 2025", "Interests and preferences 2025"))


async def open_surveys(session: Session, tools: Tools, officer: Employee, untouched: Sequence[int]) -> None:
    """Let last year's survey be over and this year's be open; whoever is `untouched` has answered neither."""
    chance, now = Random(20261124), tools.clock.now()  # noqa: S311  invention, not secrecy
    asked = next(one for one in packaged(tools.own_content) if one.code == "MINAT2026")
    earlier = replace(asked, code=EARLIER[0], title=EARLIER[1], version=1)
    await versions.install(session, [earlier], now - LAST_YEAR)
    await versions.install(session, packaged(tools.own_content), now - DAYS_AGO)
    for definition, since, share in ((earlier, LAST_YEAR, THEN), (asked, DAYS_AGO, NOW)):
        one = await _opened(session, tools, definition, officer, now - since)
        finished = [who for who in await _joined(session, one, untouched) if chance.random() < share]
        await _answer(session, one, finished, chance, now)
        if one.closes_at is not None and one.closes_at <= now:
            await rounds.close(session, one, one.closes_at, None)
        else:
            _plan_reminders(tools, one, now)
    await session.flush()


async def _opened(
    session: Session, tools: Tools, definition: Definition, officer: Employee, at: datetime
) -> SurveyRound:
    version = await session.scalar(select(SurveyVersion).where(SurveyVersion.code == definition.code))
    assert version is not None
    clock = tools.clock
    end = deadlines.after(clock.local(at).date(), deadlines.USUAL_DAYS, clock.zone, tools.calendar, tools.rules)
    one = await rounds.prepare(session, version, officer.id, end, at)
    rounds.aim(one, Audience(everyone=True))
    letter = values_of(one, definition, measure(definition))
    await rounds.open_(session, one, seen=rounds.digest(one), invitation=letter, now=at, by=officer.id)
    await _arrived(session, one, at)
    return one


async def _arrived(session: Session, one: SurveyRound, at: datetime) -> None:
    """Let the invitations have arrived long ago: the demo does not begin with hundreds of them on their way."""
    mine = Outbox.batch_id == one.invitation_id
    await session.execute(update(Outbox).where(mine, Outbox.state == State.QUEUED).values(state=State.SENT, sent_at=at))
    over = {"state": "finished", "finished_at": at}
    await session.execute(update(Batch).where(Batch.id == one.invitation_id).values(**over))


def _plan_reminders(tools: Tools, one: SurveyRound, now: datetime) -> None:
    assert one.opened_at is not None
    terms = reminders.Terms(tools.rules, tools.calendar, tools.clock.zone)
    marks = reminders.plan(terms, one.opened_at, one.closes_at)
    one.next_reminder_at = next((mark for mark in marks if mark > now), None)
    one.reminders = sum(mark <= now for mark in marks)


async def _joined(session: Session, one: SurveyRound, untouched: Sequence[int]) -> list[SurveyParticipant]:
    """Give those asked who have joined and are confirmed, without the untouched."""
    people = await session.scalars(
        select(SurveyParticipant)
        .join(Link, Link.employee_id == SurveyParticipant.employee_id)
        .where(SurveyParticipant.round_id == one.id, Link.closed_at.is_(None), Link.level > 1)
        .where(SurveyParticipant.employee_id.not_in(untouched))
        .order_by(SurveyParticipant.id)
    )
    return list(people)


async def _answer(
    session: Session, one: SurveyRound, finished: Sequence[SurveyParticipant], chance: Random, now: datetime
) -> None:
    """Let people have answered: ballots, answers and consents, each in one statement."""
    assert one.opened_at is not None
    assert one.closes_at is not None
    span = (min(now, one.closes_at) - one.opened_at).total_seconds()
    made = _Made(await definitions.of_version(session, one.version_id), one, await _agencies(session))
    for who in finished:
        made.add(session, who, one.opened_at + timedelta(seconds=chance.random() * span), chance)
        who.state, who.link_generation = "finished", 1
    for table, rows in ((SurveyBallot, made.ballots), (SurveyAnswer, made.answers), (Consent, made.consents)):
        await session.execute(insert(table), rows)


async def _agencies(session: Session) -> list[str]:
    ids = await session.scalars(select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.id))
    return [f"#{unit_id}" for unit_id in ids]


class _Made:
    """Rows to be written at once."""

    def __init__(self, definition: Definition, one: SurveyRound, agencies: list[str]) -> None:
        self._definition, self._round, self._agencies = definition, one, agencies
        self.ballots: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.consents: list[dict[str, Any]] = []

    def add(self, session: Session, who: SurveyParticipant, at: datetime, chance: Random) -> None:
        given = invented(self._definition, answering.attributes_of(who), self._agencies, chance)
        mark = {"id": secrets.randbelow(ballots.IDS), "round_id": self._round.id}
        cuts = {"agency_id": who.agency_id} if "agency" in self._round.cuts else {}
        self.ballots.append({**mark, "participant_id": who.id, "counted": True, "via": "chat", "sent_at": at, **cuts})
        self.answers += [
            {"ballot_id": mark["id"], "round_id": self._round.id, **row._asdict()}
            for row in ballots.rows_of(self._definition, given, ballots.seals_of(session))
        ]
        for question in self._definition.questions:
            if question.kind is Kind.CONSENT and given.get(question.code) == AGREED:
                purpose, hashed = consents.purpose_of(self._definition, question), consents.text_hash(question)
                said = {"purpose": purpose, "text_hash": hashed, "given_at": at, "withdrawn_at": None}
                self.consents.append({"employee_id": who.employee_id, **said})
