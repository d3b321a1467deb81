"""The command `teman-mutasi`: names, options and help; what a command does stands in `bot.commands`."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="teman-mutasi",
    help="Teman Mutasi: a Telegram companion through a job transfer. The variables TEMAN_… stand in the README.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Half(StrEnum):
    """What a process does when it does not do everything."""

    UPDATES = "updates"
    DELIVERY = "delivery"


class Role(StrEnum):
    """The roles an invitation can grant."""

    ADMIN = "admin"
    OFFICER = "officer"
    ANALYST = "analyst"
    COUNSELLOR = "counsellor"
    UNIT_OPERATOR = "unit_operator"
    LEADER = "leader"


def main(words: Sequence[str] | None = None) -> None:
    """Run a command and end the process: 0 done, 1 refused (said on standard error), 2 wrong usage."""
    os.umask(0o077)  # databases, reports and copies hold people's data: for their owner alone
    try:
        app(args=list(words) if words is not None else None, prog_name="teman-mutasi")
    except Exception as error:
        from bot.commands.refusals import EXPECTED, complain  # noqa: PLC0415  heavy, and rarely needed

        if not isinstance(error, EXPECTED):
            raise
        complain(error)
        sys.exit(1)


def _do(work: Coroutine[Any, Any, int | None]) -> None:
    status = asyncio.run(work)
    if status:
        raise typer.Exit(status)


@app.command()
def run(
    only: Annotated[Half | None, typer.Option(help="Serve one half: receive and answer, or send.")] = None,
) -> None:
    """Serve the bot: by polling, or by webhook when TEMAN_WEBHOOK_URL is set."""
    from bot.commands.serving import run as serve  # noqa: PLC0415  each command loads what it needs
    from bot.settings import read_settings  # noqa: PLC0415

    _do(serve(read_settings(), only))


@app.command()
def migrate(
    demo: Annotated[bool, typer.Option("--demo", help="Mark an empty database as a demo.")] = False,
) -> None:
    """Bring the database to head; a SQLite file is copied first."""
    from bot.commands.migrating import migrate as bring_to_head  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    _do(bring_to_head(read_settings(), demo=demo))


@app.command()
def invite(
    nip: Annotated[str, typer.Argument(metavar="NIP", help="Whose slip it is.")],
    role: Annotated[list[Role] | None, typer.Option(help="Also grant a role; repeatable.")] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="UNIT", help="Over which unit, for unit_operator; default: their agency.")
    ] = None,
) -> None:
    """Print a single-use slip: the code to type, and as the last line the link."""
    from bot.commands.tasks import invite as make_slip  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    _do(make_slip(read_settings(), nip, role or (), unit))


@app.command(name="import-roster")
def import_roster(
    file: Annotated[Path, typer.Argument(help="The office's file: XLSX or CSV.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge every row and change nothing.")] = False,
    complete: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY", help="The file holds everybody of this agency: whoever is missing has left."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the file back with a KETERANGAN column.")] = None,
) -> None:
    """Import a roster, as in chat; the last line counts the rows."""
    from bot.commands.tasks import import_roster as import_it  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    _do(import_it(read_settings(), file, dry_run=dry_run, complete=complete or (), report=report))


@app.command()
def clock(
    to: Annotated[datetime, typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], help="Local time.")],
) -> None:
    """Move the clock of a demo database forward; running processes follow, due things happen in order."""
    from bot.commands.tasks import move_clock  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    _do(move_clock(read_settings(), to))


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its database; begun anew each time.")] = Path(
        "demo"
    ),
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 0,
    people: Annotated[int, typer.Option(help="How many employees the sample office has.")] = 620,
) -> None:
    """Show all of it on this machine: the simulator, the bot and a sample office; no token is needed."""
    from bot.demo.serving import serve  # noqa: PLC0415

    _do(serve(folder, port=port, people=people))


@app.command()
def check() -> None:
    """Say in words what is wrong, each line with what to do; red (status 1) while anything is."""
    from bot.commands.checking import check as look  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    _do(look(read_settings()))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file; it never holds the key.")]) -> None:
    """Copy the database consistently while the bot runs, SQLite and PostgreSQL alike."""
    from bot.commands.backing_up import backup as copy  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    _do(copy(read_settings(), file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote, from either kind of database.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of what is in the database.")] = False,
) -> None:
    """Put a copy back, on hold: nothing unasked is sent until an admin confirms."""
    from bot.commands.backing_up import restore as put_back  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    _do(put_back(read_settings(), file, replace=replace))
