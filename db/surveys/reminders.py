"""Reminders of a survey: on which days, to whom still, each day once, and none after somebody is done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from db import batches
from db.calendar import Calendar
from db.engine import Session
from db.errors import StaleButton
from db.models import Batch, Employee, Outbox, SurveyParticipant, SurveyRound, SurveyVersion
from db.models.traffic import OPEN
from db.outbox import Lane, Reason, State
from db.outbox.moves import check_move
from db.rules import OfficeRules
from db.windows import Window, next_open, spans

KIND = "survey_reminder"
UNFINISHED, LAST_DAY = "survey_reminders/unfinished", "survey_reminders/last_day"
"""The names of the messages; the second is sent only on the day on which the round ends."""
GAP = timedelta(days=1)
"""Two reminders are never closer, nor one to the end unless it is the last: nobody wants to be asked twice a day.

One that a weekend or holiday moved towards the next needs twice as much, or it makes way.
"""
ROOM = timedelta(hours=1)
"""What the last reminder must leave to answer in; else it goes on the working day before."""
WAITING = ("invited", "started")
"""Whoever is in another state is done with the round, or does not want it."""


@dataclass(frozen=True)
class Terms:
    """By what reminders are timed: the office's rules, its calendar and its zone."""

    rules: OfficeRules
    calendar: Calendar
    zone: ZoneInfo


def plan(terms: Terms, opened_at: datetime, closes_at: datetime | None) -> list[datetime]:
    """Give the moments (UTC) of a round's reminders: the office's days after the opening, and the last day.

    Each is the window's opening of its day, or the next where the office does not work; the last goes before the end.
    """
    opened = opened_at.astimezone(terms.zone)
    days = [opened.date() + timedelta(days=ahead) for ahead in sorted(set(terms.rules.survey_reminder_days))]
    last = _last(terms, opened.date(), closes_at) if closes_at else None
    kept = [last] if last else []
    for day in reversed(days):
        mark = _opening(terms, day)
        moved = mark.astimezone(terms.zone).date() != day
        after = kept[0] if kept else closes_at
        if after is None or mark + (2 * GAP if moved else GAP) <= after:
            kept.insert(0, mark)
    return kept


def _opening(terms: Terms, day: date) -> datetime:
    morning = datetime.combine(day, time.min, terms.zone)
    return next_open(Window.OFFICE, morning, terms.calendar, terms.rules).astimezone(UTC)


def _last(terms: Terms, opened: date, closes_at: datetime) -> datetime | None:
    day = closes_at.astimezone(terms.zone).date()
    while day > opened:
        for start, _end in spans(Window.OFFICE, day, terms.calendar, terms.rules)[:1]:
            mark = datetime.combine(day, start, terms.zone)
            if mark + ROOM <= closes_at:
                return mark.astimezone(UTC)
        day -= timedelta(days=1)
    return None


async def remind_due(session: Session, terms: Terms, now: datetime) -> int:
    """Remind in every open round whose day has come; give how many messages were left.

    The mark moves on in the same transaction and under the round's lock, so that no day is told twice. What fell due
    while nothing ran becomes one reminder, or none where the next one or the end is near.
    """
    # Also without a mark: one just opened has none yet, and a later end may bring one more.
    planless = SurveyRound.next_reminder_at.is_(None)
    due = select(SurveyRound).where(
        SurveyRound.state == "open",
        or_(SurveyRound.closes_at.is_(None), SurveyRound.closes_at > now),
        or_(SurveyRound.next_reminder_at <= now, planless),
    )
    found = (await session.scalars(due.order_by(SurveyRound.id))).all()
    moving = [one.id for one in found if _turn(one, terms, now).moves(one)]
    return sum([await _remind(session, round_id, terms, now) for round_id in moving])


class _Turn(NamedTuple):
    """What has come to its moment since a round was last looked at, and what comes next."""

    passed: list[datetime]
    ahead: datetime | None

    def moves(self, round_: SurveyRound) -> bool:
        """Tell whether anything about the round changes."""
        return bool(self.passed) or self.ahead != round_.next_reminder_at


def _turn(round_: SurveyRound, terms: Terms, now: datetime) -> _Turn:
    assert round_.opened_at is not None
    marks = plan(terms, round_.opened_at, round_.closes_at)
    since = round_.next_reminder_at or (None if round_.reminders else round_.opened_at)
    passed = [mark for mark in marks if since is not None and since <= mark <= now]
    return _Turn(passed, next((mark for mark in marks if mark > now), None))


