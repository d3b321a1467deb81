"""Invitations from the shell: a slip, roles that wait for their holder, and units by name."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.commands.invite import InviteResult, invite
from content import loading
from db import invitations, people, roles
from db.clock import Clock
from db.engine import Database
from db.models import AuditEntry, Employee, RoleGrant, Slip
from db.rules import read_rules
from tests import factories

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
RULES = read_rules(loading.office_rules(None)).rules


async def asked(database: Database, nip: str, *roles_: str, unit: str | None = None) -> InviteResult:
    clock = Clock(ZoneInfo("Asia/Makassar"), source=lambda: NOW)
    return await invite(
        database, clock=clock, rules=RULES, nip=nip, roles=roles_, unit=unit, bot_username="teman_contoh_bot"
    )


async def grants(database: Database) -> list[tuple[int, str, int | None, int | None]]:
    async with database.reading() as session:
        columns = (RoleGrant.employee_id, RoleGrant.role, RoleGrant.unit_id, RoleGrant.granted_by)
        return [tuple(row) for row in await session.execute(select(*columns).order_by(RoleGrant.id))]  # type: ignore[misc]


async def rina_of(database: Database, agency: str = "Dinas Contoh", unit: str = "Bidang A") -> Employee:
    async with database.transaction() as session:
        return await factories.employee(session, "Rina Contoh", agency=agency, unit_name=unit, at=NOW)


async def test_the_first_admin_is_invited(database: Database) -> None:
    rina = await rina_of(database)
    result = await asked(database, f"{rina.nip[:8]} {rina.nip[8:]}", "admin", "officer")
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", result.code)
    assert re.fullmatch(r"https://t\.me/teman_contoh_bot\?start=[A-Za-z0-9_-]{24}", result.link)
    assert await grants(database) == [(rina.id, "admin", None, None), (rina.id, "officer", None, None)]
    async with database.reading() as session:
        assert (await session.scalars(select(Slip.made_by))).all() == [None]
        assert set(await session.scalars(select(AuditEntry.via))) == {"shell"}
        assert await people.holders(session, "admin") == []  # not before she has joined


async def test_inviting_again_grants_nothing_twice(database: Database) -> None:
    rina = await rina_of(database)
    first, second = await asked(database, rina.nip, "officer"), await asked(database, rina.nip, "officer", "officer")
    assert first.code != second.code
    assert await grants(database) == [(rina.id, "officer", None, None)]


async def test_an_operators_unit_by_name(database: Database) -> None:
    rina = await rina_of(database, "Dinas Satu", "Sekretariat")
    await rina_of(database, "Dinas Dua", "Sekretariat")
    await rina_of(database, "Dinas Dua", "Bidang Z")
    async with database.transaction() as session:
        own = await factories.unit(session, "Dinas Satu", "Sekretariat")
        other = await factories.unit(session, "Dinas Dua")
    await asked(database, rina.nip, "unit_operator", unit="  sekretariat ")
    await asked(database, rina.nip, "unit_operator", unit="DINAS DUA")
    await asked(database, rina.nip, "unit_operator")
    assert [unit for _, _, unit, _ in await grants(database)] == [own.id, other.id, rina.agency_id]

    outsider = await rina_of(database, "Dinas Tiga", "Bidang Y")
    with pytest.raises(invitations.UnitAmbiguous) as refused:
        await asked(database, outsider.nip, "unit_operator", unit="Sekretariat")
    assert refused.value.values["agencies"] == ["Dinas Dua", "Dinas Satu"]


async def test_what_cannot_be_invited_changes_nothing(database: Database) -> None:
    rina = await rina_of(database)
    async with database.transaction() as session:
        gone = await factories.employee(session, "Lela Contoh", at=NOW)
        gone.left_at = NOW
    with pytest.raises(invitations.NumberUnknown) as refused:
        await asked(database, "198001012005012999")
    assert refused.value.values == {}
    with pytest.raises(invitations.NumberUnknown):
        await asked(database, gone.nip)
    with pytest.raises(roles.RoleUnknown):
        await asked(database, rina.nip, "officer", "boss")
    with pytest.raises(invitations.UnitUnknown):
        await asked(database, rina.nip, "officer", "unit_operator", unit="Dinas Entah")
    with pytest.raises(roles.UnitNeeded):
        await asked(database, rina.nip, "officer", unit="Dinas Contoh")
    assert await grants(database) == []
    async with database.reading() as session:
        assert (await session.scalars(select(Slip.id))).all() == []
