"""Every command, button, step and reply against every kind of person, through the door, by a hand-written table.

Behind the door stand probes instead of the features: each writes a row named after its update and says a canary, so
that whatever slips through shows twice.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import telegram
from sqlalchemy import func, select

from bot.application import load_tools
from bot.settings import Settings
from db import dialogs, facts, inbox, queues, shown
from db.clock import Clock
from db.engine import Database, Session
from db.models import Base, Employee, Fact, Link, OfficerLock
from handlers import FEATURES
from handlers.answers import Answer, say
from handlers.context import Context, Run, Tools, admit
from handlers.features import Feature
from handlers.general import Fallback
from handlers.routing import Router
from tests import factories
from tests.handlers.rights import KINDS, OPENS

CANARY = "KENARI-7F3A"
OUR_MESSAGE = 1
DIALECTS = ("sqlite", "postgresql")
CHATS = {kind: 500 + number for number, kind in enumerate(KINDS)}
ROLE_OF = dict(zip("aonculfkx", ("admin", "officer", "analyst", "counsellor", "unit_operator", "leader",
                                 "officer", "officer", "officer"), strict=True))  # fmt: skip
BOT = telegram.Bot("1:invented")
TOUCHED_BY_COMING = {"updates", "chat_queues", "chats", "dialogs", "facts"}
"""Tables in which an update leaves a row whatever comes of it; a probe's own row is in `facts`."""


def registered() -> set[str]:
    """List every key the features answer to."""
    return {
        *(f"/{name}" for one in FEATURES for name in one.commands),
        *(code for one in FEATURES for code in one.buttons),
        *(f">{step}" for one in FEATURES for step in (*one.texts, *one.documents)),
        *(f"<{word}" for one in FEATURES for word in one.replies),
    }


def test_every_key_has_a_row_in_the_table_and_no_row_is_idle() -> None:
    assert registered() - OPENS.keys() == set()
    assert OPENS.keys() - registered() == set()


async def probe(context: Context, *_said: Any) -> Answer:
    """Stand where a handler would: write a row, say the canary."""
    assert context.update is not None
    await facts.put(context.session, f"opened:{context.update.update_id}", {})
    return say("general/menu", level=2, sex="", name=CANARY)


def probes() -> Feature:
    """Bring a probe for each key the features answer to."""
    made = Feature("probes")

    async def pressed(context: Context) -> Answer:
        return await probe(context)

    async def spoken(context: Context, _text: str) -> Answer:
        return await probe(context)

    async def replied(context: Context, _purpose: str, _text: str) -> Answer:
        return await probe(context)

    for key in registered():
        match key[0]:
            case "/":
                made.command(key[1:])(spoken)
            case ">":
                made.text(key[1:])(spoken)
            case "<":
                made.reply(key[1:])(replied)
            case _:
                made.button(key)(pressed)
    return made


@dataclass
class Cell:
    """One person at one key: the update that comes, the way it goes, and whether it should pass."""

    update_id: int
    kind: str
    key: str
    run: Run
    update: telegram.Update
    should: bool
    said: list[dict[str, Any]] = field(default_factory=list)


def message(chat_id: int, text: str, **more: Any) -> dict[str, Any]:
    """Give a message in a private chat as Telegram tells it."""
    chat = {"id": chat_id, "type": "private"}
    sender = {"id": chat_id, "is_bot": False, "first_name": "Orang"}
    return {"message_id": 2, "date": 1_790_000_000, "chat": chat, "from": sender, "text": text, **more}


def updates(router: Router, key: str, chat_id: int) -> Iterator[tuple[Run, dict[str, Any]]]:
    """Give every way to ask for a key: a command is typed or chosen, a button pressed, a step answered."""
    match key[0]:
        case "/":
            yield router._command(key[1:]), {"message": message(chat_id, key)}
            yield router._button, pressing(chat_id, f"menu:{key[1:]}")
        case ">":
            yield router._text, {"message": message(chat_id, "apa saja")}
        case "<":
            answered = message(chat_id, "pesan kami") | {"message_id": OUR_MESSAGE}
            yield router._text, {"message": message(chat_id, "balasan", reply_to_message=answered)}
        case _:
            yield router._button, pressing(chat_id, key)


def pressing(chat_id: int, data: str) -> dict[str, Any]:
    """Give a press on a button."""
    under = message(chat_id, "layar")
    return {"callback_query": {"id": "1", "from": under["from"], "chat_instance": "1", "message": under, "data": data}}


