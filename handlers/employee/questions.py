"""`/tanya`: a question gets a number and a date, an answer, a closing, and can be opened again."""

from collections.abc import Mapping
from typing import Any

from db import request_lists, requests
from db.errors import StaleButton
from db.models import Request
from db.promises import is_late
from db.requests import Origin
from handlers.answers import Answer, Show, say, show
from handlers.buttons import Button, Rows, act, pack
from handlers.context import Context
from handlers.features import Feature
from handlers.keyboards import paged
from handlers.menus import to_menu
from handlers.outgoing import keyboard_for
from handlers.threads import NEWEST, leave_others, page_of, terms_of

feature = Feature("questions")


@feature.command("tanya")
async def begin(context: Context, words: str) -> Answer:
    """Ask for the question; one that stands behind the command is taken at once."""
    return await _received(context, Origin(), words) if words else await prompt(context, Origin())


@feature.button("ask")
async def ask_another(context: Context) -> Answer:
    """Ask for a new question."""
    return await prompt(context, Origin())


async def prompt(context: Context, origin: Origin) -> Show:
    """Ask for the text of a question about something."""
    await context.enter("question", kind=origin.kind, subject=origin.subject)
    earlier = await _all_own(context)
    mine = [[act("my_questions", "own", 0)]] if earlier else []
    return show("questions/ask", [act("contact_me", "callme")], *mine, [act("abort", "cancel")])


@feature.text("question")
async def take(context: Context, text: str) -> Answer:
    """Take the text as the question."""
    return await _received(context, await _origin(context, "question"), text)


@feature.button("callme")
async def call(context: Context) -> Answer:
    """Take the wish to be called, with what was written, if anything was."""
    place = await context.place()
    origin = await _origin(context, "question", "reply")
    return await _received(context, origin, place.values.get("text") if place else None, call=True)


async def _origin(context: Context, *steps: str) -> Origin:
    place = await context.place()
    if place is None or place.step not in steps:
        raise StaleButton
    return Origin(place.values["kind"], place.values["subject"])


async def _received(context: Context, origin: Origin, text: str | None, *, call: bool = False) -> Answer:
    request = await requests.ask(
        context.session,
        context.person.employee_id,
        text,
        terms_of(context.tools, context.now),
        origin=origin,
        call=call,
    )
    await context.leave()
    rows = ([act("my_questions", "own", 0)], [to_menu()])
    known = context.person.employee is not None and context.person.employee.has_phone
    return say("questions/received", *rows, number=request.number, promised=request.promised_on, call=call, phone=known)


@feature.reply("announcement")
async def offer(context: Context, purpose: str, text: str) -> Answer:
    """Offer to turn a reply to an announcement into a question; nothing is passed on unasked."""
    subject = purpose.partition(":")[2]
    await context.enter("reply", kind="announcement", subject=subject, text=requests.checked(text))
    rows = [[act("is_question", "isquestion")], [act("contact_me", "callme")], [act("abort", "cancel")]]
    return say("questions/offer", *rows)


@feature.button("isquestion")
async def turn_into_question(context: Context) -> Answer:
    """Make a question of the reply."""
    origin = await _origin(context, "reply")
    place = await context.place()
    return await _received(context, origin, place.values["text"] if place else None)


@feature.button("own")
async def list_own(context: Context, page: int) -> Answer:
    """List the person's own questions, with where each stands."""
    found = await _all_own(context)
    entries = [_entry(request) for request in found]
    more = [[act("new_question", "ask")], [to_menu()]]
    return show("questions/own", *paged(entries, max(page, 0), "own"), *more, count=len(found))


async def _all_own(context: Context) -> list[Request]:
    return await request_lists.of_person(context.session, context.person.employee_id, context.person.own_since)


async def _own(context: Context, request_id: int) -> Request:
    return await requests.own(context.session, context.person.employee_id, request_id, context.person.own_since)


def _entry(request: Request) -> Button:
    values = {"number": request.number, "promised": request.promised_on}
    return Button(key=f"request_entries.{request.state}", values=values, data=pack("thread", request.id))


@feature.button("thread")
async def open_thread(context: Context, request_id: int, page: int = NEWEST) -> Answer:
    """Show one of the person's own questions with its answers."""
    request = await _own(context, request_id)
    await leave_others(context, "again", request_id)
    return await _thread(context, request, page)


async def _thread(context: Context, request: Request, page: int = NEWEST) -> Show:
    said, turning = page_of(await requests.turns(context.session, request.id), page, "thread", request.id)
    today = context.tools.clock.local(context.now).date()
    return show(
        "questions/thread",
        *([turning] if turning else []),
        *_choices(request),
        [act("my_questions", "own", 0)],
        number=request.number,
        state=request.state,
        promised=request.promised_on,
        late=is_late(request.state, request.promised_on, today),
        **said,
    )


def _choices(request: Request) -> Rows:
    settle = [act("done", "settled", request.id)] if request.state == "answered" else []
    return [[*settle, act("reopen", "again", request.id)]] if request.state != "open" else []


@feature.button("settled")
async def settle(context: Context, request_id: int) -> Answer:
    """Close the person's own answered question."""
    request = await _own(context, request_id)
    requests.close(request, context.now)
    return await _thread(context, request)


@feature.button("again")
async def ask_what_remains(context: Context, request_id: int) -> Answer:
    """Ask what is still unclear, to open the question again."""
    request = await _own(context, request_id)
    if request.state == "open":
        raise requests.RequestMoved
    await context.enter("again", request=request_id)
    return say("questions/what_remains", [act("abort", "cancel")], number=request.number)


@feature.text("again")
async def open_again(context: Context, text: str) -> Answer:
    """Open the question again with what is still unclear; it gets a new date."""
    place = await context.place()
    assert place is not None
    request = await _own(context, place.values["request"])
    await requests.reopen(context.session, request, text, terms_of(context.tools, context.now))
    await context.leave()
    rows = ([act("my_questions", "own", 0)], [to_menu()])
    return say("questions/reopened", *rows, number=request.number, promised=request.promised_on)


@keyboard_for("questions/answer")
def under_answer(values: Mapping[str, Any]) -> Rows:
    """Put closing and opening again under an answer."""
    return [[act("done", "settled", values["request"]), act("reopen", "again", values["request"])]]


@keyboard_for("questions/closed_by_itself")
def under_closing(values: Mapping[str, Any]) -> Rows:
    """Put reading and opening again under the notice of a closing."""
    return [[act("read_question", "thread", values["request"]), act("reopen", "again", values["request"])]]
