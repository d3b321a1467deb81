"""What answering needs to know of a round and of who is asked: columns, read at each answer, cost less than objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.models import SurveyParticipant, SurveyRound


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

Round = SurveyRound | Asked
Participant = SurveyParticipant | Respondent
"""As the rules of answering take them: either form will do."""
