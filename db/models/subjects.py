"""The subjects of the counter: announcements, requests, benefits."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Instant, Sealed, Word


class Announcement(Base):
    """An officer's text to an audience; once confirmed its text, audience and hash stand."""

    __tablename__ = "announcements"

    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    state: Mapped[Word]
    """`draft` → `awaiting` (a second officer) → `confirmed`; or `dropped`. What happens then is the batch's state."""
    text: Mapped[str]
    """Telegram HTML with placeholders, made from what the officer typed."""
    text_hash: Mapped[str] = mapped_column(String(64))
    audience: Mapped[dict[str, object]]
    """`{"everyone": true}` or `{"units": [ids]}`; a unit means its whole subtree."""
    scheduled: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approvals.id"))
    made_at: Mapped[Instant]
    confirmed_at: Mapped[Instant | None]


class Request(Base):
    """A question (later also a concern or a check-in's call) with an owner and a promised date."""

    __tablename__ = "requests"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """What the person is told, such as `T-2026-00042`."""
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    origin: Mapped[Word]
    """`question`, `announcement`, `benefit`."""
    origin_id: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[Word]
    """`open` → `answered` → `closed`, or back to `open`."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    promised_on: Mapped[date] = mapped_column(Date)
    reopened: Mapped[int] = mapped_column(Integer, default=0)
    opened_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]


class RequestMessage(Base):
    """One turn of a request; the person never learns which officer wrote."""

    __tablename__ = "request_messages"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    side: Mapped[Word]
    """`person` or `office`."""
    text_sealed: Mapped[Sealed]
    at: Mapped[Instant]


class BenefitTap(Base):
    """How often a topic was called clear, or left a question, on one day; never who."""

    __tablename__ = "benefit_taps"
    __table_args__ = (UniqueConstraint("topic", "answer", "on_date"),)

    id: Mapped[Id]
    topic: Mapped[Word]
    answer: Mapped[Word]
    on_date: Mapped[date] = mapped_column(Date)
    taps: Mapped[int]
