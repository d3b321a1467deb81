"""The outbox: every message the bot sends unasked is a row here before it leaves, and keeps what became of it."""

from db.outbox.claiming import Claimed, Claims, Source, Terms, anything_due, claim, open_values
from db.outbox.moves import MOVES, OPEN_STATES, IllegalMove, Lane, Reason, State, Verb
from db.outbox.queueing import anything_left, note_left, queue, reference
from db.outbox.settling import Outcome, expire, recover, release, settle

__all__ = [
    "MOVES",
    "OPEN_STATES",
    "Claimed",
    "Claims",
    "IllegalMove",
    "Lane",
    "Outcome",
    "Reason",
    "Source",
    "State",
    "Terms",
    "Verb",
    "anything_due",
    "anything_left",
    "claim",
    "expire",
    "note_left",
    "open_values",
    "queue",
    "recover",
    "reference",
    "release",
    "settle",
]
