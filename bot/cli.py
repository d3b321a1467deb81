"""The command `teman-mutasi`: names, options and help; what a command does stands in `bot.commands`."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from enum import StrEnum
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