def cells_of(router: Router, dialect: str) -> list[Cell]:
    """Lay out the cells as on a chessboard: every cell on one of the databases, every key and person on both."""
    numbers, squares = count(1), count(DIALECTS.index(dialect))
    cells = []
    for key in sorted(OPENS):
        next(squares)  # another colour begins each row
        for kind, chat_id in CHATS.items():
            if next(squares) % len(DIALECTS):
                continue
            for run, told in updates(router, key, chat_id):
                number = next(numbers)
                update = telegram.Update.de_json({"update_id": number, **told}, BOT)
                cells.append(Cell(number, kind, key, run, update, kind in OPENS[key]))
    return cells


async def people(session: Session, now: datetime) -> None:
    """Let there be one person of each kind, long there."""
    before = now - timedelta(days=90)
    for kind, chat_id in CHATS.items():
        await shown.remember(session, chat_id, OUR_MESSAGE, "announcement:1", now)
        if kind == "s":
            continue
        who = await factories.employee(session, f"{CANARY} {kind}", at=before)
        made = await factories.link(session, who, chat_id, at=before, level=1 if kind == "1" else 2)
        if kind in ROLE_OF:
            over = await factories.unit(session) if kind == "u" else None
            await factories.role(session, who, ROLE_OF[kind], at=before, over=over)
        await spoil(session, kind, made, now)


async def spoil(session: Session, kind: str, link: Link, now: datetime) -> None:
    """Freeze, lock, or let go."""
    if kind == "f":
        link.frozen_at = now
    elif kind == "k":
        session.add(OfficerLock(employee_id=link.employee_id, locked_by=link.employee_id, locked_at=now))
    elif kind == "x":
        employee = await session.get(Employee, link.employee_id)
        assert employee is not None
        employee.left_at = now


async def come(tools: Tools, cells: list[Cell]) -> None:
    """Let all updates come and one worker hold every chat."""
    now = tools.clock.now()
    async with tools.database.transaction() as session:
        await inbox.receive(session, [inbox.Arrival(one.update_id, CHATS[one.kind], {}) for one in cells], now)
        await queues.claim(session, tools.database.owner, len(CHATS), 600)


async def walk(tools: Tools, cell: Cell) -> None:
    """Bring one update through the door, at its step where it answers one."""
    if cell.key[0] == ">":
        async with tools.database.transaction() as session:
            await dialogs.enter(session, CHATS[cell.kind], cell.key[1:], {}, tools.clock.now())
    cell.said = (await admit(tools, cell.update, cell.run, owner=tools.database.owner, bot=BOT)).said
    if cell.key[0] == ">":
        async with tools.database.transaction() as session:
            await dialogs.leave(session, CHATS[cell.kind])


async def walk_all(tools: Tools, cells: list[Cell]) -> None:
    """Bring one person's updates through the door, one after the other as in any chat."""
    for cell in cells:
        await walk(tools, cell)


async def contents(tools: Tools) -> dict[str, int]:
    """Count the rows of every table that only an act changes."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in TOUCHED_BY_COMING]
    async with tools.database.reading() as session:
        return {table.name: await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


async def test_each_person_opens_what_is_theirs_and_nothing_else(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(bot_token="1:invented", database_url=database.url)  # type: ignore[arg-type]
    tools = load_tools(settings, database, Clock(ZoneInfo("Asia/Makassar")))
    cells = cells_of(Router(tools, [probes()], Fallback()), database.dialect)
    async with database.transaction() as session:
        await people(session, tools.clock.now())
    await come(tools, cells)
    before = await contents(tools)
    await asyncio.gather(*(walk_all(tools, [one for one in cells if one.kind == kind]) for kind in KINDS))

    async with database.reading() as session:
        rows = set(await session.scalars(select(Fact.name)))
    opened = {one.update_id for one in cells if f"opened:{one.update_id}" in rows}
    wrong = {f"{one.key} {KINDS[one.kind]}" for one in cells if (one.update_id in opened) != one.should}
    assert wrong == set()
    assert {f"{one.key} {KINDS[one.kind]}" for one in cells if (CANARY in json.dumps(one.said)) != one.should} == set()
    assert all(one.said for one in cells)  # nobody is left without an answer
    assert await contents(tools) == before
    with capsys.disabled():
        sys.stdout.write(f"\nrights: {len(cells)} cells, {sum(one.should for one in cells)} of them open\n")
