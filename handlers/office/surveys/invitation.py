"""The invitation to a survey, as each reader gets it."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from db.models import SurveyRound
from db.surveys import rounds
from db.surveys.definition import Definition
from db.surveys.lengths import Length
from handlers.buttons import Rows, act
from handlers.office.surveys.words import until
from handlers.outgoing import filled_by, keyboard_for

NAMES = ("kind", "closes_at", "shortest", "longest")


def values_of(round_: SurveyRound, definition: Definition, way: Length) -> dict[str, Any]:
    """Give what an invitation to a round says, in both languages."""
    return {
        "round": round_.id,
        "title": {"id": definition.title.id, "en": definition.title.said("en")},
        "kind": round_.secrecy,
        "closes_at": until(round_),
        "shortest": way.shortest_minutes,
        "longest": way.longest_minutes,
    }


@filled_by(rounds.INVITATION)
def fill(_catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Write the title in the reader's language."""
    return {"title": values["title"][language], **{name: values[name] for name in NAMES}}


@keyboard_for(rounds.INVITATION)
def rows(values: Mapping[str, Any]) -> Rows:
    """Put the way into the survey under the invitation."""
    return [[act("fill_survey", "sv_open", values["round"])]]
