"""Opening the demo: the sample office goes in by the real import; those who "have joined" get their links."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.demo.office import Persona, Sample
from bot.demo.surveys import open_surveys
from bot.simulator import Person, Simulator
from db import facts
from db.engine import Database, Session
from db.models import Chat, Employee, Link, RoleGrant
from db.roster import imports
from db.roster.planning import plan
from db.roster.rules import RosterRules
from db.roster.saving import save
from handlers.context import Tools
from handlers.office.roster_file import open_file

LONG_AGO = timedelta(days=30)
"""Links and roles of the sample office are older than the days in which two officers may not check each other."""


async def open_office(simulator: Simulator, sample: Sample, tools: Tools) -> None:
    """Fill an empty demo database and the simulator's world with the sample office."""
    database, rules, clock = tools.database, tools.rules, tools.clock
    opened = open_file(sample.roster, "contoh.csv", clock.today())
    bounds = RosterRules.of(rules)
    async with database.transaction() as session:
        judged = opened.judge(bounds, clock.today())
        planned = await plan(session, judged, leaving_share=bounds.leaving_share)
        await save(session, planned, actor_id=None, via="shell", now=clock.now())
        staged = imports.StagedFile("contoh.csv", sample.roster)
        await imports.record(session, planned, staged, actor_id=None, now=clock.now())
        people = {one.nip: one for one in await session.scalars(select(Employee))}
        for nip, persona in sample.personas.items():
            await _persona(session, simulator, persona, people.get(nip), clock.now())
        for nip, phone in sample.crowd.items():
            who = people[nip]
            account = simulator.person(who.full_name, phone, note="Pegawai, sudah bergabung")
            _join(session, account, who, clock.now(), level=2)
        await session.flush()
        personas = [people[nip].id for nip in sample.personas if nip in people]
        await open_surveys(session, tools, _officer(sample, people), personas)


def _officer(sample: Sample, people: Mapping[str, Employee]) -> Employee:
    return next(people[nip] for nip, persona in sample.personas.items() if "officer" in persona.roles)


async def _persona(
    session: Session, simulator: Simulator, persona: Persona, who: Employee | None, now: datetime
) -> None:
    phone = f"+62811000{len(simulator.world.accounts):05d}"
    account = simulator.person(persona.name, phone, note=persona.note)
    if who is None or not persona.level:
        return
    _join(session, account, who, now, level=persona.level)
    _grant(session, who, persona.roles, now)
    if persona.blocked:
        account.blocks()
        known = await session.get(Chat, account.id)
        assert known is not None
        known.unreachable = "blocked"


def _join(session: Session, account: Person, who: Employee, now: datetime, *, level: int) -> None:
    since = now - LONG_AGO
    account.chat.started = True
    session.add(Chat(chat_id=account.id, language="id", first_seen=since, last_seen=since))
    session.add(
        Link(
            employee_id=who.id,
            chat_id=account.id,
            generation=1,
            level=level,
            way="slip" if level > 1 else "contact",
            linked_at=since,
            level_at=since,
        )
    )


def _grant(session: Session, who: Employee, roles: Iterable[str], now: datetime) -> None:
    for role in roles:
        unit = who.agency_id if role == "unit_operator" else None
        session.add(RoleGrant(employee_id=who.id, role=role, unit_id=unit, granted_at=now - LONG_AGO))


async def mark(database: Database, offset: timedelta) -> None:
    """Mark an empty database as a demo and set its civil clock."""
    async with database.transaction() as session:
        await facts.put(session, facts.DEMO, {"is": True})
        await facts.put(session, facts.CLOCK, {"offset": offset.total_seconds()})
