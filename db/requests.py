"""Requests: a question with an owner and a promised date, its turns, and the states it goes through."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from db import outbox, owners
from db.engine import Session, keys_of
from db.errors import DomainError, NotAllowed, NotFound
from db.models import Link, Outbox, Request, RequestMessage
from db.people import CONFIRMED
from db.promises import Terms, promised_on

LONGEST_TEXT = 2000
"""Characters of one turn as Telegram counts them (UTF-16), so that any turn fits into a message with its frame."""

PURPOSE = "text"


class QuestionEmpty(DomainError):
    """There is nothing to read in the text."""


class QuestionTooLong(DomainError):
    """The text is longer than `limit` characters; `length` says how long."""


class RequestMoved(DomainError):
    """The request has changed since the screen was shown: somebody else wrote, or it was closed."""


@dataclass(frozen=True)
class Origin:
    """What a question is about: nothing in particular, a topic of the benefits, or an announcement."""

    kind: str = "question"
    subject: str | None = None


@dataclass(frozen=True)
class Turn:
    """One turn of a request: `person` or `office`; an empty text of the person's is the wish to be called."""

    side: str
    text: str
    at: datetime


def checked(text: str) -> str:
    """Give a text as it is kept; raise `QuestionEmpty` or `QuestionTooLong`."""
    kept = text.strip()
    if not any(sign.isprintable() and not sign.isspace() for sign in kept):
        raise QuestionEmpty
    length = len(kept.encode("utf-16-le")) // 2
    if length > LONGEST_TEXT:
        raise QuestionTooLong(limit=LONGEST_TEXT, length=length)
    return kept


async def ask(
    session: Session, employee_id: int, text: str | None, terms: Terms, *, origin: Origin, call: bool = False
) -> Request:
    """Open a request of an employee's and give it an owner and a date; the owner is told.

    `call`: the person wants to be called; then a text may be missing. Raises `QuestionEmpty`, `QuestionTooLong`.
    """
    turns = ([] if text is None and call else [checked(text or "")]) + ([""] if call else [])
    request = Request(
        number=secrets.token_hex(10),
        employee_id=employee_id,
        origin=origin.kind,
        origin_id=origin.subject,
        state="open",
        owner_id=None,
        promised_on=await _promise(session, employee_id, terms),
        opened_at=terms.now,
    )
    session.add(request)
    await session.flush()
    request.number = f"T-{terms.today.year}-{request.id:05d}"
    for turn in turns:
        await _say(session, request, Turn("person", turn, terms.now), employee_id)
    await owners.assign(session, request, "follow_up/new", terms.now)
    return request


async def _promise(session: Session, employee_id: int, terms: Terms) -> date:
    waiting = await session.scalar(select(func.count()).where(Request.state == "open"))
    officers = await owners.possible(session, employee_id)
    return promised_on(terms, waiting or 0, len(officers))


async def _say(session: Session, request: Request, turn: Turn, author_id: int) -> int:
    sealed = keys_of(session).seal(PURPOSE).close(turn.text)
    row = RequestMessage(request_id=request.id, author_id=author_id, side=turn.side, text_sealed=sealed, at=turn.at)
    session.add(row)
    await session.flush()
    return row.id


async def own(session: Session, employee_id: int, request_id: int, since: datetime | None = None) -> Request:
    """Give one of an employee's own requests, held until the transaction ends; anybody else's is `NotFound`.

    `since`: an account not confirmed yet opens none from before it was linked, which may be another's.
    """
    request = await session.get(Request, request_id, with_for_update=True)
    if request is None or request.employee_id != employee_id or (since and request.opened_at < since):
        raise NotFound
    return request


async def for_office(session: Session, officer_id: int, request_id: int) -> Request:
    """Give a request to somebody of the office, held until the transaction ends; the own one is `NotAllowed`."""
    request = await session.get(Request, request_id, with_for_update=True)
    if request is None:
        raise NotFound
    if request.employee_id == officer_id:
        raise NotAllowed
    return request


async def by_number(session: Session, number: str) -> int | None:
    """Find a request by the number the person was told, however it is typed."""
    known: int | None = await session.scalar(select(Request.id).where(Request.number == number.strip().upper()))
    return known


