"""Announcements: a text to an audience, shown, asked for, frozen, sent; each step only from the one before."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import and_, select

from db import approvals, audiences, audit, batches
from db.audiences import Audience, Reach
from db.engine import Session
from db.errors import DomainError, NotAllowed, NotFound, StaleButton
from db.models import Announcement, Approval, Batch, Link, Outbox
from db.surveys import segments
from db.windows import Window

KIND = "announcement"
MESSAGE = "announcements/office_text"
"""The name under which every message of an announcement is rendered."""
ACT = "announcement"
"""What a second officer is asked for."""
DRAFT, AWAITING, CONFIRMED, DROPPED = "draft", "awaiting", "confirmed", "dropped"
ASK_KEY = "announcement:ask:{}:{}"
"""The unique key of an asking's message: the approval's id, the officer's."""
LISTED = 5
"""How many announcements the first screen lists."""


class NobodyReachable(DomainError):
    """Nobody of the audience can be reached now."""


class NobodyChosen(DomainError):
    """No audience is chosen yet."""


class GroupTooSmall(DomainError):
    """So few people gave this answer (fewer than `fewest`) that they are not addressed as a group."""


class RecipientsVeiled(DomainError):
    """The recipients are a part of a survey's respondents that officers may not see by name."""


class ValuesLacking(DomainError):
    """Some recipients lack a value the text names (`lacking`: counts by name)."""


class AnnouncementChanged(DomainError):
    """Text or audience are not those of the screen whose button was pressed."""


@dataclass(frozen=True)
class Plan:
    """How a confirmed announcement is to go: at the window's next opening, or now in spite of a shut window."""

    scheduled: bool = False
    in_spite: bool = False

    @property
    def window(self) -> Window:
        """Give the window its messages keep to; only an officer's second press opens every hour."""
        return Window.ANY if self.in_spite else Window.OFFICE


def digest(announcement: Announcement) -> str:
    """Give what a preview, a button and an approval are bound to: text and audience as they stand (SHA-256, hex)."""
    said = json.dumps([announcement.text, announcement.audience], sort_keys=True, ensure_ascii=True)
    return sha256(said.encode()).hexdigest()


def audience_of(announcement: Announcement) -> Audience:
    """Give whom it is for."""
    return audiences.read(announcement.audience)


async def draft(session: Session, author_id: int, text: str, now: datetime) -> Announcement:
    """Keep a new text; nobody is chosen yet."""
    made = Announcement(
        author_id=author_id, state=DRAFT, text=text, text_hash=_hash(text), audience=Audience().stored(), made_at=now
    )
    session.add(made)
    await session.flush()
    return made


