"""Where the progress of announcements is being watched, and what became of each recipient."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, or_, select, update

from db.engine import Session
from db.models import Announcement, Batch, Chat, Employee, Outbox, Shown, Unit
from db.outbox.queueing import reference
from db.progress import Progress, progress

PURPOSE = "progress:{}"
"""What a live message is remembered for, with the announcement's id."""
ENDED = "end"
"""Opens the digest of a live message that will not change any more."""
STOPPED = ("finished", "cancelled")


@dataclass(frozen=True)
class Live:
    """An announcement on its way (or just through): its progress, and what else a screen says of it."""

    announcement: Announcement
    progress: Progress
    due_at: datetime
    window: str
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def over(self) -> bool:
        """Tell whether nothing of it will change any more; a cancelled one may still have messages in flight."""
        return self.progress.state in STOPPED and not self.progress.waiting


async def live(session: Session, announcement_id: int, now: datetime) -> Live | None:
    """Give how far an announcement is; None before it is confirmed."""
    row = (
        await session.execute(
            select(Announcement, Batch)
            .join(Batch, Batch.id == Announcement.batch_id)
            .where(Announcement.id == announcement_id)
            .execution_options(populate_existing=True)
        )
    ).first()
    if row is None:
        return None
    announcement, batch = row
    counted = await progress(session, batch.id, now)
    return Live(announcement, counted, batch.due_at, batch.window, batch.started_at, batch.finished_at)


class Place(NamedTuple):
    """A live message: which announcement's, where, in what language, what it said last and when that was."""

    id: int
    announcement_id: int
    chat_id: int
    message_id: int
    language: str
    digest: str | None
    at: datetime


async def places(session: Session) -> list[Place]:
    """List the live messages that may still change."""
    prefix = PURPOSE.format("")
    open_ones = and_(Shown.purpose.startswith(prefix), or_(Shown.digest.is_(None), ~Shown.digest.startswith(ENDED)))
    language = func.coalesce(Chat.language, "id")
    rows = await session.execute(
        select(Shown, language).outerjoin(Chat, Chat.chat_id == Shown.chat_id).where(open_ones).order_by(Shown.id)
    )
    return [
        Place(one.id, int(one.purpose.removeprefix(prefix)), one.chat_id, one.message_id, spoken, one.digest, one.at)
        for one, spoken in rows
    ]


async def note(session: Session, place: Place, digest: str, now: datetime) -> bool:
    """Keep what a live message says now; False when it has changed (or moved) since it was listed."""
    same = Shown.digest.is_(None) if place.digest is None else Shown.digest == place.digest
    noted = await session.scalar(
        update(Shown)
        .where(Shown.id == place.id, Shown.message_id == place.message_id, same)
        .values(digest=digest, at=now)
        .returning(Shown.id)
    )
    return noted is not None


async def on_their_way(session: Session) -> list[int]:
    """List the announcements that run or are paused, by id."""
    rows = await session.scalars(
        select(Announcement.id)
        .join(Batch, Batch.id == Announcement.batch_id)
        .where(Batch.state.in_(("running", "paused")))
        .order_by(Announcement.id)
    )
    return list(rows)


async def told(session: Session, unique_key: str) -> bool:
    """Tell whether a message of this key has been left already."""
    return bool(await session.scalar(select(exists().where(Outbox.unique_key == unique_key))))


class Line(NamedTuple):
    """What became of one recipient."""

    full_name: str
    nip: str
    unit: str
    state: str
    reason: str | None
    maybe_twice: bool
    sent_at: datetime | None
    reference: str


async def lines(session: Session, batch_id: int) -> list[Line]:
    """Give every recipient of a batch with what became of the message, by unit and name; each exactly once."""
    rows = await session.execute(
        select(Employee.full_name, Employee.nip, Unit.name, Outbox.state, Outbox.reason, Outbox.uncertain > 0,
               Outbox.sent_at, Outbox.id)
        .join(Employee, Employee.id == Outbox.employee_id).join(Unit, Unit.id == Employee.unit_id)
        .where(Outbox.batch_id == batch_id).order_by(Unit.name_key, Employee.full_name, Employee.id)
    )  # fmt: skip
    return [Line(*row[:-1], reference(row[-1])) for row in rows]
