"""The command line as a sysadmin has it: words, variables, and what comes out."""

import asyncio
import base64
import io
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from bot.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended: its status, and what it wrote."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """Variables for every command; nothing else of the machine's TEMAN_… is seen."""

    variables: Mapping[str, str]

    def also(self, **more: str) -> "Shell":
        """Give a shell with more variables, written without TEMAN_."""
        return Shell({**self.variables, **{f"TEMAN_{name}": value for name, value in more.items()}})

    def environment(self) -> dict[str, str]:
        """Give the whole environment for a process of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TEMAN_")}
        return kept | dict(self.variables)

    async def does(self, *words: str) -> Said:
        """Run a command on a thread with a loop of its own, as a process would."""
        return await asyncio.to_thread(self._run, words)

    async def apart(self, *words: str) -> Said:
        """Run a command as a process of its own, as those that take signals and set up logs must be."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, env=self.environment(),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    def _run(self, words: tuple[str, ...]) -> Said:
        before, mask = dict(os.environ), os.umask(0o077)
        out, err = io.StringIO(), io.StringIO()
        os.environ.clear()
        os.environ.update({name: value for name, value in before.items() if not name.startswith("TEMAN_")})
        os.environ.update(self.variables)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main(words)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
        finally:
            os.environ.clear()
            os.environ.update(before)
            os.umask(mask)
        return Said(status, out.getvalue(), err.getvalue())


def key_file(folder: Path, root: bytes) -> Path:
    """Write a key file as the program does."""
    path = folder / "test.key"
    path.write_bytes(base64.b64encode(root) + b"\n")
    path.chmod(0o600)
    return path


def shell_for(database_url: str, key: Path) -> Shell:
    """Give a shell on a database."""
    return Shell({"TEMAN_DATABASE_URL": database_url, "TEMAN_KEY_FILE": str(key)})
