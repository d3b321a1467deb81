"""What every answer changes in a round: how far somebody is, and their draft; two rows, written as columns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, insert, update

from db.engine import Session, changed, directly
from db.errors import StaleButton
from db.models import SurveyDraft, SurveyParticipant
from db.models.base import table
from db.sqlite import brief
from db.surveys.asked import Respondent, Round
from db.surveys.drafts import Draft
from db.surveys.sealing import draft_seal
from db.surveys.values import Value

_participants, _drafts = table(SurveyParticipant), table(SurveyDraft)


@dataclass(frozen=True, slots=True)
class Sent:
    """Answers as sent, where others are to be kept than before; None: none any more."""

    answers: Mapping[str, Value] | None


async def mark(session: Session, mine: Respondent, generation: int, state: str) -> Respondent:
    """Mark how far somebody is, and under which link; whoever has finished goes on as one who has."""
    if mine.state == "finished" and state == "started":
        state = mine.state
    if (mine.state, mine.link_generation) == (state, generation):
        return mine
    await directly(session, _marked, {"of_participant": mine.id, "how_far": state, "under": generation})
    return replace(mine, state=state, link_generation=generation)


async def keep(
    session: Session, round_: Round, mine: Respondent, draft: Draft, *, begun: bool, sent: Sent | None
) -> None:
    """Keep a draft, and what was sent where that is another now.

    `begun`: one was kept when it was read. Raises `StaleButton` where it has made way for a paper form since.
    """
    seal = draft_seal(session, round_)
    kept = {"of_participant": mine.id, "anew": seal.close(draft.plain())}
    if sent is not None:
        kept["told"] = seal.close(sent.answers) if sent.answers is not None else None
    if changed(await directly(session, _both_anew if sent is not None else _draft_anew, kept)):
        return
    if begun:
        raise StaleButton
    row = {"participant_id": mine.id, "round_id": round_.id}
    await directly(session, insert(_drafts), row | {"draft_sealed": kept["anew"], "sent_sealed": kept.get("told")})


_marked = (
    brief(update(_participants))
    .where(_participants.c.id == bindparam("of_participant"))
    .values(state=bindparam("how_far"), link_generation=bindparam("under"))
)
_mine = brief(update(_drafts)).where(_drafts.c.participant_id == bindparam("of_participant"))
_draft_anew = _mine.values(draft_sealed=bindparam("anew"))
_both_anew = _mine.values(draft_sealed=bindparam("anew"), sent_sealed=bindparam("told"))
