"""Drafts at rest: sealed and padded, so that neither content nor length tells what somebody answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import Session, keys_of
from db.keys import Seal
from db.models import SurveyRound

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


def draft_seal(session: Session, round_: SurveyRound) -> DraftSeal:
    """Give the key of a round's drafts."""
    return DraftSeal(keys_of(session).seal("survey_drafts"))
