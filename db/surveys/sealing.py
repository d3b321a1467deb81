"""Drafts at rest: sealed and padded, so that neither content nor length tells what somebody answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from db.engine import Session, keys_of
from db.keys import Seal
from db.models import SurveyDraft, SurveyRound
from db.surveys.asked import Round
from db.surveys.definition import Secrecy

BLOCK = 2_048
"""Bytes to whose next multiple a draft is filled up: most surveys' drafts then have one size."""


@dataclass(frozen=True)
class DraftSeal:
    """The key under which one round's drafts are kept."""

    seal: Seal

    def close(self, plain: Mapping[str, Any]) -> bytes:
        """Seal a draft (`Draft.plain`) or sent answers, filled up with blanks."""
        said = json.dumps(dict(plain), ensure_ascii=True, separators=(",", ":"))
        return self.seal.close(said.ljust(-(-len(said) // BLOCK) * BLOCK))

    def open(self, sealed: bytes) -> dict[str, Any]:
        """Open what `close` gave; raises `SealBroken` when its key is another, or destroyed."""
        opened: dict[str, Any] = self.seal.open_json(sealed)
        return opened


def draft_seal(session: Session, round_: Round) -> DraftSeal:
    """Give the key of a round's drafts; an anonymous round has its own, and once that is destroyed nobody reads them.

    Raises `RoundKeyMissing`.
    """
    keys = keys_of(session)
    if round_.secrecy != Secrecy.ANONYMOUS:
        return DraftSeal(keys.seal("survey_drafts"))
    return DraftSeal(Seal(f"survey_drafts/{round_.id}".encode(), keys.rounds.get(round_.id)))


async def begin_key(session: Session, round_: SurveyRound) -> None:
    """Make the key of an anonymous round that is being opened; other kinds have none of their own.

    Whoever calls holds the round. A key left by an opening that did not commit is replaced; one that has sealed
    anything is not.
    """
    if round_.secrecy != Secrecy.ANONYMOUS:
        return
    used = select(SurveyDraft.participant_id).where(SurveyDraft.round_id == round_.id).limit(1)
    assert await session.scalar(used) is None, "its drafts would be lost"
    keys_of(session).rounds.make(round_.id)