async def turns(session: Session, request_id: int) -> list[Turn]:
    """Give what was said in a request, oldest first."""
    seal = keys_of(session).seal(PURPOSE)
    rows = await session.scalars(
        select(RequestMessage).where(RequestMessage.request_id == request_id).order_by(RequestMessage.id)
    )
    return [Turn(row.side, seal.open(row.text_sealed), row.at) for row in rows]


async def answer(session: Session, request: Request, text: str, officer_id: int, now: datetime) -> None:
    """Answer an open request, or add to an answer: the person gets it, and whoever answers owns the request.

    Raises `RequestMoved` when it is closed, `QuestionEmpty` and `QuestionTooLong` as for a question.
    """
    if request.state == "closed":
        raise RequestMoved
    said = checked(text)
    asked = next(turn.text for turn in reversed(await turns(session, request.id)) if turn.side == "person")
    turn_id = await _say(session, request, Turn("office", said, now), officer_id)
    request.state, request.answered_at, request.owner_id = "answered", now, officer_id
    await outbox.queue(
        session,
        "questions/answer",
        {"request": request.id, "number": request.number, "question": asked, "answer": said},
        employee_id=request.employee_id,
        lane=outbox.Lane.REPLIES,
        due_at=now,
        unique_key=f"answer:{turn_id}",
        link_generation=await meant_for(session, request),
    )


async def meant_for(session: Session, request: Request) -> int | None:
    """Give the generation of the link a request's messages are for; None: they may go to whichever is open.

    An account not confirmed yet and linked after the asking may be another's: it gets nothing of it.
    """
    mine = Link.employee_id == request.employee_id
    newer = (Link.closed_at.is_(None), Link.level < CONFIRMED, Link.linked_at > request.opened_at)
    if await session.scalar(select(Link.id).where(mine, *newer)) is None:
        return None
    asked_under = select(func.max(Link.generation)).where(mine, Link.linked_at <= request.opened_at)
    return await session.scalar(asked_under) or 0


async def reached(session: Session, request_id: int) -> bool:
    """Tell whether the newest answer has arrived or is still on its way; False when it ended elsewhere."""
    newest = select(func.max(RequestMessage.id)).where(
        RequestMessage.request_id == request_id, RequestMessage.side == "office"
    )
    key = f"answer:{await session.scalar(newest)}"
    state = await session.scalar(select(Outbox.state).where(Outbox.unique_key == key))
    return state in (None, outbox.State.SENT, *outbox.OPEN_STATES)


def close(request: Request, now: datetime) -> None:
    """Close an answered request; closing twice is closing once. Raises `RequestMoved` while it waits for an answer."""
    if request.state == "open":
        raise RequestMoved
    if request.state != "closed":
        request.state, request.closed_at = "closed", now


async def reopen(session: Session, request: Request, text: str, terms: Terms) -> None:
    """Open an answered or closed request again with what is still unclear: a new promise, and the owner is told.

    Raises `RequestMoved` while it waits for an answer, `QuestionEmpty` and `QuestionTooLong` as for a question.
    """
    if request.state == "open":
        raise RequestMoved
    said = checked(text)
    request.promised_on = await _promise(session, request.employee_id, terms)
    request.state, request.closed_at = "open", None
    request.reopened += 1
    await _say(session, request, Turn("person", said, terms.now), request.employee_id)
    able = {one.id for one in await owners.possible(session, request.employee_id)}
    if request.owner_id in able:
        await owners.tell(session, request, request.owner_id, "follow_up/reopened", terms.now)
    else:
        await owners.assign(session, request, "follow_up/reopened", terms.now)


async def take_over(session: Session, request: Request, officer_id: int) -> None:
    """Make an officer the owner of a request that is still to be answered; raises `RequestMoved` otherwise."""
    if request.state != "open":
        raise RequestMoved
    request.owner_id = officer_id
    await session.flush()


async def close_untouched(session: Session, now: datetime, days: int) -> list[Request]:
    """Close what was answered `days` days ago and not opened again; give what was closed."""
    old = select(Request).where(Request.state == "answered", Request.answered_at <= now - timedelta(days=days))
    closed = list(await session.scalars(old.order_by(Request.id).with_for_update()))
    for request in closed:
        close(request, now)
    return closed
