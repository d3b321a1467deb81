"""The end of an anonymous round: ballots that lead to nobody take the place of whatever led to somebody.

Each step may be done twice and finds what is left of it; only when all are done is the round `closed`.
"""

import logging
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import ColumnElement, func, select

from db import audit, outbox
from db.clock import Clock
from db.engine import Database, Session
from db.models import AuditEntry, SurveyBallot, SurveyParticipant, SurveyRound, SurveyVersion
from db.outbox import Lane
from db.round_keys import RoundKeyMissing
from db.surveys import keeping, rewriting, traces
from db.surveys.definition import Secrecy

log = logging.getLogger(__name__)

TOLD = "survey_closing/closed"
"""The message to whoever opened the round."""
SUBJECT, LOST = "survey", "survey.answers_lost"
"""What the audit keeps, with the rewriting itself, of answers that were given up: by then nothing else tells of it."""


async def close_due(database: Database, clock: Clock, chance: Random | None = None) -> int:
    """Finish the anonymous rounds that are closing and give how many are closed now; the rest are taken up next time.

    `chance` shuffles and makes ids; none is given but in tests, and then it is the system's.
    """
    await keeping.mend(database)
    async with database.reading() as session:
        waiting = list(await session.scalars(select(SurveyRound.id).where(_closing()).order_by(SurveyRound.id)))
    return sum([await _finish(database, clock.now(), one, chance or SystemRandom()) for one in waiting])


def _closing() -> ColumnElement[bool]:
    return (SurveyRound.state == "closing") & (SurveyRound.secrecy == Secrecy.ANONYMOUS)


async def _finish(database: Database, now: datetime, round_id: int, chance: Random) -> bool:
    if not await _settled(database, round_id, now) or not await _rewritten(database, round_id, now, chance):
        return False
    await traces.erase(database, round_id)
    database.keys.rounds.destroy(round_id)
    if not await traces.scrub(database):
        return False
    async with database.transaction() as session:
        round_ = await _held(session, round_id)
        if round_ is None:
            return False  # another process was as far
        await _end(session, round_, now)
    return True


async def _settled(database: Database, round_id: int, now: datetime) -> bool:
    """Tell whether nothing that came in before the end is still on its way to a draft."""
    async with database.transaction() as session:
        round_ = await _held(session, round_id)
        if round_ is None:
            return False
        if round_.closed_at is None:
            round_.closed_at = now
        return not await traces.on_their_way(session, round_.closed_at)


async def _rewritten(database: Database, round_id: int, now: datetime, chance: Random) -> bool:
    """Read and lay out while others write, then hold them up only for the rows themselves."""
    try:
        async with database.reading() as session:
            round_ = await session.get(SurveyRound, round_id)
            assert round_ is not None
            prepared = await rewriting.prepare(session, round_, now, chance)
    except RoundKeyMissing:
        log.error("the key of a survey round is missing, it cannot be closed", extra={"round": round_id})  # noqa: TRY400
        return False
    async with database.transaction() as session:
        round_ = await _held(session, round_id)
        done = round_ is not None and await rewriting.rewrite(session, round_, prepared)
        if done and prepared.lost:
            log.error("answers were given up, no key opens them", extra={"round": round_id, "answers": prepared.lost})
            await audit.write(
                session, LOST, at=now, subject=SUBJECT, subject_id=round_id, via="program", answers=prepared.lost
            )
        return done


async def _held(session: Session, round_id: int) -> SurveyRound | None:
    held = select(SurveyRound).where(SurveyRound.id == round_id, _closing()).with_for_update()
    found: SurveyRound | None = await session.scalar(held)
    return found


async def _end(session: Session, round_: SurveyRound, now: datetime) -> None:
    counts = await outcome(session, round_)
    round_.state = "closed"
    await audit.write(
        session,
        "survey.rewritten",
        at=now,
        subject=SUBJECT,
        subject_id=round_.id,
        via="program",
        people=round_.people,
        **counts,
    )
    lost = select(AuditEntry.details).where(AuditEntry.act == LOST, AuditEntry.subject_id == round_.id)
    version = await session.get(SurveyVersion, round_.version_id)
    assert version is not None
    await outbox.queue(
        session,
        TOLD,
        {"title": version.definition["title"], **counts, "lost": (await session.scalar(lost) or {}).get("answers", 0)},
        employee_id=round_.author_id,
        lane=Lane.REPLIES,
        due_at=now,
        unique_key=f"{TOLD}:{round_.id}",
    )


async def outcome(session: Session, round_: SurveyRound) -> dict[str, int]:
    """Count who took part in an anonymous round, and its ballots; no ballots: there were fewer than five."""
    finished = select(func.count()).where(
        SurveyParticipant.round_id == round_.id, SurveyParticipant.state == "finished"
    )
    written = select(func.count()).where(SurveyBallot.round_id == round_.id)
    return {"finished": await session.scalar(finished) or 0, "ballots": await session.scalar(written) or 0}
