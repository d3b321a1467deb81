"""`/tindak_lanjut`: what waits for an answer, late ones first; reading, answering, taking over."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from db import announcements, audit, owners, request_lists, requests
from db.engine import keys_of
from db.errors import NotAllowed, NotFound
from db.models import Request
from db.promises import is_late
from handlers.answers import Answer, Show, say, show
from handlers.buttons import Button, Rows, act, pack
from handlers.context import Context
from handlers.employee.benefits import listed
from handlers.features import Feature
from handlers.keyboards import paged
from handlers.office.announcement.words import title
from handlers.outgoing import keyboard_for
from handlers.threads import NEWEST, leave_others, page_of

feature = Feature("follow_up")

LISTS = ("all", "mine", "unowned")


@feature.command("tindak_lanjut")
async def begin(context: Context, words: str) -> Answer:
    """List everything that waits, late ones first, the officer's own before others; a number opens its request."""
    if not words:
        return await _list(context, "all", 0)
    try:
        return await open_request(context, await requests.by_number(context.session, words) or 0)
    except NotAllowed:
        raise NotFound from None  # no button was pressed: the sentence about buttons would be out of place


@feature.button("waiting")
async def list_waiting(context: Context, which: str, page: int) -> Answer:
    """Show another list, or another page."""
    return await _list(context, which if which in LISTS else "all", max(page, 0))


async def _list(context: Context, which: str, page: int) -> Show:
    me, today = context.person.employee_id, context.tools.clock.local(context.now).date()
    counts = await request_lists.counts(context.session, me, today)
    found = await request_lists.waiting(context.session, me, which, today)
    entries = [_entry(request, late=request.promised_on < today) for request in found]
    tabs = [act(f"waiting_{name}", "waiting", name, 0) for name in LISTS if name != which]
    rows = [*paged(entries, page, "waiting", which), tabs]
    return Show("follow_up/list", {"which": which, **asdict(counts)}, rows)


def _entry(request: Request, *, late: bool) -> Button:
    values = {"number": request.number, "promised": request.promised_on}
    return Button(key=f"waiting_entries.{'late' if late else 'due'}", values=values, data=pack("request", request.id))


@feature.button("request")
async def open_request(context: Context, request_id: int, page: int = NEWEST) -> Answer:
    """Show a request with who asked; the reading is audited."""
    request = await requests.for_office(context.session, context.person.employee_id, request_id)
    await leave_others(context, "answer", request_id)
    await _audit(context, "request.read", request)
    return await _screen(context, request, page)


async def _screen(context: Context, request: Request, page: int = NEWEST) -> Show:
    said, turning = page_of(await requests.turns(context.session, request.id), page, "request", request.id)
    who = await request_lists.asker(context.session, request)
    call = any(not turn["text"] for turn in said["turns"])  # only then is the number anybody's business
    today = context.tools.clock.local(context.now).date()
    rows = [*([turning] if turning else []), *_choices(context, request), [act("waiting_all", "waiting", "all", 0)]]
    return show(
        "follow_up/request",
        *rows,
        number=request.number,
        state=request.state,
        promised=request.promised_on,
        late=is_late(request.state, request.promised_on, today),
        reopened=request.reopened,
        reached=await requests.reached(context.session, request.id),
        origin=request.origin,
        subject=await _subject(context, request),
        owner="mine" if request.owner_id == context.person.employee_id else "other" if request.owner_id else "nobody",
        name=who.name,
        sex=who.sex or "",
        unit=who.unit,
        call=call,
        phone=_phone(context, who) if call else "",
        **said,
    )


async def _subject(context: Context, request: Request) -> str:
    if request.origin == "announcement" and request.origin_id:
        text = await announcements.text_of(context.session, int(request.origin_id))
        return title(text) if text is not None else ""
    return next((topic.title for topic in listed(context) if topic.code == request.origin_id), "")


def _phone(context: Context, who: request_lists.Asker) -> str:
    return keys_of(context.session).seal("phone").open(who.phone_sealed) if who.phone_sealed else ""


def _choices(context: Context, request: Request) -> Rows:
    if request.state == "closed":
        return []
    others = request.state == "open" and request.owner_id != context.person.employee_id
    return [[act("answer", "answer", request.id), *([act("take_over", "takeover", request.id)] if others else [])]]


@feature.button("answer")
async def ask_for_answer(context: Context, request_id: int) -> Answer:
    """Ask for the text of the answer; it goes as soon as it is typed."""
    request = await requests.for_office(context.session, context.person.employee_id, request_id)
    if request.state == "closed":
        raise requests.RequestMoved
    seen = len(await requests.turns(context.session, request_id))
    await context.enter("answer", request=request_id, seen=seen)
    return say("follow_up/write", [act("abort", "cancel")], number=request.number)


@feature.text("answer")
async def send_answer(context: Context, text: str) -> Answer:
    """Answer; refused when somebody else wrote since `Jawab` was pressed, so that nobody gets two answers."""
    place = await context.place()
    assert place is not None
    request = await requests.for_office(context.session, context.person.employee_id, place.values["request"])
    if len(await requests.turns(context.session, request.id)) != place.values["seen"]:
        raise requests.RequestMoved
    await requests.answer(context.session, request, text, context.person.employee_id, context.now)
    await _audit(context, "request.answer", request)
    await context.leave()
    rows = [[act("open_request", "request", request.id)], [act("waiting_all", "waiting", "all", 0)]]
    reached = await requests.reached(context.session, request.id)
    return say("follow_up/sent", *rows, number=request.number, reached=reached)


@feature.button("takeover")
async def take_over(context: Context, request_id: int) -> Answer:
    """Make the officer the owner of a request; whoever had it is told."""
    request = await requests.for_office(context.session, context.person.employee_id, request_id)
    before = request.owner_id
    await requests.take_over(context.session, request, context.person.employee_id)
    if before not in (None, context.person.employee_id):
        await owners.tell(context.session, request, before, "follow_up/taken_over", context.now)
    await _audit(context, "request.take_over", request)
    return await _screen(context, request)


async def _audit(context: Context, act_: str, request: Request) -> None:
    actor = context.person.employee_id
    await audit.write(context.session, act_, at=context.now, subject="request", subject_id=request.id, actor_id=actor)


def under_notice(values: Mapping[str, Any]) -> Rows:
    """Put the way to the request under a notice of it."""
    return [[act("open_request", "request", values["request"])]]


for notice in ("follow_up/new", "follow_up/reopened", "follow_up/passed_on"):
    keyboard_for(notice)(under_notice)


@keyboard_for("follow_up/overdue")
def under_reminder(_values: Mapping[str, Any]) -> Rows:
    """Put the way to the list under a reminder."""
    return [[act("waiting_mine", "waiting", "mine", 0)]]
