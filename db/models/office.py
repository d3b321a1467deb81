"""The office itself: rules in use, the audit chain, health of the ticks, and facts about this database."""

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Instant, Word


class OfficeRulesUsed(Base):
    """A version of the office's rules that was in use; decisions, scores and letters name it."""

    __tablename__ = "office_rules_used"

    id: Mapped[Id]
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    rules: Mapped[dict[str, object]]
    used_from: Mapped[Instant]


class AuditEntry(Base):
    """One act or one read; each row's hash holds the row before it."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "subject_id"),)

    id: Mapped[Id]
    at: Mapped[Instant]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    """None: the shell, or the program itself (see `via`)."""
    via: Mapped[Word]
    """`chat`, `shell`, `program`."""
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[Word]
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, object]]
    """Counts, states and digests; never a name, a number or free text."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The newest hash of the chain; the row everybody who appends must first hold."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entry_hash: Mapped[str] = mapped_column(String(64))
    entries: Mapped[int]


class Fact(Base):
    """A fact about this database: `demo`, `clock_offset`, `clock_target`, `hold`, …."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, object]]


class Tick(Base):
    """When each tick last ran and how it ended, for `/kantor` and `/healthz`."""

    __tablename__ = "ticks"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_at: Mapped[Instant]
    ok_at: Mapped[Instant | None]
    fault: Mapped[str | None] = mapped_column(String(200))
