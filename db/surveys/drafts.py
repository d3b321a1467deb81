"""An answering in progress and the events that move it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything answered so far, counting or not; `at` is the question on the screen, None the review."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    """Questions passed over, and pages read."""
    at: str | None = None

    def plain(self) -> dict[str, Any]:
        """Give the draft as JSON holds it."""
        answers = {code: list(value) if isinstance(value, tuple) else value for code, value in self.answers.items()}
        return {"answers": answers, "skipped": sorted(self.skipped), "at": self.at}


def from_plain(kept: Mapping[str, Any]) -> Draft:
    """Take a draft up again from `Draft.plain`."""
    answers = {code: tuple(value) if isinstance(value, list) else value for code, value in kept["answers"].items()}
    return Draft(answers, frozenset(kept["skipped"]), kept["at"])


@dataclass(frozen=True, slots=True)
class Choose:
    """A choice that answers at once: one option, a point, yes or no, consent."""

    question: str
    code: str


@dataclass(frozen=True, slots=True)
class Toggle:
    """One of several choices put on or taken off; it says which, so that pressing twice is pressing once."""

    question: str
    code: str
    on: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """Words typed while a question is on the screen."""

    text: str


@dataclass(frozen=True, slots=True)
class Continue:
    """`Lanjutkan`: several choices are complete, a page is read, an answer stays."""

    question: str


@dataclass(frozen=True, slots=True)
class Skip:
    """`Lewati`: no answer to this question."""

    question: str


@dataclass(frozen=True, slots=True)
class Back:
    """`Kembali`: to the question before; from the review (None) to the last."""

    question: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """From the review to one question."""

    question: str


@dataclass(frozen=True, slots=True)
class Review:
    """`Tinjau dan kirim`: from a question to the review, whatever optional is still open."""

    question: str


Event = Choose | Toggle | Typed | Continue | Skip | Back | Edit | Review