async def get(session: Session, announcement_id: int) -> Announcement:
    """Give an announcement, held until the transaction ends; raises NotFound."""
    found = await session.get(Announcement, announcement_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def text_of(session: Session, announcement_id: int) -> str | None:
    """Give the text of an announcement to read beside something else, without holding it; None when there is none."""
    found: str | None = await session.scalar(select(Announcement.text).where(Announcement.id == announcement_id))
    return found


async def own_draft(session: Session, announcement_id: int, by: int) -> Announcement:
    """Give a draft to its author; raises NotAllowed to anybody else, StaleButton when it is a draft no more."""
    found = await get(session, announcement_id)
    if found.author_id != by:
        raise NotAllowed
    if found.state != DRAFT:
        raise StaleButton
    return found


def rewrite(announcement: Announcement, text: str) -> None:
    """Put another text in a draft; what was said about values that lack goes with the old one."""
    announcement.text, announcement.text_hash = text, _hash(text)
    announcement.audience = audience_of(announcement).whole().stored()


def aim(announcement: Announcement, audience: Audience) -> None:
    """Choose whom a draft is for."""
    announcement.audience = audience.stored()


def drop(announcement: Announcement) -> None:
    """Give a draft up."""
    announcement.state = DROPPED


async def count(session: Session, announcement: Announcement, named: Iterable[str]) -> Reach:
    """Count a draft's audience; raises NobodyChosen, and GroupTooSmall where an answer makes a small group.

    Raises RespondentsHidden where it is a part of an anonymous round that goes on.
    """
    audience = audience_of(announcement)
    if not audience.chosen:
        raise NobodyChosen
    if audience.respondents:
        await segments.addressed(session, audience.respondents.round_id)
    found = await audiences.reach(session, audience, named)
    _large_enough(audience, found.reachable)
    return found


def _large_enough(audience: Audience, people: int) -> None:
    if audience.by_answer and people < audience.fewest:
        raise GroupTooSmall(fewest=audience.fewest)


async def ready(session: Session, announcement: Announcement, named: Iterable[str], seen: str | None = None) -> Reach:
    """Count a draft that is to be shown or sent; `seen` is the digest of the screen whose button was pressed.

    Raises AnnouncementChanged, NobodyReachable, ValuesLacking while some lack a value it names, or as `count`.
    """
    if seen is not None and not digest(announcement).startswith(seen):
        raise AnnouncementChanged
    found = await count(session, announcement, named)
    if found.lacking:
        raise ValuesLacking(lacking=found.lacking)
    if not found.reachable:
        raise NobodyReachable
    return found


async def ask(
    session: Session, announcement: Announcement, people: int, plan: Plan, now: datetime, *, rest_days: int
) -> Approval:
    """Let it wait for a second officer, bound to text, audience and plan; raises what `approvals.ask` raises."""
    approval = await approvals.ask(
        session, ACT, announcement.id, digest=digest(announcement), by=announcement.author_id, now=now,
        values={"people": people, "scheduled": plan.scheduled, "in_spite": plan.in_spite}, rest_days=rest_days,
    )  # fmt: skip
    announcement.state, announcement.approval_id = AWAITING, approval.id
    return approval


async def asked(session: Session, announcement: Announcement) -> Approval:
    """Give what a second officer is asked for; raises StaleButton unless it waits for one."""
    if announcement.state != AWAITING or announcement.approval_id is None:
        raise StaleButton
    found = await session.get(Approval, announcement.approval_id)
    if found is None:
        raise StaleButton
    return found


def plan_of(approval: Approval) -> Plan:
    """Give the plan that was asked for."""
    return Plan(bool(approval.values.get("scheduled")), bool(approval.values.get("in_spite")))


async def approve(session: Session, announcement: Announcement, by: int, now: datetime, *, rest_days: int) -> Plan:
    """Approve as the second officer, give the plan; what happens then is `confirm`'s. Raises as `approvals.approve`."""
    approval = await asked(session, announcement)
    await approvals.approve(session, approval.id, by, now, digest(announcement), rest_days=rest_days)
    return plan_of(approval)


async def send_back(session: Session, announcement: Announcement, by: int, now: datetime, reason: str) -> None:
    """Return it to its author with a reason; it is a draft again. Raises as `approvals.give_back`."""
    approval = await asked(session, announcement)
    await approvals.give_back(session, approval.id, by, now, reason)
    announcement.state = DRAFT


async def withdraw(session: Session, announcement: Announcement, by: int, now: datetime) -> None:
    """Take the asking back; it is a draft again. Raises StaleButton unless it waits, NotAllowed unless one's own."""
    if announcement.author_id != by:
        raise NotAllowed
    approval = await asked(session, announcement)
    await approvals.withdraw(session, approval.id, by, now)
    announcement.state = DRAFT


async def askings(session: Session, approval_id: int) -> list[tuple[int, int]]:
    """List the messages by which officers were asked: each row's id and the officer's."""
    prefix = ASK_KEY.format(approval_id, "")
    rows = await session.execute(
        select(Outbox.id, Outbox.employee_id).where(Outbox.unique_key.startswith(prefix)).order_by(Outbox.id)
    )
    return [(row.id, row.employee_id) for row in rows]


async def confirm(
    session: Session,
    announcement: Announcement,
    named: Iterable[str],
    plan: Plan,
    now: datetime,
    *,
    by: int,
    due_at: datetime,
) -> int:
    """Freeze text, audience and hash, open the batch that is due at a moment, and give the batch's id.

    What is scheduled keeps to the window and to the weekly limit: it is the bot that sends it then. Raises
    GroupTooSmall where an answer makes a small group by now.
    """
    audience = audience_of(announcement)
    batch_id = await batches.open_batch(
        session, kind=KIND, message=MESSAGE, content_hash=digest(announcement), due_at=due_at, window=plan.window,
        counted=plan.scheduled, values={"text": announcement.text, "defaults": dict(audience.defaults)},
    )  # fmt: skip
    total = await batches.freeze(session, batch_id, audiences.members(audience, named))
    _large_enough(audience, total)
    announcement.state, announcement.confirmed_at = CONFIRMED, now
    announcement.batch_id, announcement.scheduled = batch_id, plan.scheduled
    await audit.write(
        session, "announcement.confirm", at=now, subject=KIND, subject_id=announcement.id, actor_id=by, people=total,
        digest=digest(announcement), scheduled=plan.scheduled, outside_window=plan.in_spite,
    )  # fmt: skip
    if due_at <= now:
        await batches.start_due(session, now)
    return batch_id


async def recent(session: Session, by: int) -> list[tuple[Announcement, str]]:
    """List the newest announcements with their states (the batch's once confirmed), of drafts only one's own."""
    mine = and_(Announcement.state == DRAFT, Announcement.author_id == by)
    rows = await session.execute(
        select(Announcement, Batch.state)
        .outerjoin(Batch, Batch.id == Announcement.batch_id)
        .where(mine | Announcement.state.in_((AWAITING, CONFIRMED)))
        .order_by(Announcement.id.desc())
        .limit(LISTED)
    )
    return [(one, running or one.state) for one, running in rows]


async def of_message(session: Session, chat_id: int, message_id: int) -> int | None:
    """Give the announcement whose message this is in a private chat; None when it is something else."""
    found: int | None = await session.scalar(
        select(Announcement.id)
        .join(Outbox, Outbox.batch_id == Announcement.batch_id)
        .join(Link, and_(Link.employee_id == Outbox.employee_id, Link.generation == Outbox.link_generation))
        .where(Link.chat_id == chat_id, Outbox.message_id == message_id)
    )
    return found


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
