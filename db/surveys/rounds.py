"""Rounds: a published version asked of an audience until a day; prepared, opened, closed."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, delete, insert, literal, or_, select

from db import audiences, audit, batches
from db.audiences import Audience
from db.engine import Session, changed
from db.errors import DomainError, NotFound, StaleButton
from db.models import Employee, SurveyDraft, SurveyParticipant, SurveyRound, SurveyVersion
from db.outbox import Lane
from db.surveys import definitions, notices, sealing, versions
from db.surveys.attributes import CUTS, EMPLOYMENT, POSITION
from db.surveys.definition import Secrecy
from db.windows import Window

SUBJECT = "survey"
KIND = "survey_invitation"
INVITATION = "surveys/invitation"
"""The message by which people are asked; its values name the round, title, kind and deadline."""
PREPARING, OPEN, CLOSING, CLOSED, DROPPED = "preparing", "open", "closing", "closed", "dropped"
USUAL_CUTS = ("agency",)
LISTED_GOING, LISTED = 40, 5
"""How many rounds that run or are prepared, and how many that are over, the first screen lists."""


class NobodyAsked(DomainError):
    """The audience of the round is not chosen, or nobody works there."""


class DeadlinePassed(DomainError):
    """The day on which the survey shall end is over, or too far away."""


class RoundChanged(DomainError):
    """What stands about the round is not what the screen showed whose button was pressed."""


async def get(session: Session, round_id: int) -> SurveyRound:
    """Give a round, held until the transaction ends; raises `NotFound`."""
    found = await session.get(SurveyRound, round_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def preparing(session: Session, round_id: int) -> SurveyRound:
    """Give a round whose kind, audience and cuts may still change; raises `StaleButton` once it is open."""
    found = await get(session, round_id)
    if found.state != PREPARING:
        raise StaleButton
    return found


def audience_of(round_: SurveyRound) -> Audience:
    """Give whom a round asks."""
    return audiences.read(round_.audience)


def digest(round_: SurveyRound) -> str:
    """Give what the button that opens is bound to: version, kind, audience, cuts and deadline (SHA-256, hex)."""
    until = round_.closes_at.isoformat() if round_.closes_at else ""
    said = [round_.version_id, round_.secrecy, round_.audience, round_.cuts, until]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


async def prepare(
    session: Session, version: SurveyVersion, author_id: int, closes_at: datetime, now: datetime
) -> SurveyRound:
    """Give the round of a version that somebody is preparing, or a new one with what the definition proposes.

    Raises `StaleButton` where the version is not published.
    """
    if version.state != versions.PUBLISHED:
        raise StaleButton
    found = await session.scalar(
        select(SurveyRound)
        .where(SurveyRound.version_id == version.id, SurveyRound.author_id == author_id, SurveyRound.state == PREPARING)
        .limit(1)
    )
    if found is None:
        proposed = definitions.of(version).secrecy
        found = SurveyRound(
            version_id=version.id, state=PREPARING, secrecy=proposed, audience=Audience().stored(),
            cuts=list(USUAL_CUTS), author_id=author_id, made_at=now,
        )  # fmt: skip
        session.add(found)
    if found.closes_at is None or found.closes_at <= now:
        found.closes_at = closes_at
    await session.flush()
    return found


def aim(round_: SurveyRound, audience: Audience) -> None:
    """Choose whom a round that is being prepared shall ask."""
    round_.audience = audience.stored()


def set_kind(round_: SurveyRound, secrecy: Secrecy) -> None:
    """Choose who will know whose answers these are."""
    round_.secrecy = secrecy


def toggle_cut(round_: SurveyRound, cut: str) -> None:
    """Choose an attribute by which results shall be laid out, or choose it no more; raises `NotFound`."""
    if cut not in CUTS:
        raise NotFound
    chosen = set(round_.cuts) ^ {cut}
    round_.cuts = [one for one in CUTS if one in chosen]


def set_deadline(round_: SurveyRound, closes_at: datetime, now: datetime, latest: datetime) -> None:
    """Choose when a round ends; once it is open only a later day, for a day was promised.

    Raises `DeadlinePassed` unless it lies between now and `latest`, `StaleButton` when the round is over.
    """
    if round_.state not in (PREPARING, OPEN):
        raise StaleButton
    earliest = round_.closes_at if round_.state == OPEN and round_.closes_at else now
    if closes_at < earliest or not now < closes_at <= latest:
        raise DeadlinePassed
    round_.closes_at = closes_at


async def put_off(
    session: Session, round_: SurveyRound, closes_at: datetime, *, now: datetime, latest: datetime, by: int
) -> None:
    """Choose when a round ends; what still waits to be sent about an open one says so. Raises as `set_deadline`."""
    before = round_.closes_at
    set_deadline(round_, closes_at, now, latest)
    if round_.state == OPEN and closes_at != before:
        await notices.say_new_end(session, round_, now)
        await audit.write(
            session, "survey.deadline", at=now, subject=SUBJECT, subject_id=round_.id, actor_id=by,
            closes_at=closes_at.isoformat(),
        )  # fmt: skip


def drop(round_: SurveyRound) -> None:
    """Give up a round before it is open; raises `StaleButton` after that."""
    if round_.state != PREPARING:
        raise StaleButton
    round_.state = DROPPED


async def open_(
    session: Session, round_: SurveyRound, *, seen: str, invitation: Mapping[str, Any], now: datetime, by: int,
    scheduled: bool = False,
) -> int:  # fmt: skip
    """Open a round as it was shown: freeze who is asked, invite them, give how many they are.

    `seen` opens the digest of the screen; `scheduled`: the invitation waits for the window and counts in the weekly
    limit. Raises `StaleButton` unless it is being prepared, `RoundChanged`, `NobodyAsked`, `DeadlinePassed`.
    """
    if round_.state != PREPARING:
        raise StaleButton
    if not seen or not digest(round_).startswith(seen):
        raise RoundChanged
    if round_.closes_at is None or round_.closes_at <= now:
        raise DeadlinePassed
    round_.people = await _freeze(session, round_)
    if not round_.people:
        raise NobodyAsked
    round_.state, round_.opened_at = OPEN, now
    await sealing.begin_key(session, round_)
    round_.invitation_id = await _invite(session, round_, invitation, now, scheduled=scheduled)
    await audit.write(
        session, "survey.open", at=now, subject=SUBJECT, subject_id=round_.id, actor_id=by, people=round_.people,
        kind=round_.secrecy, cuts=list(round_.cuts), digest=digest(round_),
    )  # fmt: skip
    return round_.people


async def _freeze(session: Session, round_: SurveyRound) -> int:
    """Make a row for everybody asked, with what the roster says of them now: one statement, however many."""
    audience = audience_of(round_)
    if not audience.chosen:
        raise NobodyAsked
    people = select(
        literal(round_.id, BigInteger), Employee.id, Employee.unit_id, Employee.agency_id,
        case(EMPLOYMENT, value=Employee.employment_type, else_=None),
        case(POSITION, value=Employee.position_kind, else_=None),
        literal("invited"), literal(value=False),
    ).where(Employee.id.in_(audiences.members(audience)))  # fmt: skip
    columns = ["round_id", "employee_id", "unit_id", "agency_id", "employment_type", "position_kind", "state", "quiet"]
    made = await session.execute(insert(SurveyParticipant).from_select(columns, people, include_defaults=False))
    return changed(made)


async def _invite(
    session: Session, round_: SurveyRound, values: Mapping[str, Any], now: datetime, *, scheduled: bool
) -> int:
    batch_id = await batches.open_batch(
        session, kind=KIND, message=INVITATION, values=values, content_hash=digest(round_), due_at=now,
        lane=Lane.ANNOUNCEMENTS, window=Window.OFFICE, counted=scheduled, valid_until=round_.closes_at,
    )  # fmt: skip
    await batches.freeze(session, batch_id, asked(round_.id))
    await batches.start_due(session, now)
    return batch_id


def asked(round_id: int) -> Select[int]:
    """Give the query for the ids of the employees a round asks."""
    return select(SurveyParticipant.employee_id).where(SurveyParticipant.round_id == round_id)


async def close(session: Session, round_: SurveyRound, now: datetime, by: int | None) -> None:
    """End a round: at once for named and confidential ones, an anonymous one is then rewritten (`closing`).

    `by` None: its day has come. Raises `StaleButton` unless it is open. What was begun and not sent is deleted, and
    an invitation or a reminder that has not gone goes no more.
    """
    if round_.state != OPEN:
        raise StaleButton
    round_.next_reminder_at = None
    round_.closed_at = now
    if round_.secrecy == Secrecy.ANONYMOUS:
        round_.state = CLOSING
    else:
        round_.state = CLOSED
        await session.execute(delete(SurveyDraft).where(SurveyDraft.round_id == round_.id))
    await notices.end(session, round_, now)
    await audit.write(
        session, "survey.close", at=now, subject=SUBJECT, subject_id=round_.id, actor_id=by,
        via="program" if by is None else "chat", people=round_.people,
    )  # fmt: skip


async def due(session: Session, now: datetime) -> list[SurveyRound]:
    """Give the open rounds whose day has come, held until the transaction ends; whoever still answers is waited for."""
    over = select(SurveyRound).where(SurveyRound.state == OPEN, SurveyRound.closes_at <= now)
    held = over.order_by(SurveyRound.id).with_for_update().execution_options(populate_existing=True)
    return list(await session.scalars(held))


async def running(session: Session, code: str) -> list[tuple[SurveyRound, SurveyVersion]]:
    """Give the rounds in which a survey of this code is open now, with the version each asks."""
    open_ones = _with_versions().where(SurveyRound.state == OPEN, SurveyVersion.code == code)
    return [(one, version) for one, version in await session.execute(open_ones)]


async def listed(session: Session, by: int) -> list[tuple[SurveyRound, SurveyVersion]]:
    """List what is open or closing, one's own that is being prepared, and the newest that are over."""
    mine = and_(SurveyRound.state == PREPARING, SurveyRound.author_id == by)
    rows = _with_versions()
    going = await session.execute(rows.where(or_(mine, SurveyRound.state.in_((OPEN, CLOSING)))).limit(LISTED_GOING))
    over = await session.execute(rows.where(SurveyRound.state == CLOSED).limit(LISTED))
    return [(one, version) for one, version in (*going.all(), *over.all())]


def _with_versions() -> Select[SurveyRound, SurveyVersion]:
    joined = select(SurveyRound, SurveyVersion).join(SurveyVersion, SurveyVersion.id == SurveyRound.version_id)
    return joined.order_by(SurveyRound.id.desc())
