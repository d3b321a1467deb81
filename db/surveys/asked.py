"""What answering needs to know of a round, read with every answer: a few columns cost less than an object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Round(Protocol):
    """A round as the rules of answering see it: a `SurveyRound`, or `Asked`."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def version_id(self) -> int:
        """The version that is asked."""

    @property
    def secrecy(self) -> str:
        """How the answers are kept: `db.surveys.definition.Secrecy`."""

    @property
    def cuts(self) -> Sequence[str]:
        """The attributes that go with a ballot."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A round, as far as whoever answers is concerned."""

    id: int
    version_id: int
    state: str
    secrecy: str
    cuts: Sequence[str]
    closes_at: datetime | None


COLUMNS = ("id", "version_id", "state", "secrecy", "cuts", "closes_at")
