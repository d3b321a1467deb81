"""The door: one transaction holds an update's effect and its mark; it closes before anything is sent."""

import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import telegram

from content.catalog import Catalog
from content.errors import OfficeTextError, SheetError
from db import dialogs, inbox, outbox, people, queues
from db.away import patiently
from db.calendar import Calendar
from db.callers import Caller, caller
from db.clock import Clock
from db.engine import Database, Session
from db.errors import DomainError
from db.people import Person
from db.queues import LeaseLost
from db.rules import OfficeRules
from db.windows import Window, open_windows
from handlers.answers import Answer, parts
from handlers.errors import excuse, failure
from handlers.outgoing import prepare
from handlers.outside import Outside, Worked, at_work
from handlers.pictures import Draw, nobody_draws

log = logging.getLogger(__name__)
T = TypeVar("T")

CHAT_LEASE = 15.0
"""Seconds after which another worker may take a chat over from one that died. A handler may take longer: until its
transaction ends nobody else gets at the chat."""


FRESH_SHARE = 0.8
"""The share of a chat's lease that must be left for it not to be prolonged at the door."""


@dataclass(frozen=True)
class Decided:
    """What is to be said about an update once its effect is committed, under a lease that ends then (monotonic)."""

    said: list[dict[str, Any]]
    lease_ends: float = 0.0


@dataclass(frozen=True)
class Tools:
    """What the process hands to the counter."""

    database: Database
    clock: Clock
    catalog: Catalog
    rules: OfficeRules
    calendar: Calendar
    bot_name: str = ""
    messages_per_second: float = 25.0
    """The ceiling for what is sent unasked; from it follows when the last of many messages arrives."""
    own_content: Any = None
    chat_lease: float = CHAT_LEASE
    """Seconds of the lease on a chat, and on the part of the poller."""
    draw: Draw = nobody_draws
    """Draws a picture, in another process."""
    nudge: Callable[[], None] = field(default=lambda: None)
    """Tell the deliverer that a row may be due."""
    tray: dict[int, Decided] = field(default_factory=dict)
    """From the door, which PTB's application calls, back to the desk: what is to be said, by update."""

    def open_windows(self, now: datetime) -> frozenset[Window]:
        """Give the windows in which the bot may write unasked at a moment."""
        return open_windows(self.clock.local(now), self.calendar, self.rules)


@dataclass
class Context:
    """What a handler sees of the person in front of it; the session ends with the handler."""

    tools: Tools
    session: Session
    person: Person
    now: datetime
    update: telegram.Update | None = None
    bot: telegram.Bot | None = None
    worked: Worked | None = None
    caller: Caller | None = None
    moved: bool = False
    """The dialog is another than the one in which the person came."""

    @property
    def chat_id(self) -> int:
        """The private chat this is about."""
        return self.person.chat_id

    @property
    def language(self) -> str:
        """The chat's language."""
        return self.person.language

    @property
    def message(self) -> telegram.Message:
        """The message that came; of one whose button was pressed only the number is known (`message_id`)."""
        assert self.update is not None
        message = self.update.effective_message
        assert isinstance(message, telegram.Message)
        return message

    @property
    def message_id(self) -> int:
        """The number of the message that came, or whose button was pressed."""
        number = number_of(self.update)
        assert number is not None
        return number

    async def enter(self, step: str, **values: Any) -> None:
        """Wait for what is typed (or sent) next at this step."""
        if not self.moved and self.caller is not None and dialogs.stands(self.caller.dialog, step, values, self.now):
            return
        self.moved = True
        await dialogs.enter(self.session, self.chat_id, step, values, self.now)

    async def leave(self) -> bool:
        """Wait for nothing any more."""
        self.moved = True
        return await dialogs.leave(self.session, self.chat_id)

    async def place(self) -> dialogs.Place | None:
        """Tell which dialog the chat is in."""
        if self.caller is not None and not self.moved:
            return self.caller.dialog
        return await dialogs.where(self.session, self.chat_id, self.now)

    def pressed_for(self, purpose: str) -> int | None:
        """Give the message whose button was pressed where that is the one remembered for a purpose."""
        fits = self.caller is not None and self.caller.purpose == purpose and self.update is not None
        return self.message_id if fits else None

    async def outside(self, work: Callable[[], Awaitable[T]]) -> T:
        """Have long work done while no transaction is open, such as fetching a file; give what came of it.

        The first time the transaction is rolled back and the work done; then the handler runs again from the door on,
        rights and all, and gets the result here. So it stands once in a handler, and `work` uses no session of its.
        """
        if self.worked is None:
            raise Outside(work)
        result: T = self.worked.result
        return result


Run = Callable[[Context], Awaitable[Answer]]


