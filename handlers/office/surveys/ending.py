"""Whoever opened a survey hears that its day has come, and how many have answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from content.catalog import Catalog
from db import outbox
from db.engine import Session
from db.models import SurveyRound
from db.surveys import definitions, response, versions
from handlers.buttons import Rows, act
from handlers.outgoing import filled_by, keyboard_for

ENDED = "office_surveys/ended"


async def tell_author(session: Session, round_: SurveyRound, now: datetime) -> None:
    """Leave a message for whoever opened a round that has ended by itself, once."""
    title = definitions.of(await versions.get(session, round_.version_id)).title
    found = await response.response(session, round_.id)
    values = {
        "round": round_.id,
        "title": {"id": title.id, "en": title.said("en")},
        "asked": found.asked,
        "finished": found.finished,
    }
    await outbox.queue(
        session, ENDED, values, employee_id=round_.author_id, lane=outbox.Lane.REPLIES, due_at=now,
        unique_key=f"{ENDED}:{round_.id}",
    )  # fmt: skip


@filled_by(ENDED)
def fill(_catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Write the title in the reader's language."""
    return {"title": values["title"][language], "asked": values["asked"], "finished": values["finished"]}


@keyboard_for(ENDED)
def rows(values: Mapping[str, Any]) -> Rows:
    """Put the way to the round under the notice."""
    return [[act("look_at_round", "svk_round", values["round"])]]
