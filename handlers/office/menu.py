"""`/kantor`: the office's menu in words; for admins how the service is, and ending a hold."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from db import health
from db.models import Tick
from handlers.access import RIGHTS
from handlers.answers import Answer, Commands, Show, show
from handlers.buttons import Button, act, pack
from handlers.context import Context
from handlers.features import Feature
from handlers.menus import OFFICE, menu_rows, to_menu

feature = Feature("office")


@feature.command("kantor")
async def open_office(context: Context, _words: str) -> Answer:
    """Show what this person's roles open, and list those commands: a role may be new since the last look."""
    admin = context.person.has("admin")
    look = [[act("survey_results", "svr_list")]] if RIGHTS["svr_list"].allows(context.person) else []
    look += [[act("health", "health")]] if admin else []
    rows = [*menu_rows(OFFICE, context.person.level, {role.name for role in context.person.roles}), *look, [to_menu()]]
    return [show("office/menu", *rows, hold=await health.on_hold(context.session), admin=admin), Commands()]


@feature.button("health")
async def look_at_health(context: Context) -> Answer:
    """Show an admin how the service is."""
    return await _health(context)


async def _health(context: Context) -> Show:
    found = await health.examine(context.session, context.now, context.tools.open_windows(context.now))
    values: dict[str, Any] = {
        "ticks": _named(context, found.ticks),
        "inbox": found.inbox,
        "outbox": asdict(found.outbox),
        "hold": asdict(found.hold) if found.hold else None,
    }
    end = [[act("end_hold", "endhold")]] if found.hold else []
    back = [[act("refresh", "health")], [Button(key="buttons.office_menu", data=pack("menu", "kantor"))]]
    return Show("office/health", values, [*end, *back])


def _named(context: Context, ticks: Iterable[Tick]) -> list[dict[str, Any]]:
    """Give the ticks by their labels; one that only an older program ran keeps the name it was noted by."""
    labels = context.tools.catalog.labels("ticks", context.language)
    return [
        {"name": labels.get(one.name, one.name), "last": one.last_at, "ok": one.ok_at, "fault": one.fault}
        for one in ticks
    ]


@feature.button("endhold")
async def end_hold(context: Context) -> Answer:
    """Let sending go on after a restore: the admin has seen what is open, and since when."""
    await health.end_hold(context.session, context.person.employee_id, context.now)
    return await _health(context)
