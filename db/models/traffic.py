"""What comes in and what goes out: updates, outbox rows and their batches, the token's budget, leases."""

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Instant, Sealed, TelegramId, Word

TO_DO = text("state IN ('open', 'answering')")
"""Updates not dealt with; statements must say it in the same words, or neither database uses the index."""
DEALT_WITH = ("done", "parked")


class Update(Base):
    """An update from Telegram, committed before it is acknowledged; sealed, and erased when dealt with."""

    __tablename__ = "updates"
    __table_args__ = (Index("ix_updates_open", "chat_id", "update_id", sqlite_where=TO_DO, postgresql_where=TO_DO),)

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[TelegramId]
    state: Mapped[Word]
    """`open` → `answering` (its effect is committed, the answer is not yet out) → `done`; or `parked`."""
    payload_sealed: Mapped[Sealed | None]
    answer_sealed: Mapped[Sealed | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    fault: Mapped[str | None] = mapped_column(String(200))
    received_at: Mapped[Instant]
    done_at: Mapped[Instant | None]


class ChatQueue(Base):
    """A chat with open updates and the lease under which one worker deals with them in order."""

    __tablename__ = "chat_queues"
    __table_args__ = (Index("ix_chat_queues_lease_until", "lease_until", "chat_id"),)

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[Instant]
    """Free from this moment of the database's clock on."""


class Batch(Base):
    """Many outbox rows with one text and one audience: an announcement today, decisions and surveys later."""

    __tablename__ = "batches"

    id: Mapped[Id]
    kind: Mapped[Word]
    state: Mapped[Word]
    """`waiting` (not yet due) → `running` ⇄ `paused` → `finished` | `cancelled`."""
    lane: Mapped[int] = mapped_column(SmallInteger)
    window: Mapped[Word]
    counted: Mapped[bool]
    """Whether it counts in the weekly limit (what the bot sends of itself)."""
    message: Mapped[str] = mapped_column(String(60))
    values_sealed: Mapped[Sealed]
    """What all recipients share, among it the frozen template."""
    content_hash: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[Instant]
    valid_until: Mapped[Instant | None]
    total: Mapped[int]
    paused_reason: Mapped[str | None] = mapped_column(String(40))
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]


OPEN = text("state IN ('queued', 'uncertain')")
"""What waits to be sent; statements must say it in the same words, or neither database uses the index."""
OPEN_SINGLE = text("state IN ('queued', 'uncertain') AND batch_id IS NULL")
ENDING = text("state IN ('queued', 'uncertain') AND valid_until IS NOT NULL")
SENDING = text("state = 'sending'")
AT_ROW = text("target_row IS NOT NULL")
AT_MESSAGE = text("target_message IS NOT NULL")


class Outbox(Base):
    """One message to one recipient: verb, target, what it says, when, and what became of it."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Exactly the columns a claim orders by; a leading constant state would mislead a stale planner.
        Index("ix_outbox_single", "lane", "due_at", "id", sqlite_where=OPEN_SINGLE, postgresql_where=OPEN_SINGLE),
        Index("ix_outbox_batch", "batch_id", "due_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_outbox_ending", "valid_until", sqlite_where=ENDING, postgresql_where=ENDING),
        Index("ix_outbox_sending", "lease_until", sqlite_where=SENDING, postgresql_where=SENDING),
        # Without the first, deleting a row would read all others to see whether one points at it.
        Index("ix_outbox_target_row", "target_row", sqlite_where=AT_ROW, postgresql_where=AT_ROW),
        Index("ix_outbox_target_message", "target_message", sqlite_where=AT_MESSAGE, postgresql_where=AT_MESSAGE),
        Index("uq_outbox_once", "unique_key", unique=True),
        Index("ix_outbox_recipient", "employee_id", "sent_at"),
        Index("uq_outbox_batch_recipient", "batch_id", "employee_id", unique=True),
    )  # fmt: skip

    id: Mapped[Id]
    verb: Mapped[Word]
    """`send`, `edit`, `delete`, `pin`."""
    state: Mapped[Word]
    """`queued → sending → sent | uncertain | unreachable | failed | expired | cancelled`; the legal moves stand in
    `db.outbox.moves`."""
    lane: Mapped[int] = mapped_column(SmallInteger)
    window: Mapped[Word]
    counted: Mapped[bool]
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    link_generation: Mapped[int | None]
    """The generation of the link when the row was made; another one at the send means another account."""
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    """The chat itself, for those who are nobody's employee; else it follows from the link at the send."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    message: Mapped[str | None] = mapped_column(String(60))
    values_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    target_row: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    target_message: Mapped[int | None] = mapped_column(BigInteger)
    due_at: Mapped[Instant]
    valid_until: Mapped[Instant | None]
    unique_key: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    uncertain: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many claims ended with an unknown outcome; above 0 the message may have arrived more than once."""
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    """The claim, new for each: what an older claim found out is not taken any more."""
    lease_until: Mapped[Instant | None]
    reason: Mapped[str | None] = mapped_column(String(60))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[Instant | None]


class Budget(Base):
    """The token's budget for all processes together: when the next request may leave, by the database's clock."""

    __tablename__ = "budgets"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A digest of the token's bot id, never the token."""
    next_at: Mapped[float] = mapped_column(Float(53))
    """Seconds since 1970."""
    silent_until: Mapped[float] = mapped_column(Float(53))
    """Telegram said: nothing before this moment."""


class Lease(Base):
    """A part that only one process may play at a time: the poller, the clock's ticks."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    until: Mapped[Instant]


class Shown(Base):
    """A message that is out and may have to be changed later: what it is, and where."""

    __tablename__ = "shown_messages"

    id: Mapped[Id]
    chat_id: Mapped[TelegramId] = mapped_column(index=True)
    message_id: Mapped[int] = mapped_column(Integer)
    purpose: Mapped[str] = mapped_column(String(60))
    """Such as `progress:17` or `answer:4`."""
    digest: Mapped[str | None] = mapped_column(String(64))
    delete_at: Mapped[Instant | None]
    at: Mapped[Instant]
