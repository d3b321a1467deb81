"""`import-roster`: the same import as in chat, for a sysadmin at a terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from content.catalog import Catalog
from content.errors import ContentError
from content.markup import plain
from db.clock import Clock
from db.engine import Database
from db.errors import DomainError
from db.roster import imports
from db.roster.judging import Judged
from db.roster.planning import Plan, plan
from db.roster.rules import RosterRules
from db.roster.saving import save
from handlers.errors import ERROR_TEXT
from handlers.office.roster_file import RosterFile, open_file, report, sentences, summary

STEPS = ("reading the file", "judging its rows", "comparing", "writing the report", "saving")
MOST_SHOWN = 50
"""Refused rows printed; the report names them all."""


@dataclass(frozen=True)
class _Import:
    """One import: where it goes and how it was asked for."""

    database: Database
    catalog: Catalog
    rules: RosterRules
    clock: Clock
    complete: Sequence[str]
    step: Callable[[], None]

    def read(self, file: Path) -> tuple[RosterFile, Judged]:
        self.step()
        opened = open_file(file.read_bytes(), file.name, self.clock.today())
        self.step()
        return opened, opened.judge(self.rules, self.clock.today())

    async def try_out(self, judged: Judged) -> Plan:
        self.step()
        async with self.database.reading() as session:
            return await plan(session, judged, complete=self.complete, leaving_share=self.rules.leaving_share)

    def report(self, opened: RosterFile, planned: Plan, to: Path | None) -> None:
        self.step()
        if to is not None:
            to.write_bytes(report(opened, planned, self.catalog))

    async def save(self, opened: RosterFile, judged: Judged) -> Plan:
        self.step()
        now = self.clock.now()
        async with self.database.transaction() as session:
            # Planned anew: somebody may have saved another file since the dry run.
            final = await plan(session, judged, complete=self.complete, leaving_share=self.rules.leaving_share)
            await save(session, final, actor_id=None, via="shell", now=now)
            file = imports.StagedFile(opened.name, opened.data, tuple(self.complete))
            await imports.record(session, final, file, actor_id=None, now=now)
        return final


async def import_roster(
    database: Database,
    catalog: Catalog,
    file: Path,
    *,
    rules: RosterRules,
    clock: Clock,
    dry_run: bool = False,
    complete: Sequence[str] = (),
    report_to: Path | None = None,
) -> int:
    """Import a roster and print what came of it; give the exit status: 0 done, 1 refused with the reason."""
    try:
        with _progress() as step:
            job = _Import(database, catalog, rules, clock, complete, step)
            opened, judged = job.read(file)
            planned = await job.try_out(judged)
            job.report(opened, planned, report_to)
            if not dry_run:
                planned = await job.save(opened, judged)
    except (DomainError, ContentError) as refusal:
        print(_excuse(refusal, catalog), file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"{fault.filename}: {fault.strerror}", file=sys.stderr)
        return 1
    _tell(opened, planned, catalog, saved=not dry_run)
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[], None]]:
    """Show on a terminal which step is being done; give what begins the next one."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    names = iter(STEPS)
    with typer.progressbar(length=len(STEPS), file=sys.stderr) as bar:

        def step() -> None:
            bar.label = next(names)
            bar.update(1)

        yield step


def _excuse(refusal: DomainError | ContentError, catalog: Catalog) -> str:
    name = ERROR_TEXT.format(type(refusal).__name__)
    values = refusal.values
    if isinstance(refusal, ContentError):
        values = {"code": refusal.code, "values": refusal.values}
    return plain(catalog.render(name, values))


def _tell(opened: RosterFile, planned: Plan, catalog: Catalog, *, saved: bool) -> None:
    values = summary(opened, planned, catalog, saved=saved)
    print(plain(catalog.render("roster/summary", dict(values))))
    for row in sorted(planned.refused)[:MOST_SHOWN]:
        print(f"{row}: {sentences(planned.remarks[row], catalog)}")
    counts = planned.counts
    print(f"accepted {counts.accepted}, refused {counts.refused}, left {counts.left}, warned {counts.warned}")