async def _remind(session: Session, round_id: int, terms: Terms, now: datetime) -> int:
    # Held apart from everybody who is answering: who finishes in this moment is either seen here, or sees the batch.
    round_ = await session.get_one(SurveyRound, round_id, with_for_update=True, populate_existing=True)
    passed, ahead = _turn(round_, terms, now)
    if round_.state != "open" or not passed:
        round_.next_reminder_at = ahead if round_.state == "open" else None
        return 0
    round_.next_reminder_at, round_.reminders = ahead, round_.reminders + len(passed)
    goes = next_open(Window.OFFICE, now.astimezone(terms.zone), terms.calendar, terms.rules)
    on_its_day = goes.date() == passed[-1].astimezone(terms.zone).date()
    near = ahead is not None and ahead < goes + GAP and not on_its_day
    over = round_.closes_at is not None and goes + ROOM > round_.closes_at
    return 0 if near or over else await _send(session, round_, goes, terms, now)


async def _send(session: Session, round_: SurveyRound, goes: datetime, terms: Terms, now: datetime) -> int:
    version = await session.get(SurveyVersion, round_.version_id)
    assert version is not None
    await stop(session, round_.id, now)
    end = round_.closes_at
    last = end is not None and goes.date() == end.astimezone(terms.zone).date()
    batch_id = await batches.open_batch(
        session,
        kind=KIND,
        message=LAST_DAY if last else UNFINISHED,
        values={"round": round_.id, "title": version.definition["title"], "closes_at": end.isoformat() if end else ""},
        content_hash=name_of(round_.id),
        due_at=now,
        lane=Lane.REMINDERS,
        window=Window.OFFICE,
        counted=True,
        valid_until=end,
    )
    return await batches.freeze(session, batch_id, unfinished(round_.id))


def unfinished(round_id: int) -> Select[int]:
    """Give the query for the employees who may be reminded: not done, not refusing, not asked to be left alone."""
    here = and_(Employee.id == SurveyParticipant.employee_id, Employee.left_at.is_(None))
    return (
        select(SurveyParticipant.employee_id)
        .join(Employee, here)
        .where(
            SurveyParticipant.round_id == round_id,
            SurveyParticipant.state.in_(WAITING),
            SurveyParticipant.quiet.is_(False),
        )
        .correlate(None)
    )


def name_of(round_id: int) -> str:
    """Give the digest by which the batches of a round's reminders are known."""
    # A batch has no column for its round, and what a reminder says follows from the round alone.
    return sha256(f"{KIND}:{round_id}".encode()).hexdigest()


def batches_of(round_id: int) -> list[ColumnElement[bool]]:
    """Give the condition for the batches of a round's reminders."""
    return [and_(Batch.kind == KIND, Batch.content_hash == name_of(round_id))]


async def forget(session: Session, round_id: int, employee_id: int) -> None:
    """Cancel what has not left yet of a round's messages to somebody: the answers are sent, or not wanted."""
    invited = select(SurveyRound.invitation_id).where(SurveyRound.id == round_id).scalar_subquery()
    theirs = select(Batch.id).where(or_(*batches_of(round_id), Batch.id == invited))
    await _cancel(session, theirs, Outbox.employee_id == employee_id)


async def stop(session: Session, round_id: int, now: datetime, *which: ColumnElement[bool]) -> None:
    """Cancel every reminder of a round that has not left yet: it has ended, or a newer one takes its place."""
    mine = [*batches_of(round_id), *which]
    await _cancel(session, select(Batch.id).where(*mine))
    # One that is just being sent may come back unsent: then it finds its batch cancelled.
    going = Batch.state.in_(("waiting", "running", "paused"))
    ended = update(Batch).where(*mine, going).values(state="cancelled", paused_reason=None, finished_at=now)
    await session.execute(ended.execution_options(synchronize_session=False))


async def _cancel(session: Session, whose: Select[int], *which: ColumnElement[bool]) -> None:
    check_move(State.QUEUED, State.CANCELLED, Reason.SUPERSEDED)
    await session.execute(
        update(Outbox)
        .where(OPEN, Outbox.batch_id.in_(whose), *which)
        .values(state=State.CANCELLED, reason=Reason.SUPERSEDED)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class Silenced:
    """The round of which somebody does not want to hear, as its message says it."""

    title: Mapping[str, Any]
    closes_at: datetime | None
    open: bool


async def silence(session: Session, round_id: int, employee_id: int) -> Silenced:
    """Remind somebody of a round no more; doing it twice is doing it once. Raises `StaleButton` unless asked in it."""
    found = await session.scalar(
        select(SurveyParticipant).where(
            SurveyParticipant.round_id == round_id, SurveyParticipant.employee_id == employee_id
        )
    )
    round_ = await session.get(SurveyRound, round_id)
    if found is None or round_ is None:
        raise StaleButton
    found.quiet = True
    await forget(session, round_id, employee_id)
    version = await session.get(SurveyVersion, round_.version_id)
    assert version is not None
    title: Any = version.definition["title"]
    return Silenced(title, round_.closes_at, round_.state == "open")