@asynccontextmanager
async def job(tools: Tools) -> AsyncIterator[tuple[Session, datetime]]:
    """Open the door for a job: a transaction that commits at its end, and the civil time."""
    async with tools.database.transaction() as session:
        yield session, tools.clock.now()
    tools.nudge()


REFUSALS = (DomainError, OfficeTextError, SheetError)


async def admit(tools: Tools, update: telegram.Update, run: Run, *, owner: str, bot: telegram.Bot) -> Decided:
    """Run a handler on an update inside its transaction and return what is to be said.

    A refusal rolls back and is said in words; a fault rolls back, is counted, and is said when it parks the update.
    While the database is away the update waits here: that is no fault of its.
    """
    try:
        return await patiently(lambda: _decided(tools, update, run, owner, bot))
    except LeaseLost:
        return Decided([])
    except Exception:
        reference = secrets.token_hex(4).upper()
        log.exception("update failed", extra={"reference": reference, "update_id": update.update_id})
        ends = time.monotonic() + tools.chat_lease
        said = await count_failure(tools, chat_of(update), update.update_id, reference, update=update, bot=bot)
        return Decided(said, ends)


async def _decided(tools: Tools, update: telegram.Update, run: Run, owner: str, bot: telegram.Bot) -> Decided:
    try:
        return await _worked_out(tools, update, run, owner, bot)
    except REFUSALS as refusal:
        said = refusal
    return await _effect(tools, update, lambda context: excuse(context, said), owner, bot)


async def _worked_out(tools: Tools, update: telegram.Update, run: Run, owner: str, bot: telegram.Bot) -> Decided:
    try:
        return await _effect(tools, update, run, owner, bot)
    except Outside as asked:
        work = asked.work
    async with at_work(tools, bot, chat_of(update), owner):
        worked = Worked(await work())
    return await _effect(tools, update, run, owner, bot, worked=worked)


async def _effect(
    tools: Tools, update: telegram.Update, run: Run, owner: str, bot: telegram.Bot, *, worked: Worked | None = None
) -> Decided:
    now = tools.clock.now()
    async with tools.database.transaction() as session:
        here, lease_ends = await _at_counter(tools, session, update, owner, now)
        context = Context(tools, session, here.person, now, update, bot=bot, worked=worked, caller=here)
        answer = await run(context)
        said = prepare(context, parts(answer))
        if not await inbox.mark_effect(session, update.update_id, said, now):
            raise LeaseLost
    if outbox.anything_left(session):
        tools.nudge()
    return Decided(said, lease_ends)


async def _at_counter(
    tools: Tools, session: Session, update: telegram.Update, owner: str, now: datetime
) -> tuple[Caller, float]:
    """Tell who comes, and until when (monotonic) the chat is surely ours; raises `LeaseLost`."""
    chat, before = update.effective_chat, time.monotonic()
    if chat is None or chat.type != "private":  # a group leaves nothing behind
        here = Caller(Person(chat.id if chat else 0))
    else:
        found = await caller(session, chat.id, owner, number_of(update), now)
        if found is None:
            raise LeaseLost
        here = found
    if here.lease_seconds > tools.chat_lease * FRESH_SHARE:
        return here, before + here.lease_seconds
    if not await queues.hold(session, chat_of(update), owner, tools.chat_lease):
        raise LeaseLost
    return here, before + tools.chat_lease


async def count_failure(
    tools: Tools,
    chat_id: int,
    update_id: int,
    reference: str,
    *,
    bot: telegram.Bot,
    update: telegram.Update | None = None,
) -> list[dict[str, Any]]:
    """Count a failure of an update; return what is to be said when that parks it. `update` is None if unreadable."""

    async def count() -> list[dict[str, Any]]:
        now = tools.clock.now()
        async with tools.database.transaction() as session:
            if not await queues.hold(session, chat_id, tools.database.owner, tools.chat_lease):
                return []
            if not await inbox.mark_failure(session, update_id, reference, now):
                return []
            person = await people.identify(session, chat_id, now) if chat_id > 0 else Person(chat_id)
            context = Context(tools, session, person, now, update, bot=bot)
            return prepare(context, parts(await failure(context, reference)))

    said = await patiently(count)
    tools.nudge()
    return said


def number_of(update: telegram.Update | None) -> int | None:
    """Give the number of the message that came, or whose button was pressed; None where there is none."""
    if update is None:
        return None
    pressed = update.callback_query
    message = pressed.message if pressed is not None else update.effective_message
    return message.message_id if message is not None else None


def chat_of(update: telegram.Update) -> int:
    """Give the chat an update belongs to; 0 where it belongs to none."""
    return update.effective_chat.id if update.effective_chat else 0
