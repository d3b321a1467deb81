"""Whether the key file belongs to this database: a digest that only its key gives, kept as a fact."""

from db import facts
from db.engine import Session, keys_of
from db.errors import DomainError

PROOF = "key_proof"


class KeyFileWrong(DomainError):
    """What this database keeps was sealed with another key."""


def _digest(session: Session) -> str:
    return keys_of(session).seal("proof").digest(PROOF)


async def prove(session: Session) -> None:
    """Raise `KeyFileWrong` when the database was begun with another key; one not begun yet passes."""
    known = await facts.get(session, PROOF)
    if known is not None and known["digest"] != _digest(session):
        raise KeyFileWrong


async def begin(session: Session) -> None:
    """Say once which key this database belongs to; raises `KeyFileWrong` like `prove`."""
    await prove(session)
    await facts.put(session, PROOF, {"digest": _digest(session)})
