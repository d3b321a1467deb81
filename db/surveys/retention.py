"""How long answers are kept: as long as the consent to them says, counted from the day on which they could begin."""

import calendar
from datetime import datetime

from sqlalchemy import delete, func, select

from db import audit
from db.engine import Session
from db.models import SurveyAnswer, SurveyBallot, SurveyRound
from db.surveys.rounds import CLOSED, SUBJECT

EXPIRED = "survey.answers_expired"


async def purge(session: Session, months: int, now: datetime) -> int:
    """Delete the answers of rounds opened more than so many months ago, and give how many ballots that were.

    What was published of them stays: tables in which nobody can be found. Who had finished stays, too.
    """
    held = select(SurveyBallot.round_id, func.count()).group_by(SurveyBallot.round_id)
    over = select(SurveyRound.id).where(SurveyRound.state == CLOSED, SurveyRound.opened_at < months_before(now, months))
    gone = (await session.execute(held.where(SurveyBallot.round_id.in_(over)))).all()
    for round_id, many in gone:
        await session.execute(delete(SurveyAnswer).where(SurveyAnswer.round_id == round_id))
        await session.execute(delete(SurveyBallot).where(SurveyBallot.round_id == round_id))
        await audit.write(session, EXPIRED, at=now, subject=SUBJECT, subject_id=round_id, ballots=many)
    return sum(many for _, many in gone)


def months_before(moment: datetime, months: int) -> datetime:
    """Give the same day so many months earlier, or the last of that month where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
