"""Who is who and may what: links to Telegram, slips, consents, roles, approvals, chats, dialogs."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Instant, Sealed, TelegramId, Word


class Chat(Base):
    """A private chat that ever spoke to us: language, and whether it can be reached."""

    __tablename__ = "chats"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(2), default="id")
    unreachable: Mapped[str | None] = mapped_column(String(40))
    """Why nothing arrives: `blocked`, `deactivated`, `never_started`; None while it does."""
    first_seen: Mapped[Instant]
    last_seen: Mapped[Instant]


class Link(Base):
    """An employee's Telegram account; a new generation at each change, so that old rows find nobody."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("employee_id", "generation"),
        Index("uq_links_open_employee", "employee_id", unique=True, sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
        Index("uq_links_open_chat", "chat_id", unique=True, sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    chat_id: Mapped[TelegramId]
    generation: Mapped[int]
    level: Mapped[int]
    """1: the phone number fits one row; 2: a slip, or the unit operator's word."""
    way: Mapped[Word]
    """How it came: `contact`, `slip`."""
    frozen_at: Mapped[Instant | None]
    """Set when a second account claims the same employee: nothing personal goes out until it is cleared."""
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    linked_at: Mapped[Instant]
    level_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]
    closed_reason: Mapped[str | None] = mapped_column(String(40))


class Slip(Base):
    """A single-use paper: a code to type and a longer one in a link; only digests are kept."""

    __tablename__ = "slips"

    id: Mapped[Id]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    typed_digest: Mapped[str] = mapped_column(String(64), unique=True)
    link_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    """None: the shell."""
    made_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    tries: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[Instant | None]
    closed_reason: Mapped[str | None] = mapped_column(String(40))
    """`used`, `replaced`, `tries`."""


class CodeGuess(Base):
    """A code that fitted nothing: counted for the account and for everybody together."""

    __tablename__ = "code_guesses"

    id: Mapped[Id]
    chat_id: Mapped[TelegramId] = mapped_column(index=True)
    at: Mapped[Instant] = mapped_column(index=True)


class LinkClaim(Base):
    """A second account that says it is somebody already linked, until an operator decides."""

    __tablename__ = "link_claims"

    id: Mapped[Id]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    chat_id: Mapped[TelegramId]
    way: Mapped[Word]
    at: Mapped[Instant]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    decided_at: Mapped[Instant | None]
    decision: Mapped[str | None] = mapped_column(String(40))


class Consent(Base):
    """A person's yes to one purpose, with the version of the text they saw."""

    __tablename__ = "consents"

    id: Mapped[Id]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    purpose: Mapped[Word]
    text_hash: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[Instant]
    withdrawn_at: Mapped[Instant | None]


class RoleGrant(Base):
    """A role somebody holds, in a subtree of units (unit operators) or everywhere."""

    __tablename__ = "role_grants"

    id: Mapped[Id]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    role: Mapped[Word]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    """None: the shell."""
    granted_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))


class OfficerLock(Base):
    """Any admin can lock an officer: no role works while one stands."""

    __tablename__ = "officer_locks"

    id: Mapped[Id]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    locked_by: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    locked_at: Mapped[Instant]
    unlocked_at: Mapped[Instant | None]


class Approval(Base):
    """An act that needs a second officer: asked by one for an exact digest, decided by another."""

    __tablename__ = "approvals"

    id: Mapped[Id]
    act: Mapped[Word]
    subject_id: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64))
    values: Mapped[dict[str, object]]
    asked_by: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    asked_at: Mapped[Instant]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    decided_at: Mapped[Instant | None]
    decision: Mapped[str | None] = mapped_column(String(40))
    """`approved`, `returned`, `withdrawn`."""
    reason_sealed: Mapped[Sealed | None]


class Dialog(Base):
    """Where a chat stands in a conversation; its values are sealed, they may hold free text."""

    __tablename__ = "dialogs"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(60))
    values_sealed: Mapped[Sealed]
    message_id: Mapped[int | None] = mapped_column(Integer)
    """The screen this dialog edits."""
    updated_at: Mapped[Instant]
