"""Trying a roster out: read and judged in a thread, compared with what is known, and the screen that tells of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db import audit, units
from db.engine import Session
from db.errors import NotAllowed
from db.models import RosterImport
from db.roster.imports import StagedFile
from db.roster.judging import Judged
from db.roster.planning import Plan, plan
from db.roster.rules import RosterRules
from handlers.answers import Show, show
from handlers.buttons import act
from handlers.context import Context, Tools
from handlers.office.roster_file import RosterFile, open_file, summary


@dataclass(frozen=True)
class Read:
    """A file as read and judged."""

    opened: RosterFile
    judged: Judged


@dataclass(frozen=True)
class Trial:
    """A file as read, and what it would change."""

    read: Read
    plan: Plan


async def read(tools: Tools, file: StagedFile) -> Read:
    """Read and judge a file beside the loop: twelve thousand rows take a second. Raises `SheetError` and refusals."""
    return await asyncio.to_thread(_read, tools, file)


def _read(tools: Tools, file: StagedFile) -> Read:
    today = tools.clock.today()
    opened = open_file(file.data, file.name, today)
    return Read(opened, opened.judge(RosterRules.of(tools.rules), today))


async def compare(session: Session, tools: Tools, judged: Judged, complete: Sequence[int]) -> Plan:
    """Compare a judged roster with what is known now; `complete` are the agencies it holds whole."""
    names = [(await units.one(session, agency_id)).name for agency_id in complete]
    return await plan(session, judged, complete=names, leaving_share=tools.rules.leaving_share)


async def try_out(tools: Tools, file: StagedFile, complete: Sequence[int] = ()) -> Trial:
    """Read a file and compare it, in a session of its own that only reads."""
    found = await read(tools, file)
    async with tools.database.reading() as session:
        return Trial(found, await compare(session, tools, found.judged, complete))


def own(context: Context, row: RosterImport) -> None:
    """Refuse an act on a file somebody else brought."""
    if row.actor_id != context.person.employee_id:
        raise NotAllowed


async def note_trial(context: Context, row: RosterImport, trial: Trial) -> None:
    """Keep in the audit that a file was tried out and given back."""
    counts = trial.plan.counts
    await audit.write(
        context.session, "roster.try", at=context.now, subject="roster", subject_id=row.id,
        actor_id=context.person.employee_id, digest=row.file_digest, accepted=counts.accepted, refused=counts.refused,
        left=counts.left,
    )  # fmt: skip


def trial_screen(context: Context, import_id: int, trial: Trial, file: StagedFile) -> Show:
    """Show what a file comes to, and offer to save what is good in it."""
    counts = trial.plan.counts
    rows = []
    if counts.accepted or counts.left:
        rows.append([act("save_changes", "rosave", import_id)])
    if file.agencies:
        rows.append([act("complete_for", "rocomplete", import_id, 0)])
    rows.append([act("abort", "rodrop", import_id)])
    return show("roster/summary", *rows, **told(context, trial, saved=False))


def told(context: Context, trial: Trial, *, saved: bool) -> dict[str, Any]:
    """Give the values of the summary in the chat's language."""
    opened, catalog = trial.read.opened, context.tools.catalog
    return dict(summary(opened, trial.plan, catalog, saved=saved, language=context.language))
