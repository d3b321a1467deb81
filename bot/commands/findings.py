"""What `check` finds: about what, how bad, and in words with what to do."""

from collections.abc import Iterable
from typing import NamedTuple

OK, NOTICE, WRONG = "ok", "notice", "WRONG"


class Finding(NamedTuple):
    """One line of `check`."""

    about: str
    state: str
    words: str


def ok(about: str, words: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(about, OK, words)


def notice(about: str, words: str) -> Finding:
    """Say what somebody should know, though nothing is wrong."""
    return Finding(about, NOTICE, words)


def wrong(about: str, words: str) -> Finding:
    """Say what is wrong and what to do; `check` is red because of it."""
    return Finding(about, WRONG, words)


def lined_up(findings: Iterable[Finding]) -> str:
    """Lay findings out, one a line."""
    return "\n".join(f"{one.state:<7}{one.about:<13}{one.words}" for one in findings)
