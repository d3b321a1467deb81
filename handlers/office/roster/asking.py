"""Asking the other officers to agree to who leaves, and telling how that ended."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from db import outbox, units
from db.models import RosterImport
from db.roster import approving
from db.roster.imports import StagedFile
from db.roster.planning import Plan
from handlers.answers import Answer, show
from handlers.buttons import Rows, act
from handlers.context import Context
from handlers.outgoing import filled_by, keyboard_for

NAMED = 10
"""Agencies named in the asking; the list of who leaves has them all."""


async def ask_others(context: Context, row: RosterImport, file: StagedFile, plan: Plan) -> Answer:
    """Ask every other officer who may approve; raises where there is none."""
    rest = context.tools.rules.officer_rest_days
    asked, others = await approving.ask(context.session, row, file, plan, now=context.now, rest_days=rest)
    names = [(await units.one(context.session, one)).name for one in row.complete_agencies]
    values = {
        "id": row.id,
        "approval": asked.id,
        "left": plan.counts.left,
        "of": plan.leaving.of,
        "accepted": plan.counts.accepted,
        "agencies": names[:NAMED],
        "more": max(0, len(names) - NAMED),
    }
    for other in others:
        await tell(context, "roster/approval_asked", values, other.id, approving.ASK_KEY.format(asked.id, other.id))
    rows = [[act("check_again", "rocheck", row.id)], [act("abort", "rodrop", row.id)]]
    return show("roster/awaiting", *rows, left=plan.counts.left)


async def tell(context: Context, name: str, values: Mapping[str, Any], employee_id: int, key: str) -> None:
    """Leave a message about a roster for an officer, once."""
    await outbox.queue(
        context.session, name, values, employee_id=employee_id, lane=outbox.Lane.REPLIES, due_at=context.now,
        unique_key=key,
    )  # fmt: skip


async def close_askings(context: Context, approval_id: int, decision: str, *, but: int | None = None) -> None:
    """Take the buttons from the messages that asked, and say what was decided; `but` is whose screen shows it."""
    for row_id, officer_id in await approving.askings(context.session, approval_id):
        if officer_id != but:
            await outbox.queue(
                context.session, "roster/asked_before", {"decision": decision}, employee_id=officer_id,
                verb=outbox.Verb.EDIT, target_row=row_id, lane=outbox.Lane.REPLIES, due_at=context.now,
            )  # fmt: skip


@keyboard_for("roster/approval_asked")
def _decisions(values: Mapping[str, Any]) -> Rows:
    this = (values["id"], values["approval"])
    return [
        [act("see_leaving", "roleaving", *this)],
        [act("approve", "roapprove", *this)],
        [act("return", "roreturn", *this)],
    ]


@keyboard_for("roster/returned")
def _returned(values: Mapping[str, Any]) -> Rows:
    return [[act("check_again", "rocheck", values["id"])], [act("abort", "rodrop", values["id"])]]


@filled_by("roster/approval_asked")
@filled_by("roster/returned")
def _without_numbers(_catalog: Catalog, values: Mapping[str, Any], _language: str) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if name not in ("id", "approval")}
