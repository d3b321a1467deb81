"""Keeps the log of the whole run at DEBUG, as our formatter writes it, and looks at the end for what must not be there.

Its patterns are wider than the mask's, and made without it.
"""

import logging
import re
from pathlib import Path
from typing import Any, TextIO

import pytest

from bot.logs import masked

FORBIDDEN = {
    "token": re.compile(r"[0-9]{6,}(?::|%3a)[a-z0-9_-]{25,}", re.IGNORECASE),
    "nip": re.compile(r"(?<![0-9a-f])(?:19|20)\d\d[ .-]?[01]\d[ .-]?[0-3]\d[ .-]?(?:\d[ .-]?){10}(?![0-9a-f])"),
    "phone": re.compile(r"(?<![0-9a-f.])(?:\+?62|0)[ -]?8[1-9](?:[ -]?[0-9]){7,10}(?![0-9a-f])"),
}
SHOWN = 5


def found_in(text: str) -> list[str]:
    """Name each forbidden thing in a text, with its kind and what stands around it."""
    found = []
    for kind, pattern in FORBIDDEN.items():
        for hit in pattern.finditer(text):
            around = text[max(0, hit.start() - 60) : hit.end() + 20].replace("\n", " ")
            found.append(f"{kind}: …{around}…")
    return found


class LogKeeper:
    """A pytest plugin: one handler on the root for the whole run, and a verdict at its end."""

    def __init__(self, path: Path) -> None:
        """Begin to keep everything: before the run starts, or pytest's own handlers would put the level back."""
        self.path = path
        self.found: list[str] = []
        self.from_workers: list[str] = []
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._handler = masked(self._file)
        logging.getLogger().addHandler(self._handler)
        logging.getLogger().setLevel(logging.DEBUG)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look through all that was kept; something found makes the run fail."""
        logging.getLogger().removeHandler(self._handler)
        self._file.close()
        with self.path.open(encoding="utf-8") as lines:
            self.found = [one for line in lines for one in found_in(line)]
            self.found += self.from_workers
        told = getattr(session.config, "workeroutput", None)
        if told is not None:
            told["secrets"] = self.found
        if self.found:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self.path.unlink()
        self.path.parent.rmdir()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process that ran a part of the tests found in its log."""
        self.from_workers += getattr(node, "workeroutput", {}).get("secrets", [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was found."""
        if self.found:
            terminalreporter.section(f"{len(self.found)} secrets in the log of this run")
            for one in self.found[:SHOWN]:
                terminalreporter.line(one)
