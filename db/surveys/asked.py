"""What answering needs to know of a round and of who is asked: columns, read at each answer, cost less than objects."""

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


class Participant(Protocol):
    """Who is asked, as the rules of answering see them: a `SurveyParticipant`, or `Respondent`."""

    @property
    def id(self) -> int:
        """Their number in this round."""

    @property
    def employee_id(self) -> int:
        """Who they are."""

    @property
    def agency_id(self) -> int:
        """Their agency when the round was opened."""

    @property
    def employment_type(self) -> str | None:
        """Their kind of employment then."""

    @property
    def position_kind(self) -> str | None:
        """Their kind of position then."""

    @property
    def state(self) -> str:
        """How far they are: `invited`, `started`, `finished`, `declined`."""

    @property
    def link_generation(self) -> int | None:
        """Under which link the answers came; None on paper, and before the first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A round, as far as whoever answers is concerned."""

    id: int
    version_id: int
    state: str
    secrecy: str
    cuts: Sequence[str]
    closes_at: datetime | None


OF_THE_ROUND = ("id", "version_id", "state", "secrecy", "cuts", "closes_at")


@dataclass(frozen=True, slots=True)
class Respondent:
    """A participant, as far as answering is concerned."""

    id: int
    employee_id: int
    agency_id: int
    employment_type: str | None
    position_kind: str | None
    state: str
    link_generation: int | None


OF_THE_PERSON = ("id", "employee_id", "agency_id", "employment_type", "position_kind", "state", "link_generation")
